"""The first schema."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _point_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("loss", sa.Float(53), nullable=False),
        sa.Column("coordinates", sa.LargeBinary, nullable=False),
        sa.Column("spectrum", sa.LargeBinary, nullable=False),
        sa.Column("lpphe", sa.Float(53), nullable=False),
        sa.Column("rms_gradient", sa.Float(53), nullable=False),
        sa.Column("tolerance", sa.Float(53), nullable=False),
        sa.Column("stabiliser_order", sa.Text, nullable=False),
        sa.Column("task_id", sa.Integer, sa.ForeignKey("tasks.id"), nullable=False),
    ]


def upgrade() -> None:
    """Create all tables."""
    op.create_table(
        "problem",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("choices", sa.Text, nullable=False),
        sa.Column("arrays", sa.LargeBinary, nullable=False),
        sa.Column("is_portable", sa.Boolean, nullable=False),
        sa.Column("dimension", sa.Integer, nullable=False),
        sa.Column("symmetry_order", sa.Text, nullable=False),
        sa.Column("log_symmetry_order", sa.Float, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("command", sa.String, nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("started", sa.Float, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("law", sa.String, nullable=False),
        sa.Column("is_independent", sa.Boolean, nullable=False),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("stream", sa.Integer, nullable=False),
        sa.Column("task", sa.Integer, nullable=False),
        sa.Column("new_minima", sa.Integer, nullable=False),
        sa.Column("new_transition_states", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("minima", sa.Integer, nullable=False),
        sa.Column("quenches", sa.Integer, nullable=False),
        sa.Column("saddles", sa.Integer, nullable=False),
        sa.Column("on_box", sa.Integer, nullable=False),
        sa.Column("flat", sa.Integer, nullable=False),
        sa.Column("not_converged", sa.Integer, nullable=False),
        sa.Column("non_finite", sa.Integer, nullable=False),
        sa.Column("steps", sa.Integer, nullable=False),
        sa.UniqueConstraint("law", "seed", "stream", "task"),
    )
    op.create_table("minima", *_point_columns())
    op.create_table(
        "transition_states",
        *_point_columns(),
        sa.Column("minimum_a", sa.Integer, sa.ForeignKey("minima.id"), nullable=False),
        sa.Column("minimum_b", sa.Integer, sa.ForeignKey("minima.id"), nullable=False),
    )
    op.create_table(
        "hits",
        sa.Column("law", sa.String, primary_key=True),
        sa.Column("minimum_id", sa.Integer, sa.ForeignKey("minima.id"), primary_key=True),
        sa.Column("is_independent", sa.Boolean, nullable=False),
        sa.Column("hits", sa.Integer, nullable=False),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("minimum_a", sa.Integer, sa.ForeignKey("minima.id"), nullable=False),
        sa.Column("minimum_b", sa.Integer, sa.ForeignKey("minima.id"), nullable=True),
        sa.Column("method", sa.String, nullable=False),
        sa.Column("transition_states", sa.Integer, nullable=False),
        sa.Column("task_id", sa.Integer, sa.ForeignKey("tasks.id"), nullable=False),
    )
    op.create_index("attempts_by_method", "attempts", ["method", "minimum_a", "minimum_b"])
    op.create_table(
        "annotations",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("minimum_id", sa.Integer, sa.ForeignKey("minima.id"), primary_key=True),
        sa.Column("value", sa.Float(53), nullable=False),
    )
