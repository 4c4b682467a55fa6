"""Reading the problem, tolerances and stationary points inside an open transaction."""

from typing import TypeVar

import sqlalchemy as sa

from ..records import Minimum
from ..tolerances import Tolerances
from . import schema
from .rows import RowError, read_rows
from .serialisation import (
    StoredProblem,
    point_of,
    problem_of,
    table_of,
    tolerances_of,
)

Point = TypeVar("Point", bound=Minimum)


def read_problem(connection: sa.Connection) -> StoredProblem:
    """What identifies the problem.

    Raises:
        RowError: if its row is damaged, or there is not exactly one.
    """
    rows = list(read_rows(connection, sa.select(schema.problem), schema.problem))
    if len(rows) != 1:
        raise RowError(schema.problem, None, f"it has {len(rows)} rows, and should have one")
    return problem_of(rows[0])


def read_tolerances(connection: sa.Connection) -> Tolerances:
    """The tolerances by which the landscape was made.

    Raises:
        RowError: if their row is damaged, or there is not exactly one.
    """
    table = schema.tolerances
    rows = list(read_rows(connection, sa.select(table), table))
    if len(rows) != 1:
        raise RowError(table, None, f"it has {len(rows)} rows, and should have one")
    return tolerances_of(rows[0])


def read_points(connection: sa.Connection, kind: type[Point], dimension: int) -> list[Point]:
    """All minima or transition states, in the order of their ids."""
    table = table_of(kind)
    rows = read_rows(connection, sa.select(table).order_by(table.c.id), table)
    return [point_of(row, kind, dimension) for row in rows]


def read_point(
    connection: sa.Connection, kind: type[Point], index: int, dimension: int
) -> Point | None:
    """The point at `index` in the order of ids, counted from 0; None if there is none."""
    table = table_of(kind)
    query = sa.select(table).order_by(table.c.id).offset(index).limit(1)
    rows = list(read_rows(connection, query, table)) if index >= 0 else []
    return point_of(rows[0], kind, dimension) if rows else None
