"""Reading a landscape: the runs that made it, and what their tasks came to."""

import json
from typing import Any

import sqlalchemy as sa

from .database import schema
from .database.rows import decoding, read_rows
from .database.tallies import (
    IdleEffort,
    idle_effort,
    latest_searches,
    n_walks,
)
from .end_reason import EndReason
from .outcome import RunOutcome
from .problem_reading import ProblemReader
from .records import (
    STATIONARY_LAW,
    QuenchCounts,
    Run,
)
from .search_yield import SearchYield


class RunReader(ProblemReader):
    """A landscape's runs and tasks."""

    _own_run: int | None = None

    def next_task(self, law: str, seed: int, stream: int = 0) -> int:
        """Number of the first task of `law`, `seed` and `stream` that has not been recorded."""
        tasks = schema.tasks.c
        conditions = tasks.law == law, tasks.seed == seed, tasks.stream == stream
        last = self._number(sa.func.max(tasks.task), schema.tasks, *conditions)
        return 0 if last is None else int(last) + 1

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


def _outcome(row: Any) -> RunOutcome:
    with decoding(schema.runs, row):
        outcome = RunOutcome.from_text(row.outcome)
        # Numbers that are none show when they are put into words.
        str(outcome)
    return outcome


def _duration(seconds: float) -> float:
    """A stored duration: earlier versions took it from the clock on the wall, which may be set back."""
    return max(seconds, 0.0)
