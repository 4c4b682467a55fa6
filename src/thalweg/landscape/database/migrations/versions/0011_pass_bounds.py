"""Proved bounds of passes, beside the proofs of points."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of passes from before nothing was kept."""
    op.create_table(
        "pass_bounds",
        sa.Column("transition_state", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("bound", sa.Float(53), nullable=False),
        sa.Column("pieces", sa.Integer, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("time", sa.Float(53), nullable=False),
        sa.Column("checksum", sa.BigInteger, nullable=False),
    )
