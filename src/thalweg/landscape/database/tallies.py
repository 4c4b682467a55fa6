"""Counts of what searches gave, as the tables hold them."""

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from ..integer_text import integer_from_text
from . import schema
from .rows import RowError, decoding, read_rows


def arrivals(connection: sa.Connection, kind: str) -> dict[int, int]:
    """How many searches came to each point of the table `kind`, by id; not those that nobody counted.

    Raises:
        RowError: for a negative number of them.
    """
    a = schema.arrivals.c
    query = sa.select(a.kind, a.point_id, a.searches).where(a.kind == kind)
    by_point = Counter[int]()
    for row in read_rows(connection, query, schema.arrivals):
        if row.searches < 0:
            raise RowError(schema.arrivals, row, f"{row.searches} searches cannot be")
        by_point[row.point_id] += row.searches
    return dict(by_point)


@dataclass(frozen=True)
class StabiliserCount:
    """Points of one kind whose stabiliser in the symmetry group has one order.

    Attributes:
        order: of the stabiliser.
        points: how many there are.
        doubtful: of how many the index is an estimate.
    """

    order: int
    points: int
    doubtful: int


def stabiliser_counts(connection: sa.Connection, table: sa.Table) -> list[StabiliserCount]:
    """How many points of a table have stabilisers of each order, without reading the points.

    Raises:
        RowError: for an order that is none.
    """
    order, is_doubtful = table.c.stabiliser_order, sa.case((table.c.index_doubt > 0, 1), else_=0)
    query = sa.select(order, sa.func.count(), sa.func.sum(is_doubtful)).group_by(order)
    with decoding(table, None):
        counts = [
            StabiliserCount(integer_from_text(of), int(n), int(n_doubtful))
            for of, n, n_doubtful in connection.execute(query)
        ]
    if any(one.order < 1 for one in counts):
        raise RowError(table, None, "the order of a stabiliser is below one")
    return counts


@dataclass(frozen=True)
class IdleEffort:
    """What was done since the last point of any kind that was not known before.

    Attributes:
        walks: of one law.
        attempts: searches for transition states around and between minima.
    """

    walks: int
    attempts: int


def idle_effort(connection: sa.Connection, law: str) -> IdleEffort:
    """What was done since the task that brought the last new point: walks of `law`, and attempts."""
    t, a = schema.tasks.c, schema.attempts.c
    tables = (schema.minima, schema.transition_states, schema.saddles)
    lasts = [connection.execute(sa.select(sa.func.max(one.c.task_id))).scalar() for one in tables]
    last = max(int(task or 0) for task in lasts)
    walks = sa.select(sa.func.sum(t.quenches)).where(t.law == law, t.id > last)
    tries = sa.select(sa.func.count(a.id)).where(a.task_id > last)
    return IdleEffort(
        int(connection.execute(walks).scalar() or 0), int(connection.execute(tries).scalar() or 0)
    )


def n_walks(connection: sa.Connection, law: str) -> int:
    """Walks of all laws whose names begin with `law`."""
    t = schema.tasks.c
    query = sa.select(sa.func.sum(t.quenches)).where(t.law.startswith(law))
    return int(connection.execute(query).scalar() or 0)


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
