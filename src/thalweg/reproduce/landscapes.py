"""Landscapes that several reproductions share, mapped once and kept in a folder."""

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..landscape.end_reason import EndReason
from ..landscape.landscape import Landscape
from ..landscape.network import Network
from ..problems.problem import Problem
from ..search.exploration.explorer import Explorer
from ..search.exploration.plan import Methods, Stop

_NO_LIMIT = np.iinfo(np.int64).max
_LOOK_EVERY = 0.2
"""Seconds between two looks at a lock that another process holds; Ctrl-C is answered between them."""


class Landscapes:
    """Landscapes by problem and effort: what one reproduction mapped the next one reads.

    One that was broken off goes on when it is asked for again, also in another process. Of several processes
    that want the same one at once, one maps it and the others wait.

    Args:
        folder: where the files are; made if there is none.
        workers: processes that search, where none are asked for; one for each free core if None. The
            landscapes do not depend on it.
        per_task: random starts, and searches, in one task where the methods say none; landscapes of few
            starts need small ones, as a task is begun whole. As is usual if None.
    """

    def __init__(
        self, folder: Path, workers: int | None = None, *, per_task: int | None = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._workers, self._per_task = folder, workers, per_task

    def open(
        self,
        problem: Problem,
        starts: int,
        seed: int,
        *,
        connect: bool = False,
        seconds: float | None = None,
        methods: Methods | None = None,
        workers: int | None = None,
    ) -> Landscape:
        """All minima of so many random starts, joined if `connect`; to be used in a `with` block.

        Args:
            problem: what is mapped.
            starts: random starts that came to rest in a minimum.
            seed: of the search.
            connect: whether transition states are looked for.
            seconds: wall time after which the minima, and the transition states, are taken as they are.
            methods: how to search; the defaults if None.
            workers: processes; those of the object if None.
        """
        methods = self._in_tasks(methods)
        effort = f"{problem.fingerprint} {starts} {seed} {seconds} {methods}"
        workers = self._workers if workers is None else workers
        name = hashlib.sha256(effort.encode()).hexdigest()[:20]
        stop = Stop(_NO_LIMIT, starts=starts, seconds=seconds)
        minima, joined = self._folder / f"{name}.db", self._folder / f"{name}-joined.db"
        wanted = joined if connect else minima
        if not wanted.exists():
            with _alone(self._folder / f"{name}.lock"):
                if not minima.exists():
                    _map(problem, minima, stop, seed, methods, workers, connect=False)
                if not wanted.exists():
                    _begin_from(minima, _unfinished(joined))
                    _map(problem, joined, stop, seed, methods, workers, connect=True)
        return Landscape.open(wanted, problem)

    def _in_tasks(self, methods: Methods | None) -> Methods | None:
        if self._per_task is None:
            return methods
        methods = methods or Methods()
        return replace(
            methods,
            starts_per_task=methods.starts_per_task or self._per_task,
            searches_per_task=methods.searches_per_task or self._per_task,
        )

    def network(
        self,
        problem: Problem,
        starts: int,
        seed: int,
        *,
        connect: bool = False,
        seconds: float | None = None,
        methods: Methods | None = None,
    ) -> Network:
        """The network of such a landscape; arguments as in `open`."""
        with self.open(
            problem, starts, seed, connect=connect, seconds=seconds, methods=methods
        ) as landscape:
            return landscape.network()


def _map(
    problem: Problem,
    file: Path,
    stop: Stop,
    seed: int,
    methods: Methods | None,
    workers: int | None,
    *,
    connect: bool,
) -> None:
    """Map into a file beside `file`, which gets its name once all is there."""
    part = _unfinished(file)
    with Landscape.open_or_create(problem, part) as landscape:
        with Explorer(landscape, stop, methods, seed=seed, workers=workers) as run:
            run.find_minima()
            if connect:
                run.find_transition_states()
        if run.outcome.reason is EndReason.INTERRUPTED:
            # A table of what there happens to be would be taken for the one that was asked for.
            raise KeyboardInterrupt
    part.rename(file)


def _begin_from(minima: Path, part: Path) -> None:
    """Let a landscape that is to be joined begin with its minima, unless it has begun already."""
    if not part.exists():
        copy = part.with_suffix(".copy")
        shutil.copyfile(minima, copy)
        copy.rename(part)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Hold the lock of a file, which no other process then holds; wait for it if one does."""
    # SQLite's locks end with the process that holds them, however it ends, and are there on every system.
    connection = sqlite3.connect(file, timeout=_LOOK_EVERY, isolation_level=None)
    try:
        while not _is_locked_by(connection):
            pass
        yield
    finally:
        connection.close()


def _is_locked_by(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def _unfinished(file: Path) -> Path:
    return file.with_suffix(".part.db")
