"""Adding to a landscape: runs, batches of points and annotations."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any, TypeVar

import numpy as np
import sqlalchemy as sa
from jaxtyping import Float

from ..problems import Problem
from .database import schema
from .database.connection import Database
from .database.copying import saved_elsewhere
from .database.known_points import KnownPoints
from .database.rows import change_rows, checksums
from .database.writer import Writer, check_points, is_recorded, recall
from .end_reason import EndReason
from .errors import ConnectionLost, FileGone, Unreachable
from .opening import open_database
from .outcome import RunOutcome
from .past import LandscapePast
from .records import Batch, Recorded

_TRIES = 3
"""How often a transaction is tried whose connection breaks under it."""

Result = TypeVar("Result")


class LandscapeWriter(LandscapePast):
    """The writing side of a landscape; its contract stands in `Landscape`."""

    def __init__(self, database: Database, problem: Problem | None) -> None:
        super().__init__(database, problem)
        self._known: KnownPoints | None = None
        self._began: dict[int, float] = {}
        self._gone: FileGone | None = None

    def start_run(self, command: str, settings: Mapping[str, Any], seed: int) -> int:
        """Record the start of a run with its settings (JSON-serialisable) and seed; returns its id."""
        with self._writing() as connection:
            values = {
                "command": command,
                "settings": json.dumps(dict(settings), sort_keys=True),
                "seed": seed,
                "version": version("thalweg"),
                "started": time.time(),
                "seconds": 0.0,
                "outcome": RunOutcome(EndReason.UNFINISHED).to_text(),
            }
            table = schema.runs
            result = connection.execute(table.insert(), values)
            run = int(result.inserted_primary_key[0])  # type: ignore[index]
            seal = checksums(table, {**values, "id": run})
            connection.execute(table.update().where(table.c.id == run).values(seal))
        self._began[run] = time.monotonic()
        self._own_run = run
        return run

    def finish_run(self, run: int, outcome: RunOutcome) -> None:
        """Note why a run ended, and bring all of it into the file itself.

        `is_whole` says whether that went: a reader elsewhere may still need the log beside the file.
        """

        def finish() -> None:
            with self._writing() as connection:
                self._touch_run(connection, run, outcome)

        _unbroken(finish)
        self._database.checkpoint()

    def _touch_run(
        self, connection: sa.Connection, run: int, outcome: RunOutcome | None = None
    ) -> None:
        values: dict[str, Any] = {}
        # Who opened the landscape anew has not seen the run begin; the clock on the wall may be set back.
        if run in self._began:
            values["seconds"] = time.monotonic() - self._began[run]
        if outcome is not None:
            values["outcome"] = outcome.to_text()
        if values:
            change_rows(connection, schema.runs, schema.runs.c.id == run, lambda _: values)

    def record(self, batch: Batch, run: int) -> Recorded:
        """Write all that `batch` holds in one transaction; a batch that is recorded already is left alone.

        Where the connection to a server breaks, it is tried again.

        Raises:
            NotAMinimum: if a point of the batch is not what it claims to be; nothing is written.
            FileGone: if the file was deleted, moved or replaced; all that was recorded is saved beside it
                then, this batch included.
            LandscapeError: if the file cannot be written; nothing of the batch is written then.
        """
        check_points(batch)
        is_first_to_notice = self._gone is None
        tries = iter(range(_TRIES))
        try:
            return _unbroken(lambda: self._record(batch, run, is_again=next(tries) > 0))
        except FileGone as gone:
            if is_first_to_notice and gone.saved_to is not None:
                saved = type(self)(open_database(gone.saved_to), self._problem)
                saved.record(batch, run)
                saved._database.close()
            raise

    def _record(self, batch: Batch, run: int, *, is_again: bool) -> Recorded:
        try:
            known = self._known_points()
            with self._writing() as connection:
                is_repeat = is_recorded(connection, batch)
                if is_repeat and not is_again:
                    return Recorded((), (), (), 0, 0, is_repeat=True)
                # What others have added since; while this process writes nobody else can.
                known.catch_up(connection)
                if is_repeat:
                    # It was committed, and only the answer was lost.
                    return recall(known, connection, batch)
                result = Writer(known, connection, batch, run).write()
                self._touch_run(connection, run)
        except BaseException:
            # What the index learnt in a transaction that failed is not in the file.
            self._known = None
            raise
        return result

    def _known_points(self) -> KnownPoints:
        """The points as they are now, read while others may write: at first that takes seconds."""
        if self._known is None:
            problem = self.problem
            self._known = KnownPoints(
                problem.symmetry, problem.loss_unit, self.dimension, self.tolerances.edifftol
            )
        with self._database.reading() as connection:
            self._known.catch_up(connection)
        return self._known

    def annotate(self, name: str, values: Sequence[float] | Float[np.ndarray, " minima"]) -> None:
        """Save one number for each minimum, in the order of `network()`, under `name`; NaN for no number.

        Raises:
            ValueError: if there is not one value for each minimum.
        """
        _unbroken(lambda: self._annotate(name, values))

    def _annotate(self, name: str, values: Sequence[float] | Float[np.ndarray, " minima"]) -> None:
        rows = schema.annotations
        with self._writing() as connection:
            ids = connection.execute(sa.select(schema.minima.c.id).order_by("id")).scalars().all()
            if len(values) != len(ids):
                raise ValueError(
                    f"values must hold one number for each of the {len(ids)} minima, got "
                    f"{len(values)}. Take them in the order of `network()`."
                )
            connection.execute(rows.delete().where(rows.c.name == name))
            pairs = zip(ids, values, strict=True)
            data = [{"name": name, "minimum_id": i, "value": float(v)} for i, v in pairs if v == v]
            if data:
                connection.execute(rows.insert(), data)

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """A writing transaction; where the file is gone, what it held is saved elsewhere first."""
        if self._gone is not None:
            raise self._gone
        try:
            with self._database.writing() as connection:
                yield connection
        except FileGone as gone:
            self._gone = saved_elsewhere(self._database, gone)
            raise self._gone from None


def _unbroken(write: Callable[[], Result]) -> Result:
    """Write what may be written twice; again where the connection breaks under it."""
    for _ in range(_TRIES - 1):
        try:
            return write()
        except Unreachable:
            # It was waited for; three times as long would be too long before the end of a job.
            raise
        except ConnectionLost:
            # The next transaction waits until the server answers.
            continue
    return write()
