"""The tolerances by which a landscape was made."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Files from before were made with 1e-9 and 1e-10, which were no settings."""
    table = op.create_table(
        "tolerances",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("edifftol", sa.Float(53), nullable=False),
        sa.Column("rms_tolerance", sa.Float(53), nullable=False),
        sa.Column("checksum", sa.BigInteger, nullable=True),
    )
    op.bulk_insert(table, [{"id": 1, "edifftol": 1e-9, "rms_tolerance": 1e-10}])
