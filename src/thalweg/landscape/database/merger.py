"""Bringing all that one landscape holds into another, inside an open transaction."""

import json
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import sqlalchemy as sa

from ..errors import LandscapeError
from ..identity import PointIndex
from ..outcome import EndReason, RunOutcome
from ..records import Minimum, Saddle, TransitionState
from . import schema
from .known_points import KnownPoints
from .rows import RowError, checksums, read_rows, sealed
from .serialisation import point_of, point_row, table_of

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
        for table in _TABLES:
            query = sa.select(table).order_by(*table.primary_key.columns)
            read = list(read_rows(connection, query, table))
            rows[table.name] = [dict(zip(table.c.keys(), row, strict=True)) for row in read]
            for kind in (Minimum, TransitionState, Saddle):
                if table is table_of(kind):
                    points[table.name] = [point_of(row, kind, dimension) for row in read]
        return cls(rows, points)


_TABLES = (
    *(schema.runs, schema.tasks, schema.minima, schema.transition_states, schema.hits),
    *(schema.saddles, schema.arrivals, schema.attempts),
    *(schema.annotations, schema.certificates),
)


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
        self._new: dict[str, list[dict[str, Any]]] = {table.name: [] for table in _TABLES}
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
        self._add_hits()
        self._add_arrivals()
        self._add_attempts()
        self._add_by_minimum()
        self._add_certificates()
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

    # ---- what refers to minima -------------------------------------------------------------------

    def _add_hits(self) -> None:
        """Add up the hits of laws whose tasks are new; of those counted before none.

        Of searches that depend on each other, some may be known and some not: the larger number stands.
        """
        counted, new = self._laws(self._known_tasks), self._laws(self._task_ids)
        hits: Counter[tuple[str, int]] = Counter()
        is_independent = {}
        for row in self._source.rows["hits"]:
            law = row["law"]
            if law in new:
                hits[law, self._ids["minima"][row["minimum_id"]]] += row["hits"]
                is_independent[law] = row["is_independent"]
        table = schema.hits
        laws = list(is_independent)
        present = sa.select(table).where(table.c.law.in_(laws))
        for row in list(read_rows(self._connection, present, table)):
            more = hits.pop((row.law, row.minimum_id), 0)
            total = max(row.hits, more) if row.law in counted else row.hits + more
            if total != row.hits:
                here = (table.c.law == row.law) & (table.c.minimum_id == row.minimum_id)
                values = sealed(table, {**row._mapping, "hits": total})
                self._connection.execute(table.update().where(here).values(values))
        self._new["hits"] = [
            {
                "law": law,
                "minimum_id": i,
                "hits": n,
                "is_independent": is_independent[law],
                "task_id": self._next_task - 1,
            }
            for (law, i), n in hits.items()
        ]

    def _laws(self, tasks: Collection[int]) -> set[str]:
        """The laws of some tasks of the source."""
        return {row["law"] for row in self._source.rows["tasks"] if row["id"] in tasks}

    def _add_arrivals(self) -> None:
        """Add up the searches that came to transition states and saddles, as hits are."""
        counted, new = self._laws(self._known_tasks), self._laws(self._task_ids)
        searches: Counter[tuple[str, str, int]] = Counter()
        for row in self._source.rows["arrivals"]:
            law, kind = row["law"], row["kind"]
            point = self._ids.get(kind, {}).get(row["point_id"])
            if law in new and point is not None:
                searches[law, kind, point] += row["searches"]
        table = schema.arrivals
        present = sa.select(table).where(table.c.law.in_({law for law, *_ in searches}))
        for row in list(read_rows(self._connection, present, table)):
            key = (row.law, row.kind, row.point_id)
            more = searches.pop(key, 0)
            total = max(row.searches, more) if row.law in counted else row.searches + more
            here = sa.and_(*(c == value for c, value in zip(table.primary_key, key, strict=True)))
            self._connection.execute(table.update().where(here).values(searches=total))
        self._new["arrivals"] = [
            {"law": law, "kind": kind, "point_id": point, "searches": n}
            for (law, kind, point), n in searches.items()
        ]

    def _add_attempts(self) -> None:
        minima = self._ids["minima"]
        for row in self._source.rows["attempts"]:
            if row["task_id"] in self._task_ids:
                a, b = minima[row["minimum_a"]], row["minimum_b"]
                pair = [a] if b is None else sorted((a, minima[b]))
                new = {
                    "minimum_a": pair[0],
                    "minimum_b": None if b is None else pair[1],
                    "task_id": self._task_ids[row["task_id"]],
                }
                others = {k: v for k, v in row.items() if k != "id"}
                self._new["attempts"].append({**others, **new})

    def _add_by_minimum(self) -> None:
        """Annotations of minima that have none of that name."""
        table = schema.annotations
        query = sa.select(table.c.name, table.c.minimum_id)
        present = {tuple(key) for key in self._connection.execute(query)}
        for row in self._source.rows[table.name]:
            minimum = self._ids["minima"][row["minimum_id"]]
            if (row["name"], minimum) not in present:
                present.add((row["name"], minimum))
                self._new[table.name].append({**row, "minimum_id": minimum})

    def _add_certificates(self) -> None:
        """Proofs about points that stand in the target with the same bits; they are to be compared anew."""
        table = schema.certificates
        added = {
            kind: {row["id"] for row in self._new[name]}
            for kind, name in (("minimum", "minima"), ("transition state", "transition_states"))
        }
        ids = {
            "minimum": self._ids["minima"],
            "transition state": self._ids["transition_states"],
        }
        for row in self._source.rows[table.name]:
            point = ids.get(row["kind"], {}).get(row["point_id"])
            if point in added.get(row["kind"], ()):
                # One proof a point: a near copy of it in the source may have another.
                added[row["kind"]].remove(point)
                values = {**row, "point_id": point, "alike": ""}
                self._new[table.name].append({**values, **checksums(table, values)})

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
        for table in _TABLES:
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
