"""What this process has read of a landscape, and when all of it has to be read again."""

import sqlalchemy as sa

from ...problems.symmetry import Symmetry
from ..neighbours import NeighbourIndex
from . import schema
from .known_attempts import KnownAttempts
from .known_hits import KnownHits
from .known_network import KnownNetwork


def latest_change(connection: sa.Connection) -> int:
    """A number that grows whenever rows are changed or taken out that were written before."""
    return int(connection.execute(sa.select(sa.func.max(schema.changes.c.id))).scalar() or 0)


class KnownRows:
    """Points, hits and attempts as far as they have been read.

    Rows are added, and then stay as they are, so that only what is new is read: a call costs as much as was
    added since the last one. Where one was mended or taken out, by this process or another, nothing that was
    read can be relied on, and all is read again.
    """

    def __init__(self, dimension: int, log_symmetry_order: float) -> None:
        self._of_problem = dimension, log_symmetry_order
        self._change = 0
        self.forget()

    def forget(self) -> None:
        """Read all again at the next call."""
        self.hits, self.network = KnownHits(), KnownNetwork(*self._of_problem)
        self._attempts: dict[str, KnownAttempts] = {}
        self._neighbours: NeighbourIndex | None = None

    def read_hits(self, connection: sa.Connection) -> KnownHits:
        """The hits as they are now."""
        self._forget_if_changed(connection)
        self.hits.catch_up(connection)
        return self.hits

    def read_network(self, connection: sa.Connection) -> KnownNetwork:
        """The points and hits as they are now."""
        self.read_hits(connection)
        self.network.catch_up(connection)
        return self.network

    def read_attempts(self, connection: sa.Connection, method: str) -> KnownAttempts:
        """The attempts with one method as they are now."""
        self._forget_if_changed(connection)
        attempts = self._attempts.setdefault(method, KnownAttempts(method))
        attempts.catch_up(connection)
        return attempts

    def neighbours(self, symmetry: Symmetry) -> NeighbourIndex:
        """The index of the minima that were read, by their places."""
        if self._neighbours is None:
            self._neighbours = NeighbourIndex(symmetry)
        return self._neighbours

    def _forget_if_changed(self, connection: sa.Connection) -> None:
        change = latest_change(connection)
        if change != self._change:
            self.forget()
            self._change = change
