"""The database of one problem: its minima, transition states, attempts and runs."""

import io
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa
from jaxtyping import Float

from ..problems import Problem, from_record
from . import schema
from .coverage import Coverage, coverage
from .database import Database
from .errors import FingerprintMismatch, LandscapeError, NotALandscape, NotAMinimum
from .identity import PointIndex
from .network import Network
from .records import Batch, Minimum, QuenchCounts, Recorded, TransitionState


class Landscape:
    """The stationary points of one problem, in an SQLite file, a PostgreSQL database or memory.

    What is atomic: `record` writes a batch in one transaction, or nothing of it. A process that is
    killed loses at most the batch in flight. Several processes may add to one landscape at once:
    each sees the others' points before it writes, so no point is stored twice. An object belongs to
    one thread. What it returns is in memory and does not change afterwards.

    Open one with `Landscape.create`, `Landscape.open` or `Landscape.open_or_create`.
    """

    def __init__(self, database: Database, problem: Problem | None) -> None:
        self._database = database
        self._problem = problem
        with database.reading() as connection:
            self._record = connection.execute(sa.select(schema.problem)).one()
        self._forget()

    # ---- opening --------------------------------------------------------------------------------

    @classmethod
    def create(cls, problem: Problem, place: str | Path | None = None) -> "Landscape":
        """A new landscape of `problem` in the file or database URL `place`, in memory if None.

        Raises:
            LandscapeError: if the file exists already or cannot be written.
        """
        if _is_file(place) and Path(str(place)).exists():
            raise LandscapeError(f"{place} exists already. Open it, or choose another name.")
        return cls.open_or_create(problem, place)

    @classmethod
    def open(cls, place: str | Path, problem: Problem | None = None) -> "Landscape":
        """The landscape in `place`; `problem` is needed if the file cannot rebuild it itself.

        Raises:
            LandscapeError: if there is no such file.
            FingerprintMismatch: if it holds points of another problem.
            NewerSchema: if a newer thalweg wrote it.
            NotALandscape: if it is something else, or damaged.
        """
        if _is_file(place) and not Path(place).is_file():
            raise LandscapeError(f"{place}: no such file. Make it with `thalweg explore`.")
        database = Database(place)
        with database.reading() as connection:
            tables = set(sa.inspect(connection).get_table_names())
        if "alembic_version" not in tables or "problem" not in tables:
            raise NotALandscape(f"{place} is not a landscape file. Check the name.")
        with database.writing() as connection:
            schema.upgrade(connection)
        landscape = cls(database, problem)
        if problem is not None:
            landscape._check_same(problem)
        return landscape

    @classmethod
    def open_or_create(cls, problem: Problem, place: str | Path | None = None) -> "Landscape":
        """The landscape of `problem` in `place`, made if there is none; in memory if `place` is None.

        Raises: as `open`.
        """
        if _is_file(place):
            parent = Path(str(place)).absolute().parent
            if not parent.is_dir():
                raise LandscapeError(
                    f"{place}: the directory {parent} does not exist. Make it first."
                )
            if Path(str(place)).exists() and Path(str(place)).stat().st_size > 0:
                return cls.open(str(place), problem)
        database = Database(place)
        with database.writing() as connection:
            schema.upgrade(connection)
            if connection.execute(sa.select(sa.func.count(schema.problem.c.id))).scalar() == 0:
                connection.execute(schema.problem.insert(), _problem_row(problem))
        landscape = cls(database, problem)
        landscape._check_same(problem)
        return landscape

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> "Landscape":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check_same(self, problem: Problem) -> None:
        if problem.fingerprint != self.fingerprint:
            raise FingerprintMismatch(
                f"{self.place} holds minima of '{self.problem_name}' ({self.fingerprint[:8]}…), but "
                f"this problem is '{problem.name}' ({problem.fingerprint[:8]}…). Pass the original "
                "problem, or write to a new file with `--to`."
            )

    # ---- the problem ----------------------------------------------------------------------------

    @property
    def place(self) -> str:
        """File name or URL; 'memory' for a landscape in memory."""
        return self._database.place

    @property
    def problem_name(self) -> str:
        """The problem's name, for people."""
        return self._record.name

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the problem's kind, choices and data."""
        return self._record.fingerprint

    @property
    def dimension(self) -> int:
        """d, the number of parameters."""
        return self._record.dimension

    @property
    def symmetry_order(self) -> int:
        """|G|, exactly."""
        return int(self._record.symmetry_order)

    @property
    def log_symmetry_order(self) -> float:
        """ln |G|."""
        return self._record.log_symmetry_order

    @property
    def problem(self) -> Problem:
        """The problem whose points these are, rebuilt from the file if it can be.

        Raises:
            LandscapeError: if the problem was made from the user's own function or model: it has to
                be passed to `Landscape.open`.
        """
        if self._problem is None:
            if not self._record.is_portable:
                raise LandscapeError(
                    f"{self.place} holds '{self.problem_name}', which cannot be rebuilt from a file. "
                    "Pass the problem again: `Landscape.open(file, problem)`."
                )
            arrays = np.load(io.BytesIO(self._record.arrays), allow_pickle=False)
            choices = json.loads(self._record.choices)
            problem = from_record(self._record.kind, choices, dict(arrays))
            self._check_same(problem)
            self._problem = problem
        return self._problem

    # ---- writing --------------------------------------------------------------------------------

    def start_run(self, command: str, settings: Mapping[str, Any], seed: int) -> int:
        """Note the begin of a run, its settings (JSON-serialisable) and seed; returns its id."""
        with self._database.writing() as connection:
            result = connection.execute(
                schema.runs.insert(),
                {
                    "command": command,
                    "settings": json.dumps(dict(settings), sort_keys=True),
                    "seed": seed,
                    "version": version("thalweg"),
                    "started": time.time(),
                    "seconds": 0.0,
                    "outcome": "unfinished",
                },
            )
            return int(result.inserted_primary_key[0])  # type: ignore[index]

    def finish_run(self, run: int, outcome: str) -> None:
        """Note why a run ended."""
        with self._database.writing() as connection:
            self._touch_run(connection, run, outcome)

    @staticmethod
    def _touch_run(connection: sa.Connection, run: int, outcome: str | None = None) -> None:
        runs = schema.runs
        values: dict[str, Any] = {"seconds": time.time() - runs.c.started}
        if outcome is not None:
            values["outcome"] = outcome
        connection.execute(runs.update().where(runs.c.id == run).values(values))

    def next_task(self, law: str, seed: int, stream: int = 0) -> int:
        """Number of the first task of `law`, `seed` and `stream` that has not been recorded."""
        tasks = schema.tasks.c
        query = sa.select(sa.func.max(tasks.task)).where(
            tasks.law == law, tasks.seed == seed, tasks.stream == stream
        )
        with self._database.reading() as connection:
            last = connection.execute(query).scalar()
        return 0 if last is None else int(last) + 1

    def record(self, batch: Batch, run: int) -> Recorded:
        """Write all that `batch` found in one transaction.

        A batch that is recorded already (same law, seed, stream and task) is left alone.

        Raises:
            NotAMinimum: if a point of the batch is not what it claims to be; nothing is written.
            LandscapeError: if the file cannot be written; nothing of the batch is written then.
        """
        _check_points(batch)
        try:
            with self._database.writing() as connection:
                if _is_recorded(connection, batch):
                    return Recorded((), (), (), 0, 0, is_repeat=True)
                self._catch_up(connection)
                recorded = _Writer(self, connection, batch, run).write()
                self._touch_run(connection, run)
        except BaseException:
            # What the index learnt in a transaction that failed is not in the file.
            self._forget()
            raise
        return recorded

    def annotate(self, name: str, values: Sequence[float] | Float[np.ndarray, " minima"]) -> None:
        """Save one number for each minimum, in the order of `network()`, under `name`.

        Raises:
            ValueError: if there is not one value for each minimum.
        """
        rows = schema.annotations
        with self._database.writing() as connection:
            ids = connection.execute(sa.select(schema.minima.c.id).order_by("id")).scalars().all()
            if len(values) != len(ids):
                raise ValueError(f"values must hold {len(ids)} numbers, got {len(values)}.")
            connection.execute(rows.delete().where(rows.c.name == name))
            pairs = zip(ids, values, strict=True)
            data = [{"name": name, "minimum_id": i, "value": float(v)} for i, v in pairs]
            if data:
                connection.execute(rows.insert(), data)

    # ---- what is known --------------------------------------------------------------------------

    def _forget(self) -> None:
        symmetry = None if self._problem is None else self._problem.symmetry
        self._symmetry = symmetry
        self._minima: PointIndex | None = None
        self._saddles: PointIndex | None = None
        self._last = {"minima": 0, "transition_states": 0}

    def _catch_up(self, connection: sa.Connection) -> None:
        """Read the points that other processes have added."""
        if self._minima is None or self._saddles is None:
            symmetry = self.problem.symmetry
            self._minima, self._saddles = PointIndex(symmetry), PointIndex(symmetry)
        for index, table in (
            (self._minima, schema.minima),
            (self._saddles, schema.transition_states),
        ):
            query = sa.select(table).where(table.c.id > self._last[table.name]).order_by(table.c.id)
            for row in connection.execute(query):
                index.add(row.id, _point(row))
                self._last[table.name] = row.id

    # ---- reading --------------------------------------------------------------------------------

    @property
    def n_minima(self) -> int:
        """Number of minima."""
        return self._count(schema.minima)

    @property
    def n_transition_states(self) -> int:
        """Number of transition states, degenerate rearrangements included."""
        return self._count(schema.transition_states)

    def _count(self, table: sa.Table) -> int:
        with self._database.reading() as connection:
            return int(connection.execute(sa.select(sa.func.count(table.c.id))).scalar() or 0)

    def minima(self) -> list[Minimum]:
        """All minima, in the order of their ids."""
        return self._points(schema.minima)

    def transition_states(self) -> list[TransitionState]:
        """All transition states, in the order of their ids."""
        return [TransitionState(**vars(p)) for p in self._points(schema.transition_states)]

    def _points(self, table: sa.Table) -> list[Minimum]:
        with self._database.reading() as connection:
            return [_point(row) for row in connection.execute(sa.select(table).order_by("id"))]

    def network(self) -> Network:
        """An immutable view of all minima and transition states, for analysis."""
        m, t = schema.minima.c, schema.transition_states.c
        columns = ("id", "loss", "lpphe", "stabiliser_order")
        with self._database.reading() as connection:
            minima = connection.execute(
                sa.select(*(m[c] for c in columns), m.coordinates).order_by(m.id)
            ).all()
            edges = connection.execute(
                sa.select(*(t[c] for c in columns), t.minimum_a, t.minimum_b).order_by(t.id)
            ).all()
            n_modes = connection.execute(sa.select(m.spectrum).limit(1)).scalar()
            counts = {i: n for i, n in connection.execute(_total_hits())}
        ids = np.array([row.id for row in minima], dtype=np.int64)
        ends = np.array([(row.minimum_a, row.minimum_b) for row in edges], np.int64).reshape(-1, 2)
        coordinates = np.frombuffer(b"".join(row.coordinates for row in minima), dtype="<f8")
        return Network(
            losses=np.array([row.loss for row in minima], dtype=np.float64),
            coordinates=coordinates.reshape(len(minima), self.dimension),
            lpphe=np.array([row.lpphe for row in minima], dtype=np.float64),
            log_degeneracy=self._log_degeneracy(minima),
            hits=np.array([counts.get(row.id, 0) for row in minima], dtype=np.int64),
            edges=np.searchsorted(ids, ends),
            barrier_losses=np.array([row.loss for row in edges], dtype=np.float64),
            barrier_lpphe=np.array([row.lpphe for row in edges], dtype=np.float64),
            barrier_log_degeneracy=self._log_degeneracy(edges),
            n_modes=self.dimension if n_modes is None else len(n_modes) // 8,
            minimum_ids=ids,
            transition_state_ids=np.array([row.id for row in edges], dtype=np.int64),
        )

    def _log_degeneracy(self, rows: Iterable[Any]) -> Float[np.ndarray, " points"]:
        orders = np.array([float(int(row.stabiliser_order)) for row in rows], dtype=np.float64)
        return self.log_symmetry_order - np.log(orders)

    def attempts(self, method: str) -> Counter[tuple[int, int | None]]:
        """How often each pair of ids (a < b) was tried with `method`; b is None for one minimum."""
        a = schema.attempts.c
        query = sa.select(a.minimum_a, a.minimum_b).where(a.method == method)
        with self._database.reading() as connection:
            return Counter((first, second) for first, second in connection.execute(query))

    def attempt_outcomes(self, method: str) -> list[int]:
        """How many transition states each attempt with `method` found, in the order of the attempts."""
        a = schema.attempts.c
        query = sa.select(a.transition_states).where(a.method == method).order_by(a.id)
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def coverage(self, law: str | None = None) -> Coverage:
        """Coverage of the independent draws of `law`; of the law most drawn from if None."""
        h = schema.hits.c
        with self._database.reading() as connection:
            drawn = sa.select(h.law, h.hits).where(h.is_independent)
            rows = connection.execute(drawn).all()
        totals = Counter[str]()
        for row in rows:
            totals[row.law] += row.hits
        if law is None:
            law = totals.most_common(1)[0][0] if totals else ""
        return coverage([row.hits for row in rows if row.law == law], law)

    def counts(self) -> QuenchCounts:
        """How all recorded quenches ended."""
        names = ("minima", *schema.COUNTS)
        columns = [sa.func.coalesce(sa.func.sum(schema.tasks.c[c]), 0).label(c) for c in names]
        with self._database.reading() as connection:
            row = connection.execute(sa.select(*columns)).one()
        return QuenchCounts(**{name: int(getattr(row, name)) for name in names})

    def outcome(self) -> str:
        """Why the latest run ended; 'unfinished' if it was killed or still runs."""
        last = sa.select(schema.runs.c.outcome).order_by(schema.runs.c.id.desc()).limit(1)
        with self._database.reading() as connection:
            return str(connection.execute(last).scalar() or "no run yet")

    def wall_seconds(self) -> float:
        """Time spent in all runs, up to their last batch."""
        total = sa.select(sa.func.coalesce(sa.func.sum(schema.runs.c.seconds), 0.0))
        with self._database.reading() as connection:
            return float(connection.execute(total).scalar() or 0.0)

    def worst_rms_gradient(self) -> tuple[float, float]:
        """Largest stored RMS gradient of the minima, and of the transition states; 0 if none."""
        with self._database.reading() as connection:
            minima, saddles = (
                float(connection.execute(sa.select(sa.func.max(t.c.rms_gradient))).scalar() or 0.0)
                for t in (schema.minima, schema.transition_states)
            )
        return minima, saddles

    def annotation(self, name: str) -> Float[np.ndarray, " minima"]:
        """The values saved by `annotate`, in the order of `network()`; NaN for later minima.

        Raises:
            KeyError: if nothing was saved under `name`.
        """
        rows = schema.annotations.c
        with self._database.reading() as connection:
            ids = connection.execute(sa.select(schema.minima.c.id).order_by("id")).scalars().all()
            query = sa.select(rows.minimum_id, rows.value).where(rows.name == name)
            saved = {i: value for i, value in connection.execute(query)}
        if not saved:
            raise KeyError(f"no annotation {name!r}; save one with `annotate`.")
        return np.array([saved.get(i, np.nan) for i in ids], dtype=np.float64)


class _Place(NamedTuple):
    id: int
    is_new: bool


class _Writer:
    """Writes one batch inside an open transaction."""

    def __init__(
        self, landscape: Landscape, connection: sa.Connection, batch: Batch, run: int
    ) -> None:
        assert landscape._minima is not None and landscape._saddles is not None
        self._minima, self._saddles = landscape._minima, landscape._saddles
        self._last = landscape._last
        self._connection, self._batch, self._run = connection, batch, run
        self._new_minima: list[dict[str, Any]] = []
        self._new_saddles: list[dict[str, Any]] = []
        self._hits: Counter[int] = Counter()

    def write(self) -> Recorded:
        self._task_id = self._insert_task()
        places = [self._minimum(point) for point in self._batch.minima]
        saddle_ids = tuple(self._pathways())
        self._insert(schema.minima, self._new_minima)
        self._insert(schema.transition_states, self._new_saddles)
        self._add_hits()
        self._insert(schema.attempts, self._attempts())
        self._connection.execute(
            schema.tasks.update()
            .where(schema.tasks.c.id == self._task_id)
            .values(new_minima=len(self._new_minima), new_transition_states=len(self._new_saddles))
        )
        return Recorded(
            tuple(place.id for place in places),
            tuple(place.is_new for place in places),
            saddle_ids,
            len(self._new_minima),
            len(self._new_saddles),
        )

    def _insert_task(self) -> int:
        batch = self._batch
        result = self._connection.execute(
            schema.tasks.insert(),
            {
                "run_id": self._run,
                "law": batch.law,
                "is_independent": batch.is_independent,
                "seed": batch.seed,
                "stream": batch.stream,
                "task": batch.task,
                "new_minima": 0,
                "new_transition_states": 0,
                "seconds": batch.seconds,
                **vars(batch.counts),
            },
        )
        return int(result.inserted_primary_key[0])  # type: ignore[index]

    def _minimum(self, point: Minimum) -> _Place:
        place = self._place(self._minima, "minima", point, self._new_minima, {})
        self._hits[place.id] += 1
        return place

    def _pathways(self) -> Iterator[int]:
        for pathway in self._batch.pathways:
            a, b = sorted(self._minimum(end).id for end in pathway.ends)
            ends = {"minimum_a": a, "minimum_b": b}
            saddle = pathway.transition_state
            yield self._place(
                self._saddles, "transition_states", saddle, self._new_saddles, ends
            ).id

    def _place(
        self,
        index: PointIndex,
        table: str,
        point: Minimum,
        new: list[dict[str, Any]],
        more: dict[str, Any],
    ) -> _Place:
        known = index.find(point)
        if known is not None:
            return _Place(known, False)
        self._last[table] += 1
        point_id = self._last[table]
        index.add(point_id, point)
        new.append({**_point_row(point), "id": point_id, "task_id": self._task_id, **more})
        return _Place(point_id, True)

    def _attempts(self) -> list[dict[str, Any]]:
        return [
            {
                "minimum_a": attempt.a,
                "minimum_b": attempt.b,
                "method": attempt.method,
                "transition_states": attempt.n_transition_states,
                "task_id": self._task_id,
            }
            for attempt in self._batch.attempts
        ]

    def _add_hits(self) -> None:
        table, law = schema.hits, self._batch.law
        present = table.c.law == law
        known = self._connection.execute(
            sa.select(table.c.minimum_id).where(present, table.c.minimum_id.in_(list(self._hits)))
        ).scalars()
        updates = [{"of": i, "more": self._hits.pop(i)} for i in known]
        if updates:
            self._connection.execute(
                table.update()
                .where(present, table.c.minimum_id == sa.bindparam("of"))
                .values(hits=table.c.hits + sa.bindparam("more")),
                updates,
            )
        rows = [
            {
                "law": law,
                "minimum_id": i,
                "hits": n,
                "is_independent": self._batch.is_independent,
            }
            for i, n in self._hits.items()
        ]
        self._insert(table, rows)

    def _insert(self, table: sa.Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(table.insert(), rows)


def _is_file(place: str | Path | None) -> bool:
    return place is not None and "://" not in str(place)


def _problem_row(problem: Problem) -> dict[str, Any]:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **problem.arrays())  # type: ignore[arg-type]
    return {
        "kind": problem.kind,
        "name": problem.name,
        "fingerprint": problem.fingerprint,
        "choices": json.dumps(problem.choices(), sort_keys=True),
        "arrays": buffer.getvalue(),
        "is_portable": problem.is_portable,
        "dimension": problem.dimension,
        "symmetry_order": str(problem.symmetry.order),
        "log_symmetry_order": problem.symmetry.log_order,
    }


