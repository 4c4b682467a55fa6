"""What was changed last: hits by task, and rows that were mended or taken out."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Hits from before were changed before the first task that comes."""
    task = sa.Column("task_id", sa.Integer, nullable=False, server_default=sa.text("0"))
    op.add_column("hits", task)
    op.create_index("hits_by_task", "hits", ["task_id"])
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("relation", sa.String, nullable=False),
        sa.Column("row_id", sa.Integer, nullable=False),
    )
