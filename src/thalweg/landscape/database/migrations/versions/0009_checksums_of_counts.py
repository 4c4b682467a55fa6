"""Checksums beside runs, tasks and hits."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rows from before have none: `thalweg check` adds them, and so does the next change of a row."""
    for table in ("runs", "tasks", "hits"):
        op.add_column(table, sa.Column("checksum", sa.BigInteger, nullable=True))
