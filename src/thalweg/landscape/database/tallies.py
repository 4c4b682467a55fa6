"""What the latest searches gave."""

import sqlalchemy as sa

from . import schema
from .rows import read_rows


def latest_searches(connection: sa.Connection, least: int) -> tuple[int, int]:
    """The latest searches for transition states, at least so many if there are; and how many were new.

    Tasks are counted whole, the latest first.
    """
    a, t = schema.attempts.c, schema.tasks.c
    latest = sa.select(a.id, a.task_id).order_by(a.id.desc()).limit(least)
    tasks = {row.task_id for row in read_rows(connection, latest, schema.attempts)}
    whole = sa.select(sa.func.count()).select_from(schema.attempts).where(a.task_id.in_(tasks))
    new = sa.select(t.id, t.new_transition_states).where(t.id.in_(tasks))
    n_new = sum(row.new_transition_states for row in read_rows(connection, new, schema.tasks))
    return int(connection.execute(whole).scalar_one()), n_new
