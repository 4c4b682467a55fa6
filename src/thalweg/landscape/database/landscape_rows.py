"""All rows of a landscape, as they are at one instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..records import Minimum, Saddle, TransitionState
from . import schema
from .rows import read_rows
from .serialisation import point_of, table_of

TABLES = (
    *(schema.runs, schema.tasks, schema.minima, schema.transition_states, schema.hits),
    *(schema.saddles, schema.arrivals, schema.attempts),
    *(schema.annotations, schema.certificates, schema.pass_bounds),
)
"""What landscapes hold beside the problem; rows refer to those of tables before theirs."""


@dataclass(frozen=True, eq=False)
class LandscapeRows:
    """All rows of a landscape as they are at one instant, by table.

    Attributes:
        rows: of each table, by its name, as dictionaries.
        points: the records of minima, transition states and saddles, in the order of their rows.
    """

    rows: Mapping[str, list[dict[str, Any]]]
    points: Mapping[str, list[Minimum]]

    @classmethod
    def read(cls, connection: sa.Connection, dimension: int) -> "LandscapeRows":
        """Read everything inside an open transaction.

        Raises:
            RowError: for the first row that is damaged.
        """
        rows, points = {}, {}
        for table in TABLES:
            query = sa.select(table).order_by(*table.primary_key.columns)
            read = list(read_rows(connection, query, table))
            rows[table.name] = [dict(zip(table.c.keys(), row, strict=True)) for row in read]
            for kind in (Minimum, TransitionState, Saddle):
                if table is table_of(kind):
                    points[table.name] = [point_of(row, kind, dimension) for row in read]
        return cls(rows, points)
