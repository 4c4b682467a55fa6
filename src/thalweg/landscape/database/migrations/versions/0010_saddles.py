"""Stationary points of higher index, and how many searches came to a transition state."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Transition states from before have no arrivals: nobody counted."""
    op.create_table(
        "saddles",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("loss", sa.Float(53), nullable=False),
        sa.Column("coordinates", sa.LargeBinary, nullable=False),
        sa.Column("spectrum", sa.LargeBinary, nullable=False),
        sa.Column("lpphe", sa.Float(53), nullable=False),
        sa.Column("lpphe_error", sa.Float(53), nullable=False),
        sa.Column("index_doubt", sa.Float(53), nullable=False),
        sa.Column("n_modes", sa.Integer, nullable=False),
        sa.Column("rms_gradient", sa.Float(53), nullable=False),
        sa.Column("tolerance", sa.Float(53), nullable=False),
        sa.Column("stabiliser_order", sa.Text, nullable=False),
        sa.Column("task_id", sa.Integer, sa.ForeignKey("tasks.id"), nullable=False),
        sa.Column("checksum", sa.BigInteger, nullable=True),
        sa.Column("spectrum_checksum", sa.BigInteger, nullable=True),
    )
    op.create_table(
        "arrivals",
        sa.Column("law", sa.String, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("point_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("searches", _WHOLE, nullable=False),
    )
