"""Schema versions of a landscape file, applied by alembic in order."""
