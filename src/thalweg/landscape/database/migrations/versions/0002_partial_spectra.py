"""Points whose spectrum is known at its lower end only: number of modes, errors of LPPHE and index."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Points from before have their whole spectrum, of eight bytes an eigenvalue."""
    for table in ("minima", "transition_states"):
        for name in ("lpphe_error", "index_doubt"):
            op.add_column(table, sa.Column(name, sa.Float(53), nullable=False, server_default="0"))
        op.add_column(table, sa.Column("n_modes", sa.Integer, nullable=False, server_default="0"))
        op.execute(sa.text(f"UPDATE {table} SET n_modes = length(spectrum) / 8"))
