"""Map a landscape: minima, then the transition states that join them, until a stop rule holds."""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from concurrent import futures
from pathlib import Path

from ...landscape.landscape import Landscape
from ...numbers import Real, Whole
from ...problems.acceptance import as_problem
from ...problems.capabilities import OnLandscape
from ...problems.problem import Problem
from ..walks.walk import require_any_index
from .executor import Executor
from .explorer import Explorer
from .plan import Methods, Progress, stop_rule
from .progress_line import reporting
from .stationary_tasks import wanted_indices
from .strategies import Strategy


def explore(
    problem: Problem | OnLandscape,
    to: str | Path | None = None,
    *,
    minima: Whole = 1000,
    connect: bool = True,
    complete: bool = False,
    seed: Whole = 0,
    coverage: Real | None = None,
    seconds: Real | None = None,
    methods: Methods | None = None,
    workers: Whole | None = None,
    executor: Executor | futures.Executor | None = None,
    edifftol: Real | None = None,
    rms_tolerance: Real | None = None,
    progress: bool | Callable[[Progress], None] | None = True,
    allotted: Real | None = None,
) -> Landscape:
    """Map the landscape of `problem`: minima, and the transition states that join them.

    What `to` holds already is kept and counted: calling again with the same file goes on, after a kill to
    the landscape of a run that was not killed. Ctrl-C ends the run and saves what it has.

    Args:
        problem: what is minimised, or a fitted model whose problem it is.
        to: landscape file or database URL; in memory if None.
        minima: distinct minima at which to stop. A run ends before, and says so (`Landscape.outcome`),
            once the coverage shows that random starts have no more to give.
        connect: whether to look for transition states.
        complete: whether to go on, once everything is joined, until all minima and all transition states are
            likely to be known; for small landscapes. Where Morse's relations hold (any network with
            `l2` > 0), saddles of every index are looked for as a test: their sum has to be 1. Else it ends
            once the known transition states have come up again and again. The outcome says which.
        seed: of all random choices: the same seed on the same platform gives the same landscape.
        coverage: Good–Turing coverage at which to stop looking for minima.
        seconds: wall time at which to stop, to within a step, or some four seconds where a step or a
            compilation takes longer: that goes on in a thread, for which only the end of Python waits, and
            what it gives is dropped. What is under way then counts as not drawn.
        methods: how to search.
        workers: processes; one for each free core if None.
        executor: where tasks run, in place of `workers`: an `Executor`, as `tw.search.Dask(client)`, or any
            `concurrent.futures.Executor`. The caller closes it.
        edifftol: loss difference below which two points may be the same; 1e-9 for a new landscape, that of
            the file for one that is there.
        rms_tolerance: RMS gradient below which a point is stationary; 1e-10, or that of the file, likewise.
        progress: whether to show how far it has come, on standard error: in a terminal or a notebook one line
            that changes, elsewhere a line every ten seconds. A function is called after each batch in its
            place. Everything is logged under `thalweg`, too.
        allotted: wall time after which the run pauses, as before the end of a job on a cluster: calling again
            goes on, to the landscape of a run that was not paused.

    Raises:
        TypeError: if `problem` is none; the message says what to pass.
        ValueError: for stop rules that cannot hold, or if both `workers` and `executor` are given.
        LandscapeError: if the file cannot be used, or was made with other tolerances than are asked for (see
            `Landscape.open_or_create`).
    """
    stop = stop_rule(minima=minima, coverage=coverage, seconds=seconds)
    landscape = Landscape.open_or_create(
        as_problem(problem), to, edifftol=edifftol, rms_tolerance=rms_tolerance
    )
    with (
        reporting(progress, stop) as report,
        Explorer(
            landscape,
            stop,
            methods,
            seed=seed,
            workers=workers,
            executor=executor,
            progress=report,
            allotted=allotted,
        ) as run,
    ):
        run.find_minima(with_transition_states=connect)
        if connect:
            run.find_transition_states(complete=complete)
    return landscape


def find_saddles(
    landscape: Landscape,
    indices: Iterable[Whole] = (2,),
    *,
    seed: Whole = 0,
    seconds: Real | None = None,
    workers: Whole | None = None,
    executor: Executor | futures.Executor | None = None,
    progress: bool | Callable[[Progress], None] | None = True,
) -> None:
    """Look for saddles of the given indices until nothing new comes; they are kept apart from the network.

    From random starts as many modes are followed uphill, and from between the points that this gave Newton's
    steps lead to others. Where it is stopped the next call goes on.

    Args:
        landscape: what is added to.
        indices: numbers of negative Hessian eigenvalues, each 2 or more.
        seed, seconds, workers, executor, progress: as in `explore`.

    Raises:
        ValueError: for an index below 2 or above the number of parameters; if the loss is piecewise smooth or
            has too many parameters for Hessians; or if both `workers` and `executor` are given.
    """
    wanted = wanted_indices(indices, landscape.dimension)
    require_any_index(landscape.problem)
    stop = stop_rule(seconds=seconds)
    with (
        reporting(progress, stop) as report,
        Explorer(
            landscape,
            stop,
            seed=seed,
            workers=workers,
            executor=executor,
            progress=report,
            command="saddles",
        ) as run,
    ):
        run.find_saddles(wanted)


def connect(
    landscape: Landscape,
    strategies: Sequence[Strategy] | None = None,
    *,
    seed: Whole = 0,
    seconds: Real | None = None,
    methods: Methods | None = None,
    workers: Whole | None = None,
    executor: Executor | futures.Executor | None = None,
    progress: bool | Callable[[Progress], None] | None = True,
    allotted: Real | None = None,
) -> None:
    """Look for the transition states of a landscape; `strategies` choose where. Otherwise as `explore`.

    Raises:
        ValueError: if the landscape has no minima, or if both `workers` and `executor` are given.
    """
    methods = methods or Methods()
    if strategies is not None:
        methods = dataclasses.replace(methods, strategies=tuple(strategies))
    landscape.require_minima("a search for transition states")
    stop = stop_rule(seconds=seconds)
    with (
        reporting(progress, stop) as report,
        Explorer(
            landscape,
            stop,
            methods,
            seed=seed,
            workers=workers,
            executor=executor,
            progress=report,
            command="connect",
            allotted=allotted,
        ) as run,
    ):
        run.find_transition_states()
