"""Seeds and counts of 64 bits, where the database does not keep every integer so."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_COLUMNS = {
    "runs": ("seed",),
    "tasks": (
        *("seed", "stream", "task", "new_minima", "new_transition_states", "minima"),
        *("quenches", "saddles", "on_box", "flat", "not_converged", "non_finite", "steps"),
    ),
    "hits": ("hits",),
}


def upgrade() -> None:
    """SQLite has one kind of integer."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, names in _COLUMNS.items():
        for name in names:
            op.alter_column(table, name, type_=sa.BigInteger, existing_nullable=False)
