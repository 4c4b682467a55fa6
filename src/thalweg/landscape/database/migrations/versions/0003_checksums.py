"""Checksums beside the problem and beside each point."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rows from before have none: `thalweg check` adds them once it has evaluated the points anew."""
    for table in ("problem", "minima", "transition_states"):
        # 32 bits without a sign are more than the integers of some databases hold.
        op.add_column(table, sa.Column("checksum", sa.BigInteger, nullable=True))
    for table in ("minima", "transition_states"):
        op.add_column(table, sa.Column("spectrum_checksum", sa.BigInteger, nullable=True))
