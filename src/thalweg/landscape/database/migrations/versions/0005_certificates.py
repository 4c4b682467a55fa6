"""Proofs of the stationary points, beside them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of points from before nothing has been proved."""
    op.create_table(
        "certificates",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("point_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("is_proved", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("index", sa.Integer, nullable=False),
        sa.Column("distance", sa.Float(53), nullable=False),
        sa.Column("tier", sa.String, nullable=False),
        sa.Column("contraction", sa.Float(53), nullable=False),
        sa.Column("rho", sa.Float(53), nullable=False),
        sa.Column("loss_low", sa.Float(53), nullable=False),
        sa.Column("loss_high", sa.Float(53), nullable=False),
        sa.Column("trace_low", sa.Float(53), nullable=False),
        sa.Column("trace_high", sa.Float(53), nullable=False),
        sa.Column("square_low", sa.Float(53), nullable=False),
        sa.Column("square_high", sa.Float(53), nullable=False),
        sa.Column("centre", sa.LargeBinary, nullable=False),
        sa.Column("basis", sa.LargeBinary, nullable=False),
        sa.Column("alike", sa.Text, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("time", sa.Float(53), nullable=False),
        sa.Column("checksum", sa.BigInteger, nullable=False),
        sa.Column("basis_checksum", sa.BigInteger, nullable=False),
    )
