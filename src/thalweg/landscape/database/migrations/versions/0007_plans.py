"""How a task was planned."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of tasks from before it is not known."""
    op.add_column("tasks", sa.Column("plan", sa.Text, nullable=True))
