"""Reading a landscape: its problem, points, network, coverage, runs and annotations."""

import json
from collections import Counter
from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from jaxtyping import Float

from ..numbers import Real, Whole, whole_number
from ..problems import Problem
from .coverage import Coverage, StartCoverages, coverage
from .database import schema
from .database.connection import Database
from .database.copying import copy_to_file
from .database.known_rows import KnownRows
from .database.reader import (
    read_minimum,
    read_points,
    read_problem,
    read_tolerances,
)
from .database.rows import RowError, decoding, read_rows
from .database.serialisation import StoredProblem
from .database.tallies import (
    IdleEffort,
    arrivals,
    idle_effort,
    latest_searches,
    n_walks,
)
from .errors import FingerprintMismatch, LandscapeError, OtherTolerances
from .network import Network, require_minima
from .outcome import EndReason, RunOutcome
from .records import (
    STATIONARY_LAW,
    LargestGradients,
    Minimum,
    QuenchCounts,
    Run,
    Saddle,
    TransitionState,
)
from .search_yield import SearchYield
from .stored_minimum import StoredMinimum
from .survey import Survey
from .tolerances import Tolerances


class LandscapeReader:
    """The reading side of a landscape; its contract stands in `Landscape`."""

    def __init__(self, database: Database, problem: Problem | None) -> None:
        self._database = database
        self._problem = problem
        self._own_run: int | None = None
        try:
            self._stored = self._read_problem()
            if problem is not None:
                self._require_same(problem)
                self._problem = self._stored.complete(problem)
            self._rows = KnownRows(self.dimension, self.log_symmetry_order)
        except BaseException:
            database.close()
            raise

    # ---- the problem ----------------------------------------------------------------------------

    def require_dimension(self, dimension: int) -> None:
        """Refuse a landscape whose points have another number of parameters.

        Raises:
            LandscapeError: if they have.
        """
        if self.dimension != dimension:
            raise LandscapeError(
                f"{self.location} holds points of {self.dimension} parameters; this problem has {dimension}. "
                "Check that it is the right one."
            )

    def copy_to(self, file: str | Path) -> None:
        """Write everything, as it is now, to a new file that stands alone; others may go on writing.

        Raises:
            LandscapeError: if the file exists or cannot be written; nothing of it is left then.
        """
        copy_to_file(self._database, Path(file))

    def _read_problem(self) -> StoredProblem:
        with self._database.reading() as connection:
            try:
                return read_problem(connection)
            except RowError:
                # A problem that is at hand is the one whose fingerprint the file has kept.
                fingerprints = connection.execute(sa.select(schema.problem.c.fingerprint)).scalars()
                if self._problem is None or list(fingerprints) != [self._problem.fingerprint]:
                    raise
                return StoredProblem.of(self._problem)

    @property
    def location(self) -> str:
        """File name, or URL without its password; 'memory' for a landscape in memory."""
        return self._database.shown

    @property
    def is_read_only(self) -> bool:
        """Whether it is in a file that cannot be written."""
        return self._database.is_read_only

    @property
    def is_whole(self) -> bool:
        """Whether the file alone holds everything, so that it can be copied.

        While a landscape is open in some process, its last rows may be in a file of the same name with `-wal`
        at its end. Copy both, or `thalweg export FILE COPY --format sqlite`.
        """
        return self._database.is_whole

    @property
    def problem_name(self) -> str:
        """The problem's name, for people."""
        return self._stored.name

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the problem's kind, choices and data."""
        return self._stored.fingerprint

    @property
    def dimension(self) -> int:
        """d, the number of parameters."""
        return self._stored.dimension

    @property
    def symmetry_order(self) -> int:
        """|G|, exactly."""
        return self._stored.symmetry_order

    @property
    def log_symmetry_order(self) -> float:
        """ln |G|."""
        return self._stored.log_symmetry_order

    @property
    def problem(self) -> Problem:
        """The problem whose points these are, rebuilt from the file if it can be.

        Raises:
            LandscapeError: if the problem was made from the user's own function or model, or is of a
                kind that is not registered: it has to be passed to `Landscape.open`.
        """
        if self._problem is None:
            if not self._stored.is_portable:
                raise LandscapeError(
                    f"{self.location} holds '{self.problem_name}', which cannot be rebuilt from a file. "
                    "Pass the problem again: `Landscape.open(file, problem)`."
                )
            try:
                problem = self._stored.rebuild()
            # A record that is damaged, or of another version, may raise nearly anything.
            except Exception as error:
                raise LandscapeError(
                    f"{self.location} holds '{self.problem_name}', which cannot be rebuilt: {error} Pass "
                    "the problem: `Landscape.open(file, problem)`."
                ) from error
            self._require_same(problem)
            self._problem = problem
        return self._problem

    @cached_property
    def tolerances(self) -> Tolerances:
        """The tolerances by which all its points were found and told apart."""
        with self._database.reading() as connection:
            return read_tolerances(connection)

    def _require_tolerances(self, edifftol: Real | None, rms_tolerance: Real | None) -> None:
        """Refuse, and close, a landscape that was made with others than those that are given."""
        wanted = None
        try:
            if (edifftol, rms_tolerance) != (None, None):
                wanted = self.tolerances.replaced(edifftol, rms_tolerance)
            if wanted not in (None, self.tolerances):
                raise OtherTolerances(
                    f"{self.location} was made with {self.tolerances}, and goes on with these; asked "
                    f"for were {wanted}. Leave them out, or write to a new file with `--to`: points "
                    "found by one tolerance are not told apart by another."
                )
        except BaseException:
            self._database.close()
            raise

    def _require_same(self, problem: Problem) -> None:
        if problem.fingerprint != self.fingerprint:
            raise FingerprintMismatch(
                f"{self.location} holds minima of '{self.problem_name}' ({self.fingerprint[:8]}…), but "
                f"this problem is '{problem.name}' ({problem.fingerprint[:8]}…). Pass the original "
                "problem, or write to a new file with `--to`."
            )

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

    def _count(self, table: sa.Table) -> int:
        with self._database.reading() as connection:
            return int(connection.execute(sa.select(sa.func.count(table.c.id))).scalar() or 0)

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
        number = whole_number(index, "index")
        with self._database.reading() as connection:
            point = read_minimum(connection, number, self.dimension)
        if point is None:
            raise IndexError(
                f"{self.location} has {self.n_minima} minima, numbered from 0; there is no minimum {index}."
            )
        return StoredMinimum(**vars(point), problem=self.problem)

    def transition_states(self) -> list[TransitionState]:
        """All transition states, in the order of their ids."""
        with self._database.reading() as connection:
            return read_points(connection, TransitionState, self.dimension)

    def saddles(self) -> list[Saddle]:
        """All saddles of higher index, in the order of their ids; they are no part of the network."""
        with self._database.reading() as connection:
            return read_points(connection, Saddle, self.dimension)

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

    def _number(
        self, number: sa.ColumnElement[Any], table: sa.Table, *conditions: sa.ColumnElement[bool]
    ) -> int | float | None:
        """One number over the rows of a table, None of no rows."""
        with self._database.reading() as connection:
            value = connection.execute(sa.select(number).where(*conditions)).scalar()
            if not isinstance(value, int | float | None):
                raise RowError(table, None, f"{value!r:.40} stands for a number")
            return value

    # ---- how they were found --------------------------------------------------------------------

    def next_task(self, law: str, seed: int, stream: int = 0) -> int:
        """Number of the first task of `law`, `seed` and `stream` that has not been recorded."""
        tasks = schema.tasks.c
        conditions = tasks.law == law, tasks.seed == seed, tasks.stream == stream
        last = self._number(sa.func.max(tasks.task), schema.tasks, *conditions)
        return 0 if last is None else int(last) + 1

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

    def idle_effort(self, law: str) -> IdleEffort:
        """Walks of `law`, and searches for transition states, since the last point that was new."""
        with self._database.reading() as connection:
            return idle_effort(connection, law)

    def n_stationary_walks(self) -> int:
        """Walks towards stationary points of higher index, or of any."""
        with self._database.reading() as connection:
            return n_walks(connection, STATIONARY_LAW)

    def search_yield(self) -> SearchYield:
        """What the latest hundred searches for transition states gave."""
        with self._database.reading() as connection:
            return SearchYield(*latest_searches(connection, SearchYield.LATEST))

    def counts(self) -> QuenchCounts:
        """How all recorded quenches ended."""
        names = ("minima", *schema.COUNTS)
        columns = [sa.func.coalesce(sa.func.sum(schema.tasks.c[c]), 0).label(c) for c in names]
        with self._database.reading() as connection, decoding(schema.tasks, None):
            row = connection.execute(sa.select(*columns)).one()
            return QuenchCounts(**{name: int(getattr(row, name)) for name in names})

    def runs(self) -> list[Run]:
        """All runs, the first one first."""
        r = schema.runs.c
        with self._database.reading() as connection:
            query = sa.select(schema.runs).order_by(r.id)
            return [self._run(row) for row in read_rows(connection, query, schema.runs)]

    @staticmethod
    def _run(row: Any) -> Run:
        with decoding(schema.runs, row):
            settings = dict(json.loads(row.settings))
        return Run(
            command=row.command,
            settings=settings,
            seed=row.seed,
            version=row.version,
            started=row.started,
            seconds=_duration(row.seconds),
            outcome=_outcome(row),
        )

    def search_temperatures(self) -> tuple[float, ...]:
        """The temperatures at which runs went basin-hopping, each once, the latest first.

        In the unit of the loss. Runs of versions before 0.2 have not recorded theirs.
        """
        temperatures = [run.settings.get("temperature") for run in reversed(self.runs())]
        numbers = [float(t) for t in temperatures if isinstance(t, int | float)]
        return tuple(dict.fromkeys(numbers))

    def outcome(self) -> RunOutcome:
        """Why the latest run of this object ended, or the latest of all if it has made none.

        `EndReason.UNFINISHED` if it was killed or still runs.
        """
        r = schema.runs.c
        last = sa.select(schema.runs).order_by(r.id.desc()).limit(1)
        if self._own_run is not None:
            # Another process may have begun or ended a run since.
            last = last.where(r.id == self._own_run)
        with self._database.reading() as connection:
            outcomes = [_outcome(row) for row in read_rows(connection, last, schema.runs)]
        return outcomes[0] if outcomes else RunOutcome(EndReason.NO_RUN)

    def wall_seconds(self) -> float:
        """Time spent in all runs, up to their last batch."""
        with self._database.reading() as connection:
            rows = read_rows(connection, sa.select(schema.runs), schema.runs)
            return float(sum(_duration(row.seconds) for row in rows))

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


def _outcome(row: Any) -> RunOutcome:
    with decoding(schema.runs, row):
        outcome = RunOutcome.from_text(row.outcome)
        # Numbers that are none show when they are put into words.
        str(outcome)
    return outcome


def _duration(seconds: float) -> float:
    """A stored duration: earlier versions took it from the clock on the wall, which may be set back."""
    return max(seconds, 0.0)
