"""What a landscape held before, and what the runs have done that a run goes on with."""

import json
from typing import Any

import sqlalchemy as sa

from ..numbers import seed_number
from .database import schema
from .database.rows import decoding, read_rows
from .outcome import RunOutcome
from .reading import LandscapeReader
from .records import Planned, RecordedTask


class LandscapePast(LandscapeReader):
    """The reading side of a landscape, back in time; its contract stands in `Landscape`."""

    def tasks_to_resume(self, command: str, seed: int, stream: int = 0) -> list[RecordedTask]:
        """The tasks that the next run of `command` goes on from, in the order of their recording.

        They are those of its runs with this seed that were killed, interrupted or failed, after the last run
        with it that ended well: runs with other seeds may go on beside it.
        """
        t = schema.tasks.c
        query = (
            sa.select(schema.tasks)
            .where(
                t.run_id.in_(self._runs_to_resume(command, seed)),
                t.seed == seed,
                t.stream == stream,
            )
            .order_by(t.id)
        )
        with self._database.reading() as connection:
            return [_recorded_task(row) for row in read_rows(connection, query, schema.tasks)]

    def settings_to_resume(self, command: str, seed: int) -> dict[str, Any]:
        """The settings of the first of the runs that the next run of `command` goes on from; empty if new."""
        runs = self._runs_to_resume(command, seed)
        if not runs:
            return {}
        r = schema.runs.c
        with self._database.reading() as connection:
            query = sa.select(schema.runs).where(r.id == runs[0])
            row = next(iter(read_rows(connection, query, schema.runs)))
            with decoding(schema.runs, row):
                return dict(json.loads(row.settings))

    def n_minima_to_resume(self, command: str, seed: int) -> int:
        """How many minima there were when the runs began that the next run of `command` goes on from."""
        runs = self._runs_to_resume(command, seed)
        if not runs:
            return self.n_minima
        m, t = schema.minima.c, schema.tasks.c
        before = sa.select(t.id).where(t.run_id < runs[0])
        return int(self._number(sa.func.count(m.id), schema.minima, m.task_id.in_(before)) or 0)

    def _runs_to_resume(self, command: str, seed: int) -> list[int]:
        # A number that no file can hold would end in the database driver.
        r, seed = schema.runs.c, seed_number(seed)
        query = sa.select(schema.runs).where(r.seed == seed).order_by(r.id.desc())
        runs: list[int] = []
        with self._database.reading() as connection:
            for row in read_rows(connection, query, schema.runs):
                if RunOutcome.from_text(row.outcome).is_complete:
                    break
                if row.command == command:
                    runs.append(row.id)
        return runs[::-1]

    def attempts_of(self, task: int) -> list[tuple[int, int | None]]:
        """The pairs of ids that the task of this id tried, in order."""
        a = schema.attempts.c
        query = sa.select(a.minimum_a, a.minimum_b).where(a.task_id == task).order_by(a.id)
        with self._database.reading() as connection:
            return [
                (first, second) for first, second in read_rows(connection, query, schema.attempts)
            ]


def _recorded_task(row: Any) -> RecordedTask:
    with decoding(schema.tasks, row):
        return RecordedTask(
            id=row.id,
            law=row.law,
            number=row.task,
            new_minima=row.new_minima,
            quenches=row.quenches,
            flat=row.flat,
            steps=row.steps,
            planned=None if row.plan is None else Planned.from_text(row.plan),
        )
