"""Rows of a landscape that refer to its points, as another landscape has them that it is merged into."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from . import schema
from .certificates import TABLES
from .landscape_rows import LandscapeRows
from .rows import checksums, read_rows, sealed


class MergedReferences:
    """The rows that refer to points, with the ids of the target; those that are new there are returned.

    Args:
        connection: of a writing transaction of the target; its own numbers of hits and searches change.
        source: what is merged.
        ids: of its points in the target, by table and their ids in the source.
        tasks: ids in the target of the tasks of the source that are new there.
        known_tasks: ids in the source of the others.
    """

    def __init__(
        self,
        connection: sa.Connection,
        source: LandscapeRows,
        ids: Mapping[str, Mapping[int, int]],
        tasks: Mapping[int, int],
        known_tasks: Collection[int],
    ) -> None:
        self._connection, self._rows, self._ids, self._tasks = connection, source.rows, ids, tasks
        self._counted, self._new = self._laws(known_tasks), self._laws(tasks)

    def _laws(self, tasks: Collection[int]) -> set[str]:
        """The laws of some tasks of the source."""
        return {row["law"] for row in self._rows["tasks"] if row["id"] in tasks}

    # ---- what is counted --------------------------------------------------------------------------

    def hits(self, task: int) -> list[dict[str, Any]]:
        """Add up the hits of laws whose tasks are new; of those counted before none.

        Args:
            task: that new rows name as the one that changed them last.
        """
        hits: Counter[tuple[str, int]] = Counter()
        is_independent = {}
        for row in self._rows["hits"]:
            law = row["law"]
            if law in self._new:
                hits[law, self._ids["minima"][row["minimum_id"]]] += row["hits"]
                is_independent[law] = row["is_independent"]
        table = schema.hits
        present = sa.select(table).where(table.c.law.in_(list(is_independent)))
        for row in list(read_rows(self._connection, present, table)):
            total = self._total(row.law, row.hits, hits.pop((row.law, row.minimum_id), 0))
            if total != row.hits:
                here = (table.c.law == row.law) & (table.c.minimum_id == row.minimum_id)
                values = sealed(table, {**row._mapping, "hits": total})
                self._connection.execute(table.update().where(here).values(values))
        return [
            {
                "law": law,
                "minimum_id": i,
                "hits": n,
                "is_independent": is_independent[law],
                "task_id": task,
            }
            for (law, i), n in hits.items()
        ]

    def arrivals(self) -> list[dict[str, Any]]:
        """Add up the searches that came to transition states and saddles, as hits are."""
        searches: Counter[tuple[str, str, int]] = Counter()
        for row in self._rows["arrivals"]:
            law, kind = row["law"], row["kind"]
            point = self._ids.get(kind, {}).get(row["point_id"])
            if law in self._new and point is not None:
                searches[law, kind, point] += row["searches"]
        table = schema.arrivals
        present = sa.select(table).where(table.c.law.in_({law for law, *_ in searches}))
        for row in list(read_rows(self._connection, present, table)):
            key = (row.law, row.kind, row.point_id)
            total = self._total(row.law, row.searches, searches.pop(key, 0))
            here = sa.and_(*(c == value for c, value in zip(table.primary_key, key, strict=True)))
            self._connection.execute(table.update().where(here).values(searches=total))
        return [
            {"law": law, "kind": kind, "point_id": point, "searches": n}
            for (law, kind, point), n in searches.items()
        ]

    def _total(self, law: str, n: int, n_more: int) -> int:
        # Of searches that depend on each other, some may be known and some not: the larger number stands.
        return max(n, n_more) if law in self._counted else n + n_more

    # ---- what is noted ----------------------------------------------------------------------------

    def attempts(self) -> list[dict[str, Any]]:
        """The attempts of tasks that are new."""
        return [
            self._attempt(row) for row in self._rows["attempts"] if row["task_id"] in self._tasks
        ]

    def _attempt(self, row: Mapping[str, Any]) -> dict[str, Any]:
        minima = self._ids["minima"]
        a, b = minima[row["minimum_a"]], row["minimum_b"]
        pair = (a, None) if b is None else sorted((a, minima[b]))
        others = {key: value for key, value in row.items() if key != "id"}
        ends = dict(zip(("minimum_a", "minimum_b"), pair, strict=True))
        return {**others, **ends, "task_id": self._tasks[row["task_id"]]}

    def annotations(self) -> list[dict[str, Any]]:
        """Annotations of minima that have none of that name."""
        table, new = schema.annotations, []
        query = sa.select(table.c.name, table.c.minimum_id)
        present = {tuple(key) for key in self._connection.execute(query)}
        for row in self._rows[table.name]:
            minimum = self._ids["minima"][row["minimum_id"]]
            if (row["name"], minimum) not in present:
                present.add((row["name"], minimum))
                new.append({**row, "minimum_id": minimum})
        return new

    def pass_bounds(self, new_states: Collection[int]) -> list[dict[str, Any]]:
        """Bounds of passes that stand in the target with the bits of the source.

        Where an end is a near copy of that in the source the bound is about other coordinates, and no
        reading takes it for one about these.

        Args:
            new_states: ids of the transition states that the target has from the source.
        """
        table, new, without = schema.pass_bounds, [], set(new_states)
        for row in self._rows[table.name]:
            state = self._ids["transition_states"].get(row["transition_state"])
            if state in without:
                without.remove(state)
                new.append(sealed(table, {**row, "transition_state": state}))
        return new

    def certificates(self, new_points: Mapping[str, Collection[int]]) -> list[dict[str, Any]]:
        """Proofs about points that stand in the target with the same bits; they are to be compared anew.

        Args:
            new_points: ids of the points that the target has from the source, by table.
        """
        table, new = schema.certificates, []
        name_of = {kind: points.name for kind, points in TABLES.items()}
        without = {kind: set(new_points[name]) for kind, name in name_of.items()}
        for row in self._rows[table.name]:
            kind = row["kind"]
            point = self._ids[name_of[kind]].get(row["point_id"]) if kind in name_of else None
            if point is not None and point in without[kind]:
                # One proof a point: a near copy of it in the source may have another.
                without[kind].remove(point)
                values = {**row, "point_id": point, "alike": ""}
                new.append({**values, **checksums(table, values)})
        return new
