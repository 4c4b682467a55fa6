"""The points by which new ones are told apart, read once and then only where some were added."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ...problems.symmetry import Symmetry
from ..identity import PointIndex
from ..records import Minimum, Saddle, TransitionState
from .known_rows import latest_change
from .rows import AT_ONCE, in_parts, read_rows
from .serialisation import point_of, table_of


class KnownPoints:
    """The points of a landscape as far as this process has read them.

    Attributes:
        minima, transition_states, saddles: looked up by identity.
        last: highest id read, for each table.
    """

    def __init__(
        self, symmetry: Symmetry, loss_unit: float, dimension: int, edifftol: float
    ) -> None:
        self._of_problem = symmetry, loss_unit, edifftol
        self._dimension, self._change = dimension, 0
        self._forget()

    def _forget(self) -> None:
        self.minima = PointIndex(*self._of_problem)
        self.transition_states = PointIndex(*self._of_problem)
        self.saddles = PointIndex(*self._of_problem)
        self.last = {"minima": 0, "transition_states": 0, "saddles": 0}

    def catch_up(self, connection: sa.Connection) -> None:
        """Read the points that other processes have added; all of them if some were changed or taken out."""
        change = latest_change(connection)
        if change != self._change:
            self._forget()
            self._change = change
        for index, kind in (
            (self.minima, Minimum),
            (self.transition_states, TransitionState),
            (self.saddles, Saddle),
        ):
            table = table_of(kind)
            last = self.last[table.name]
            query = sa.select(table).where(table.c.id > last).order_by(table.c.id)
            if not last:
                query = in_parts(query)
            some: list[Any] = []
            for row in read_rows(connection, query, table):
                some.append(row)
                if len(some) == AT_ONCE:
                    self._add(index, kind, some)
                    some = []
            self._add(index, kind, some)

    def _add(self, index: PointIndex, kind: type[Minimum], rows: Sequence[Any]) -> None:
        index.add_all((row.id, point_of(row, kind, self._dimension)) for row in rows)
        if rows:
            self.last[table_of(kind).name] = rows[-1].id
