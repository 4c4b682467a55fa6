"""Reading a landscape: its points, network, coverage and annotations."""

from collections import Counter
from collections.abc import Collection
from typing import Literal

import numpy as np
import sqlalchemy as sa
from jaxtyping import Float

from ..numbers import Whole, whole_number
from .coverage import Coverage, StartCoverages, coverage
from .database import schema
from .database.certificates import TABLES
from .database.reader import (
    Point,
    read_point,
    read_points,
)
from .database.rows import read_rows
from .database.serialisation import table_of
from .database.tallies import StabiliserCount, arrivals, stabiliser_counts
from .errors import LandscapeError
from .neighbours import Neighbours, nearest
from .network import Network, require_minima
from .records import (
    LargestGradients,
    Minimum,
    Saddle,
    TransitionState,
)
from .run_reading import RunReader
from .stored_minimum import StoredMinimum
from .survey import Survey


class LandscapeReader(RunReader):
    """The reading side of a landscape; its contract stands in `Landscape`."""

    # ---- stationary points ----------------------------------------------------------------------

    @property
    def n_minima(self) -> int:
        """Number of minima."""
        return self._count(schema.minima)

    @property
    def n_transition_states(self) -> int:
        """Number of transition states, degenerate rearrangements included."""
        return self._count(schema.transition_states)

    @property
    def n_saddles(self) -> int:
        """Number of saddles of higher index."""
        return self._count(schema.saddles)

    def require_minima(self, purpose: str) -> None:
        """As `Network.require_minima`, without reading the network, and with what the latest run says of it.

        Raises:
            ValueError: if there are no minima.
        """
        if self.n_minima == 0 and (flatness := self.outcome().flatness) is not None:
            raise ValueError(
                f"{self.location} has no minima, and {purpose} needs at least one: {flatness}."
            )
        require_minima(self.n_minima, self.location, purpose)

    def minima(self) -> list[Minimum]:
        """All minima, in the order of their ids."""
        with self._database.reading() as connection:
            return read_points(connection, Minimum, self.dimension)

    def minimum(self, index: Whole) -> StoredMinimum:
        """One minimum, by its index in `minima()` and `network()`; `to_model()` makes a model of it.

        Raises:
            IndexError: if there is no such minimum.
            ValueError: if it is no whole number.
        """
        return StoredMinimum(**vars(self.point(Minimum, index)), problem=self.problem)

    @property
    def best(self) -> StoredMinimum:
        """The minimum of lowest loss; the first of several.

        Raises:
            ValueError: if there are no minima.
        """
        self.require_minima("the best of them")
        return self.minimum(self.network().global_minimum)

    def nearest(self, x: Float[np.ndarray, " d"], k: Whole = 1) -> Neighbours:
        """The `k` minima nearest to `x` [d] after alignment by the problem's symmetry, by their indices.

        Raises:
            ValueError: if `x` is of another shape or not finite, `k` is not positive, or there are no minima.
        """
        self.require_minima("the nearest of them")
        x = np.asarray(x, dtype=np.float64)
        if x.shape != (self.dimension,) or not np.isfinite(x).all():
            raise ValueError(
                f"x must hold {self.dimension} finite parameters, got an array of shape {list(x.shape)}; "
                "`landscape.problem.parameters_of(model)` gives those of a model."
            )
        number = whole_number(k, "k", least=1)
        return nearest(self.problem.symmetry, x, self.network().coordinates, number)

    def point(self, kind: type[Point], index: Whole) -> Point:
        """One minimum, transition state or saddle, by its index among those of its kind, without its problem.

        Args:
            kind: `Minimum`, `TransitionState` or `Saddle`.
            index: from 0.

        Raises:
            IndexError: if there is no such point.
            ValueError: if `index` is no whole number.
        """
        number = whole_number(index, "index")
        with self._database.reading() as connection:
            point = read_point(connection, kind, number, self.dimension)
        if point is None:
            table = table_of(kind)
            name = next(name for name, its_table in TABLES.items() if its_table is table)
            raise IndexError(
                f"{self.location} holds {self._count(table)} of the kind, numbered from 0; there is no "
                f"{name} {index}."
            )
        return point

    def transition_states(self) -> list[TransitionState]:
        """All transition states, in the order of their ids."""
        with self._database.reading() as connection:
            return read_points(connection, TransitionState, self.dimension)

    def saddles(self) -> list[Saddle]:
        """All saddles of higher index, in the order of their ids; they are no part of the network."""
        with self._database.reading() as connection:
            return read_points(connection, Saddle, self.dimension)

    def stabiliser_counts(self, index: Literal[0, 1]) -> list[StabiliserCount]:
        """How many minima (`index` 0) or transition states (1) have stabilisers of each order."""
        with self._database.reading() as connection:
            return stabiliser_counts(connection, (schema.minima, schema.transition_states)[index])

    def network(self) -> Network:
        """An immutable view of all minima and transition states, for analysis."""
        with self._database.reading() as connection:
            points = self._rows.read_network(connection)
        return points.network(self._rows.hits)

    def worst_rms_gradient(self) -> LargestGradients:
        """Largest stored RMS gradient of the minima, and of the transition states."""
        tables = (schema.minima, schema.transition_states)
        return LargestGradients(
            *(
                float(self._number(sa.func.max(table.c.rms_gradient), table) or 0.0)
                for table in tables
            )
        )

    # ---- what searches came to ------------------------------------------------------------------

    def attempts(self, method: str) -> Counter[tuple[int, int | None]]:
        """How often each pair of ids (a < b) was tried with `method`; b is None for one minimum."""
        with self._database.reading() as connection:
            return Counter(self._rows.read_attempts(connection, method).by_ids)

    def survey(self, methods: Collection[str], before: int | None = None) -> Survey:
        """The network, with all that was tried with any of `methods`.

        Args:
            methods: labels of searches.
            before: id of a task: as it was when that was recorded, but for the hits; as it is now if None.
        """
        with self._database.reading() as connection:
            points = self._rows.read_network(connection)
            attempts = [self._rows.read_attempts(connection, method) for method in methods]
        network = points.network(self._rows.hits, before)
        by_indices = Counter[tuple[int, int | None]]()
        n_attempts = np.zeros((2, network.n_minima), np.int64)
        for one in attempts:
            one.number(network.minimum_ids, before)
            by_indices.update(one.by_indices)
            n_attempts += one.per_minimum, one.around_minimum
        return Survey(
            network=network,
            attempts=by_indices,
            n_attempts=n_attempts[0],
            n_around=n_attempts[1],
            neighbours=self._rows.neighbours(self.problem.symmetry),
        )

    def coverage(self, law: str | None = None) -> Coverage:
        """Coverage of the independent draws of `law`; of the law most drawn from if None."""
        by_law = {one.law: one for one in self.coverages()}
        if law is None:
            return next(iter(by_law.values()), coverage([]))
        return by_law.get(law, coverage([], law))

    def coverages(self) -> tuple[Coverage, ...]:
        """Coverage of the independent draws of each law, the one most drawn from first."""
        with self._database.reading() as connection:
            return self._rows.read_hits(connection).coverages()

    def start_coverages(self, laws: Collection[str]) -> StartCoverages:
        """Coverage of the independent draws of each of `laws`, and of all of them together."""
        with self._database.reading() as connection:
            return self._rows.read_hits(connection).start_coverages(laws)

    def transition_state_coverage(self) -> Coverage | None:
        """Coverage of the transition states by the searches that came to them, of all sorts together.

        Searches begin at different places, so this is no sample of one law. Chao1 stays a lower bound: that
        needs searches that do not depend on each other, each with its own chance to come to a point.
        None where a file of an earlier version has transition states that nobody counted arrivals at.
        """
        with self._database.reading() as connection:
            by_point = arrivals(connection, schema.transition_states.name)
        if len(by_point) < self.n_transition_states:
            return None
        return coverage(list(by_point.values()), "searches for transition states")

    # ---- annotations ----------------------------------------------------------------------------

    def annotation_names(self) -> list[str]:
        """The names under which values were saved by `annotate`, in alphabetical order."""
        names = sa.select(schema.annotations.c.name).distinct()
        with self._database.reading() as connection:
            rows = read_rows(connection, names, schema.annotations)
            # Each database has an alphabet of its own.
            return sorted(name for (name,) in rows)

    def annotation(self, name: str) -> Float[np.ndarray, " minima"]:
        """The values saved by `annotate`, in the order of `network()`; NaN for later minima.

        Raises:
            LandscapeError: if nothing was saved under `name`.
        """
        rows = schema.annotations.c
        with self._database.reading() as connection:
            ids = connection.execute(sa.select(schema.minima.c.id).order_by("id")).scalars().all()
            query = sa.select(rows.minimum_id, rows.value).where(rows.name == name)
            values = {i: value for i, value in read_rows(connection, query, schema.annotations)}
        if not values:
            raise LandscapeError(
                f"{self.location} has no annotation {name!r}; save one with `annotate` or "
                "`thalweg metrics`."
            )
        return np.array([values.get(i, np.nan) for i in ids], dtype=np.float64)
