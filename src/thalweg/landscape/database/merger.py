"""Bringing all that one landscape holds into another, inside an open transaction."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import sqlalchemy as sa

from ..end_reason import EndReason
from ..errors import LandscapeError
from ..identity import PointIndex
from ..outcome import RunOutcome
from . import schema
from .known_points import KnownPoints
from .landscape_rows import TABLES, LandscapeRows
from .merged_references import MergedReferences
from .rows import RowError, read_rows, sealed
from .serialisation import point_row

_COMMAND, _LAW = "merge", "merge"
"""Of the run that notes a merge, and of the task that stands for points whose own task was known already."""

_RUN_IDENTITY = ("command", "settings", "seed", "version", "started")
_TASK_IDENTITY = ("law", "seed", "stream", "task")


@dataclass(frozen=True)
class MergedCounts:
    """What one landscape gave to another.

    Attributes:
        minima, transition_states: that are new there.
        known_minima, known_transition_states: that were known, up to symmetry.
        tasks: whose hits and attempts count now, and `known_tasks`: that were counted before.
    """

    minima: int
    transition_states: int
    known_minima: int
    known_transition_states: int
    tasks: int
    known_tasks: int


class Merger:
    """Brings rows of one landscape into another of the same problem, inside an open transaction.

    Args:
        known: the points that the target has; what is added is remembered there.
        connection: of a writing transaction of the target.
        source: what is added.
        name: of the source, as it is noted in the target.
    """

    def __init__(
        self, known: KnownPoints, connection: sa.Connection, source: LandscapeRows, name: str
    ) -> None:
        self._known, self._connection, self._source, self._name = known, connection, source, name
        self._new: dict[str, list[dict[str, Any]]] = {table.name: [] for table in TABLES}
        self._ids: dict[str, dict[int, int]] = {name: {} for name in source.points}

    def merge(self) -> MergedCounts:
        """Add what is not there yet: points, and the hits and attempts of tasks that were not counted.

        Raises:
            LandscapeError: if some of the independent starts of a law are counted already and some are not.
            RowError: if rows of the source contradict each other.
        """
        present_tasks = self._present(schema.tasks, _TASK_IDENTITY)
        self._known_tasks = {
            row["id"]
            for row in self._source.rows["tasks"]
            if _key(row, _TASK_IDENTITY) in present_tasks
        }
        self._require_whole_laws()
        self._add_runs_and_tasks()
        self._add_points(schema.minima, self._known.minima, {})
        self._add_points(
            schema.transition_states, self._known.transition_states, self._ids["minima"]
        )
        self._add_points(schema.saddles, self._known.saddles, {})
        self._add_references()
        self._insert_all()
        return self._counts()

    # ---- runs and tasks -------------------------------------------------------------------------

    def _present(self, table: sa.Table, names: Iterable[str]) -> dict[tuple[Any, ...], int]:
        """The ids of the rows of a table of the target, by what they are told apart."""
        columns = [table.c[name] for name in names]
        query = sa.select(table.c.id, *columns)
        return {tuple(key): i for i, *key in read_rows(self._connection, query, table)}

    def _require_whole_laws(self) -> None:
        """Of independent starts, hits are kept by law alone: they count as a whole, or not at all."""
        laws: dict[str, set[bool]] = {}
        for row in self._source.rows["tasks"]:
            if row["is_independent"]:
                laws.setdefault(row["law"], set()).add(row["id"] in self._known_tasks)
        mixed = [law for law, is_known in laws.items() if len(is_known) > 1]
        if mixed:
            raise LandscapeError(
                f"{self._name}: some of its starts of law '{mixed[0]}' are counted already, others are "
                "not, and which hit came from which is not stored. It went on after it was merged, or "
                "another run had the same seed. Merge all files into a new one, and give each run a "
                "seed of its own."
            )

    def _add_runs_and_tasks(self) -> None:
        runs, tasks = self._source.rows["runs"], self._source.rows["tasks"]
        present = self._present(schema.runs, _RUN_IDENTITY)
        self._next_run = self._next_id(schema.runs)
        run_ids = {}
        for row in runs:
            key = _key(row, _RUN_IDENTITY)
            if key not in present:
                present[key] = self._next_run
                new = {"id": self._next_run, "outcome": _ended(row["outcome"])}
                self._new["runs"].append({**row, **new})
                self._next_run += 1
            run_ids[row["id"]] = present[key]
        self._next_task = self._next_id(schema.tasks)
        self._task_ids: dict[int, int] = {}
        for row in tasks:
            if row["id"] not in self._known_tasks:
                self._task_ids[row["id"]] = self._next_task
                new = {"id": self._next_task, "run_id": run_ids[row["run_id"]]}
                self._new["tasks"].append(
                    {**row, **new, "new_minima": 0, "new_transition_states": 0}
                )
                self._next_task += 1
        self._own_task: int | None = None

    def _next_id(self, table: sa.Table) -> int:
        last = self._connection.execute(sa.select(sa.func.max(table.c.id))).scalar()
        return int(last or 0) + 1

    def _task_of(self, row: Mapping[str, Any]) -> int:
        """The task of a new point; one of the merge itself if the task was known without the point."""
        task = self._task_ids.get(row["task_id"])
        if task is not None:
            return task
        if self._own_task is None:
            self._own_task = self._next_task
            self._next_task += 1
        return self._own_task

    # ---- points ---------------------------------------------------------------------------------

    def _add_points(self, table: sa.Table, index: PointIndex, ends: Mapping[int, int]) -> None:
        ids, new = self._ids[table.name], self._new[table.name]
        rows, points = self._source.rows[table.name], self._source.points[table.name]
        for row, point in zip(rows, points, strict=True):
            known_id = index.find(point)
            if known_id is None:
                self._known.last[table.name] += 1
                known_id = self._known.last[table.name]
                index.add(known_id, point)
                columns = {"id": known_id, "task_id": self._task_of(row)}
                new.append(point_row(point, columns | self._ends(row, ends)))
            ids[row["id"]] = known_id

    @staticmethod
    def _ends(row: Mapping[str, Any], ids: Mapping[int, int]) -> dict[str, int]:
        """The ends of a transition state as ids of the target; none of a minimum."""
        if "minimum_a" not in row:
            return {}
        try:
            a, b = sorted(ids[row[name]] for name in ("minimum_a", "minimum_b"))
        except KeyError as error:
            raise RowError(
                schema.transition_states, None, f"one joins minimum {error}, which is not there"
            ) from error
        return {"minimum_a": a, "minimum_b": b}

    def _add_references(self) -> None:
        """What refers to points: hits, searches, attempts, annotations and proofs."""
        references = MergedReferences(
            self._connection, self._source, self._ids, self._task_ids, self._known_tasks
        )
        points = {name: {row["id"] for row in self._new[name]} for name in self._ids}
        self._new |= {
            "hits": references.hits(self._next_task - 1),
            "arrivals": references.arrivals(),
            "attempts": references.attempts(),
            "annotations": references.annotations(),
            "certificates": references.certificates(points),
            "pass_bounds": references.pass_bounds(points["transition_states"]),
        }

    # ---- writing --------------------------------------------------------------------------------

    def _insert_all(self) -> None:
        if not any(self._new.values()):
            return
        for name in ("minima", "transition_states"):
            brought = Counter(row["task_id"] for row in self._new[name])
            for task in self._new["tasks"]:
                task[f"new_{name}"] = brought[task["id"]]
        self._new["runs"].append(self._own_run())
        if self._own_task is not None:
            self._new["tasks"].append(self._row_of_own_task(self._own_task))
        for table in TABLES:
            rows = self._new[table.name]
            if table in (schema.runs, schema.tasks, schema.hits):
                rows = [sealed(table, row) for row in rows]
            if rows:
                self._connection.execute(table.insert(), rows)
        # Hits may have changed for which no task stands: who has read them reads all again.
        change = {"relation": schema.hits.name, "row_id": self._next_run}
        self._connection.execute(schema.changes.insert(), change)
        for table in (schema.runs, schema.tasks):
            _advance(self._connection, table)

    def _own_run(self) -> dict[str, Any]:
        """The run that says what was merged; it is the latest, and complete."""
        return {
            "id": self._next_run,
            "command": _COMMAND,
            "settings": json.dumps({"from": self._name}),
            "seed": 0,
            "version": version("thalweg"),
            "started": time.time(),
            "seconds": 0.0,
            "outcome": RunOutcome(EndReason.FINISHED).to_text(),
        }

    def _row_of_own_task(self, task: int) -> dict[str, Any]:
        table = schema.tasks
        numbers = sa.select(sa.func.max(table.c.task)).where(table.c.law == _LAW)
        last = self._connection.execute(numbers).scalar()
        return {
            "id": task,
            "run_id": self._next_run,
            "law": _LAW,
            "is_independent": False,
            "seed": 0,
            "stream": 0,
            "plan": None,
            "task": 0 if last is None else int(last) + 1,
            "seconds": 0.0,
            "minima": 0,
            **dict.fromkeys(schema.COUNTS, 0),
            **{
                f"new_{name}": sum(row["task_id"] == task for row in self._new[name])
                for name in ("minima", "transition_states")
            },
        }

    def _counts(self) -> MergedCounts:
        n_minima, n_states = (len(self._new[name]) for name in ("minima", "transition_states"))
        return MergedCounts(
            n_minima,
            n_states,
            len(set(self._ids["minima"].values())) - n_minima,
            len(set(self._ids["transition_states"].values())) - n_states,
            len(self._task_ids),
            len(self._known_tasks),
        )


def _key(row: Mapping[str, Any], names: Iterable[str]) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def _ended(outcome: str) -> str:
    """The outcome of a run in the target: nothing goes on there from where a run broke off elsewhere."""
    if RunOutcome.from_text(outcome).is_complete:
        return outcome
    note = f"{RunOutcome.from_text(outcome)}, when it was merged"
    return RunOutcome(EndReason.OTHER, note=note).to_text()


def _advance(connection: sa.Connection, table: sa.Table) -> None:
    """Have PostgreSQL count on from the ids that were given here."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}"
        )
