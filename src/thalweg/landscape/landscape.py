"""The database of one problem: its minima, transition states, attempts and runs."""

import io
import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from jaxtyping import Float

from ..problems import Problem, from_record
from .coverage import Coverage, coverage
from .database import schema
from .database.connection import Database
from .database.serialisation import point_of, problem_row
from .database.writer import KnownPoints, Writer, check_points, is_recorded
from .errors import FingerprintMismatch, LandscapeError, NotALandscape
from .network import Network, require_minima
from .records import Batch, Minimum, QuenchCounts, Recorded, Run, TransitionState
from .stored_minimum import StoredMinimum


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
        self._known: KnownPoints | None = None

    # ---- opening --------------------------------------------------------------------------------

    @classmethod
    def create(cls, problem: Problem, location: str | Path | None = None) -> "Landscape":
        """A new landscape of `problem` in the file or database URL `location`, in memory if None.

        Raises:
            LandscapeError: if the file exists already or cannot be written.
        """
        if _is_file(location) and Path(str(location)).exists():
            raise LandscapeError(f"{location} exists already. Open it, or choose another name.")
        return cls.open_or_create(problem, location)

    @classmethod
    def open(cls, location: str | Path, problem: Problem | None = None) -> "Landscape":
        """The landscape in `location`; `problem` is needed if the file cannot rebuild it itself.

        Raises:
            LandscapeError: if there is no such file.
            FingerprintMismatch: if it holds points of another problem.
            NewerSchema: if a newer thalweg wrote it.
            NotALandscape: if it is something else, or damaged.
        """
        if _is_file(location) and not Path(location).is_file():
            raise LandscapeError(f"{location}: no such file. Make it with `thalweg explore`.")
        database = Database(location)
        with database.reading() as connection:
            tables = set(sa.inspect(connection).get_table_names())
        if "alembic_version" not in tables or "problem" not in tables:
            raise NotALandscape(f"{location} is not a landscape file. Check the name.")
        with database.writing() as connection:
            schema.upgrade(connection)
        landscape = cls(database, problem)
        if problem is not None:
            landscape._check_same(problem)
        return landscape

    @classmethod
    def open_or_create(cls, problem: Problem, location: str | Path | None = None) -> "Landscape":
        """The landscape of `problem` in `location`, made if there is none; in memory if `location` is None.

        Raises: as `open`.
        """
        if _is_file(location):
            parent = Path(str(location)).absolute().parent
            if not parent.is_dir():
                raise LandscapeError(
                    f"{location}: the directory {parent} does not exist. Make it first."
                )
            if Path(str(location)).exists() and Path(str(location)).stat().st_size > 0:
                return cls.open(str(location), problem)
        database = Database(location)
        with database.writing() as connection:
            schema.upgrade(connection)
            if connection.execute(sa.select(sa.func.count(schema.problem.c.id))).scalar() == 0:
                connection.execute(schema.problem.insert(), problem_row(problem))
        landscape = cls(database, problem)
        landscape._check_same(problem)
        return landscape

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> "Landscape":
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Copies, also those in other processes, open the same file anew.

        Raises:
            TypeError: for a landscape in memory, which has no file.
        """
        if self.location == "memory":
            raise TypeError(
                "a landscape in memory cannot be copied; write it to a file (`to=…`), or pass its "
                "`network()`."
            )
        return Landscape.open, (str(self.location), self._problem)

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check_same(self, problem: Problem) -> None:
        if problem.fingerprint != self.fingerprint:
            raise FingerprintMismatch(
                f"{self.location} holds minima of '{self.problem_name}' ({self.fingerprint[:8]}…), but "
                f"this problem is '{problem.name}' ({problem.fingerprint[:8]}…). Pass the original "
                "problem, or write to a new file with `--to`."
            )

    # ---- the problem ----------------------------------------------------------------------------

    @property
    def location(self) -> str:
        """File name or URL; 'memory' for a landscape in memory."""
        return self._database.location

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
                    f"{self.location} holds '{self.problem_name}', which cannot be rebuilt from a file. "
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
        check_points(batch)
        try:
            with self._database.writing() as connection:
                if is_recorded(connection, batch):
                    return Recorded((), (), (), 0, 0, is_repeat=True)
                if self._known is None:
                    self._known = KnownPoints(self.problem.symmetry)
                self._known.catch_up(connection)
                recorded = Writer(self._known, connection, batch, run).write()
                self._touch_run(connection, run)
        except BaseException:
            # What the index learnt in a transaction that failed is not in the file.
            self._known = None
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

    # ---- reading --------------------------------------------------------------------------------

    @property
    def n_minima(self) -> int:
        """Number of minima."""
        return self._count(schema.minima)

    @property
    def n_transition_states(self) -> int:
        """Number of transition states, degenerate rearrangements included."""
        return self._count(schema.transition_states)

    def require_minima(self, purpose: str) -> None:
        """As `Network.require_minima`, without reading the network.

        Raises:
            ValueError: if there are no minima.
        """
        require_minima(self.n_minima, self.location, purpose)

    def _count(self, table: sa.Table) -> int:
        with self._database.reading() as connection:
            return int(connection.execute(sa.select(sa.func.count(table.c.id))).scalar() or 0)

    def minima(self) -> list[Minimum]:
        """All minima, in the order of their ids."""
        return self._points(schema.minima)

    def minimum(self, index: int) -> StoredMinimum:
        """One minimum, by its place in `minima()` and `network()`; `to_model()` makes a model of it.

        Raises:
            IndexError: if there is no such minimum.
        """
        ids = schema.minima.c.id
        query = sa.select(schema.minima).order_by(ids).offset(index).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(query).first() if index >= 0 else None
        if row is None:
            raise IndexError(
                f"{self.location} has {self.n_minima} minima, numbered from 0; there is no minimum {index}."
            )
        return StoredMinimum(**vars(point_of(row)), problem=self.problem)

    def transition_states(self) -> list[TransitionState]:
        """All transition states, in the order of their ids."""
        return [TransitionState(**vars(p)) for p in self._points(schema.transition_states)]

    def _points(self, table: sa.Table) -> list[Minimum]:
        with self._database.reading() as connection:
            return [point_of(row) for row in connection.execute(sa.select(table).order_by("id"))]

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
            n_modes = connection.execute(sa.select(m.n_modes).limit(1)).scalar()
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
            n_modes=self.dimension if n_modes is None else n_modes,
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

    def runs(self) -> list[Run]:
        """All runs, the first one first."""
        r = schema.runs.c
        columns = (r.command, r.settings, r.seed, r.version, r.started, r.seconds, r.outcome)
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(*columns).order_by(r.id)).all()
        return [Run(**{**row._asdict(), "settings": json.loads(row.settings)}) for row in rows]

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

    def annotation_names(self) -> list[str]:
        """The names under which values were saved by `annotate`, in alphabetical order."""
        names = sa.select(schema.annotations.c.name).distinct().order_by("name")
        with self._database.reading() as connection:
            return list(connection.execute(names).scalars())

    def annotation(self, name: str) -> Float[np.ndarray, " minima"]:
        """The values saved by `annotate`, in the order of `network()`; NaN for later minima.

        Raises:
            LandscapeError: if nothing was saved under `name`.
        """
        rows = schema.annotations.c
        with self._database.reading() as connection:
            ids = connection.execute(sa.select(schema.minima.c.id).order_by("id")).scalars().all()
            query = sa.select(rows.minimum_id, rows.value).where(rows.name == name)
            saved = {i: value for i, value in connection.execute(query)}
        if not saved:
            raise LandscapeError(
                f"{self.location} has no annotation {name!r}; save one with `annotate` or "
                "`thalweg metrics`."
            )
        return np.array([saved.get(i, np.nan) for i in ids], dtype=np.float64)


def _is_file(location: str | Path | None) -> bool:
    return location is not None and "://" not in str(location)


def _total_hits() -> sa.Select:
    h = schema.hits.c
    return sa.select(h.minimum_id, sa.func.sum(h.hits)).group_by(h.minimum_id)
