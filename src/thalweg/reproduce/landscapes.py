"""Landscapes that several reproductions share, mapped once and kept in a folder."""

import hashlib
import shutil
from pathlib import Path

import numpy as np

from ..landscape.landscape import Landscape
from ..landscape.network import Network
from ..landscape.outcome import EndReason
from ..problems.problem import Problem
from ..search.exploration.explorer import Explorer
from ..search.exploration.plan import Methods, Stop

_NO_LIMIT = np.iinfo(np.int64).max


class Landscapes:
    """Landscapes by problem and effort: what one reproduction mapped the next one reads.

    One that was broken off goes on when it is asked for again, also in another process.

    Args:
        folder: where the files are; made if there is none.
        workers: processes that search, where none are asked for; one for each free core if None. The
            landscapes do not depend on it.
    """

    def __init__(self, folder: Path, workers: int | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._workers = folder, workers

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
        effort = f"{problem.fingerprint} {starts} {seed} {seconds} {methods}"
        workers = self._workers if workers is None else workers
        name = hashlib.sha256(effort.encode()).hexdigest()[:20]
        stop = Stop(_NO_LIMIT, starts=starts, seconds=seconds)
        minima, joined = self._folder / f"{name}.db", self._folder / f"{name}-joined.db"
        if not minima.exists():
            _map(problem, minima, stop, seed, methods, workers, connect=False)
        if connect and not joined.exists():
            part = _unfinished(joined)
            if not part.exists():
                copy = self._folder / f"{name}-copy.db"
                shutil.copyfile(minima, copy)
                copy.rename(part)
            _map(problem, joined, stop, seed, methods, workers, connect=True)
        return Landscape.open(joined if connect else minima, problem)

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


def _unfinished(file: Path) -> Path:
    return file.with_suffix(".part.db")