def _point_row(point: Minimum) -> dict[str, Any]:
    return {
        "loss": float(point.loss),
        "coordinates": np.ascontiguousarray(point.coordinates, dtype="<f8").tobytes(),
        "spectrum": np.ascontiguousarray(point.spectrum, dtype="<f8").tobytes(),
        "lpphe": point.lpphe,
        "rms_gradient": float(point.rms_gradient),
        "tolerance": float(point.tolerance),
        "stabiliser_order": str(point.stabiliser_order),
    }


def _point(row: Any) -> Minimum:
    return Minimum(
        loss=row.loss,
        coordinates=np.frombuffer(row.coordinates, dtype="<f8"),
        spectrum=np.frombuffer(row.spectrum, dtype="<f8"),
        rms_gradient=row.rms_gradient,
        tolerance=row.tolerance,
        stabiliser_order=int(row.stabiliser_order),
    )


def _total_hits() -> sa.Select:
    h = schema.hits.c
    return sa.select(h.minimum_id, sa.func.sum(h.hits)).group_by(h.minimum_id)


def _is_recorded(connection: sa.Connection, batch: Batch) -> bool:
    # On PostgreSQL this row is the writers' lock; SQLite has locked the file already.
    connection.execute(sa.select(schema.problem.c.id).with_for_update())
    t = schema.tasks.c
    query = sa.select(t.id).where(
        t.law == batch.law,
        t.seed == batch.seed,
        t.stream == batch.stream,
        t.task == batch.task,
    )
    return connection.execute(query).first() is not None


def _check_points(batch: Batch) -> None:
    """Whatever a search hands over, only minima are stored as minima, and saddles as saddles."""
    ends = (end for pathway in batch.pathways for end in pathway.ends)
    for index, points in (
        (0, (*batch.minima, *ends)),
        (1, tuple(pathway.transition_state for pathway in batch.pathways)),
    ):
        for point in points:
            n_negative = int((point.spectrum < 0).sum())
            if not point.rms_gradient <= point.tolerance or n_negative != index:
                raise NotAMinimum(
                    f"RMS gradient {point.rms_gradient:.1e} (at most {point.tolerance:g} allowed) and "
                    f"{n_negative} negative eigenvalues ({index} expected). Quench the point first."
                )
