"""Counts of what searches gave, as the tables hold them."""

from collections import Counter

import sqlalchemy as sa

from . import schema
from .rows import RowError, read_rows


def independent_hits(connection: sa.Connection) -> dict[str, dict[int, int]]:
    """How often independent starts of each law fell in each minimum, by law and id.

    Raises:
        RowError: for a negative number of hits.
    """
    h = schema.hits.c
    query = sa.select(h.law, h.minimum_id, h.hits).where(h.is_independent)
    by_law: dict[str, dict[int, int]] = {}
    for row in read_rows(connection, query, schema.hits):
        if row.hits < 0:
            raise RowError(schema.hits, row, f"{row.hits} hits cannot be")
        by_law.setdefault(row.law, {})[row.minimum_id] = row.hits
    return by_law


def flat_starts(connection: sa.Connection) -> Counter[str]:
    """How many independent starts of each law ended where the loss is flat."""
    t = schema.tasks.c
    query = sa.select(t.law, t.flat).where(t.is_independent)
    flat = Counter[str]()
    for row in read_rows(connection, query, schema.tasks):
        flat[row.law] += row.flat
    return flat


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
