"""The part of the contract of a storage that is about several processes or threads at once."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from ..landscape.landscape import Landscape
from ..landscape.records import Batch, Pathway, TransitionState
from ..problems import double_well
from .analytic import LEFT, RIGHT, minimum
from .checklist import Checklist

_TASKS_PER_WRITER = 20
_POINTS_PER_TASK = (10, 20)
_QUENCH_LEAVES = 1e-9
"""By how much two quenches to one minimum differ; points nearer than 1e-6 are one."""
_MAKERS = 4
_TASKS_BESIDE_READER = 20


def check_makers(checklist: Checklist, location: str | Path | None) -> None:
    """Several writers that begin together where nothing stands yet."""
    assert location is not None

    def make(number: int, ready: threading.Barrier) -> None:
        ready.wait()
        with Landscape.open_or_create(double_well(), location) as landscape:
            run = landscape.start_run("maker", {}, number)
            landscape.record(Batch("starts", seed=number, minima=(LEFT, RIGHT)), run)

    failures = _at_once([partial(make, number) for number in range(_MAKERS)])
    with Landscape.open_or_create(double_well(), location) as landscape:
        hits = landscape.network().hits.tolist()
    checklist.require(
        not failures and hits == [_MAKERS, _MAKERS],
        "writers may begin together",
        f"hits {hits} for {[_MAKERS, _MAKERS]}; {failures or 'no error'}",
        "let one make the tables in one transaction, while the others wait",
    )


def check_writers(checklist: Checklist, location: str | Path | None) -> None:
    """Two writers at once, half of whose points are the same, to within what a quench leaves."""
    assert location is not None
    Landscape.create(double_well(), location).close()

    def write(n_points: int, ready: threading.Barrier) -> None:
        with Landscape.open(location, double_well()) as landscape:
            run = landscape.start_run("writer", {}, 0)
            ready.wait()
            for task in range(_TASKS_PER_WRITER):
                numbers = [float(i) for i in range(task, task + n_points)]
                points = tuple(minimum(i + _QUENCH_LEAVES * n_points, i) for i in numbers)
                landscape.record(Batch(f"writer {n_points}", task=task, minima=points), run)

    failures = _at_once([partial(write, n_points) for n_points in _POINTS_PER_TASK])
    with Landscape.open(location) as landscape:
        network = landscape.network()
    expected_losses = list(range(_TASKS_PER_WRITER + max(_POINTS_PER_TASK) - 1))
    hits = _TASKS_PER_WRITER * sum(_POINTS_PER_TASK)
    checklist.require(
        not failures
        and sorted(network.losses.tolist()) == expected_losses
        and int(network.hits.sum()) == hits,
        "two writers lose nothing and store nothing twice",
        f"{network.n_minima} minima for {len(expected_losses)}, {int(network.hits.sum())} hits for {hits}; "
        f"{failures or 'no error'}",
        "let a writing transaction exclude other writers from its start, and read their points in it",
    )


def check_readers(checklist: Checklist, location: str | Path | None) -> None:
    """A reader beside a writer, each of whose batches adds a transition state and its two minima."""
    assert location is not None
    Landscape.create(double_well(), location).close()
    is_over = threading.Event()

    def write(ready: threading.Barrier) -> None:
        try:
            with Landscape.open(location, double_well()) as landscape:
                run = landscape.start_run("writer", {}, 0)
                ready.wait()
                for task in range(_TASKS_BESIDE_READER):
                    landscape.record(Batch("searches", task=task, pathways=(_pathway(task),)), run)
        finally:
            is_over.set()

    torn = []

    def read(ready: threading.Barrier) -> None:
        with Landscape.open(location) as landscape:
            ready.wait()
            while not is_over.is_set():
                network = landscape.network()
                counts = network.n_minima, 2 * network.n_transition_states, int(network.hits.sum())
                if len(set(counts)) > 1:
                    torn.append(counts)

    failures = _at_once([write, read])
    checklist.require(
        not failures and not torn,
        "a reader sees one state while others write",
        f"minima, ends and hits are {torn[:1] or 'the same'}; {failures or 'no error'}",
        "let a reading transaction see one snapshot",
    )


def _pathway(number: int) -> Pathway:
    """A transition state of its own, with two minima of its own."""
    ends = (minimum(2.0 * number, 2.0 * number), minimum(2.0 * number + 1, 2.0 * number + 1))
    state = TransitionState(3e3 + number, np.array([0.0, number]), np.array([-4.0, 2.0]), 0.0)
    return Pathway(state, ends)


def _at_once(workers: Sequence[Callable[[threading.Barrier], None]]) -> list[str]:
    """Run all in threads of their own, which may wait for each other; what they raised."""
    ready, failures = threading.Barrier(len(workers)), list[str]()

    def run(work: Callable[[threading.Barrier], None]) -> None:
        try:
            work(ready)
        except Exception as error:
            failures.append(f"{type(error).__name__}: {error}")
            ready.abort()

    threads = [threading.Thread(target=run, args=(work,)) for work in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures
