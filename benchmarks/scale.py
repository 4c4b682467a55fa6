"""What a round costs the process that merges, by the number of minima that are known.

Landscapes of 1,000, 10,000 and 100,000 minima of a network with five hidden units (27 parameters), with 1.2
transition states a minimum, are written through the public storage; a third of the minima is joined to no
other yet. The points are invented: 2,000 real minima, again and again with noise, so that the nearest are as
near, and as hard to tell from the next, as among 12,000 real ones. Then everything that a round of 256
searches asks of the landscape is done, beside the processor time of such searches themselves.

Run: python benchmarks/scale.py [minima …] [--quick] [--keep]
"""

import dataclasses
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import numpy as np
from records import arguments, report

import thalweg as tw
from thalweg.landscape.records import Attempt, Batch, Pathway, QuenchCounts
from thalweg.search.exploration.planner import TaskPlanner
from thalweg.search.exploration.transition_state_tasks import PairSearch, UphillSearch

UNITS, D = 5, 27
REAL, NOISE = 2000, 1.5
PER_MINIMUM = 1.2
APART = 3
"""One minimum of so many is joined to none."""
PER_BATCH = 64
SEARCHES, SEARCHES_PER_BATCH = 256, 32
AT_ONCE = 2000
"""Points written in one transaction while a landscape is made."""
METHODS = tw.Methods()


def problem() -> tw.problems.NeuralNetwork:
    """The network of two inputs, five hidden units and two outputs on two spirals of 400 points."""
    data = tw.datasets.spirals(train=400, test=10, seed=0)
    return tw.problems.NeuralNetwork.from_data(data.inputs, data.targets, hidden=(UNITS,), l2=1e-5)


# ---- invented points ----------------------------------------------------------------------------


class Points:
    """Draws points that have the form of stationary points of the network.

    Args:
        real: a landscape of real minima.
    """

    def __init__(self, real: tw.Landscape) -> None:
        self._symmetry, self._random = real.problem.symmetry, np.random.default_rng(0)
        self._minima = real.network().coordinates

    def draw(self, kind: type[tw.Minimum], losses: np.ndarray) -> Iterator[Any]:
        """One point a loss, in the canonical image."""
        random, n = self._random, len(losses)
        points = self._minima[random.integers(0, len(self._minima), n)]
        points += random.normal(scale=NOISE, size=points.shape)
        points = self._symmetry.canonical_images(points)
        spectra = np.sort(10 ** random.uniform(-4, 1, (n, D)), axis=1)
        if kind is tw.TransitionState:
            spectra[:, 0] = -0.1
        for loss, x, spectrum in zip(losses, points, spectra, strict=True):
            yield kind(float(loss), x, spectrum, 1e-12)

    def pathways(self, ends: list[tuple[tw.Minimum, tw.Minimum]]) -> tuple[Pathway, ...]:
        """A transition state above each pair of minima."""
        losses = [max(a.loss, b.loss) + self._random.exponential(0.03) for a, b in ends]
        states = self.draw(tw.TransitionState, np.array(losses))
        return tuple(Pathway(*one) for one in zip(states, ends, strict=True))


def starts(points: Points, task: int, n: int, law: str) -> Batch:
    """A batch of random starts, of which each fell in a minimum of its own."""
    losses = 0.05 + 0.65 * np.random.default_rng(task).beta(3, 2, n)
    minima = tuple(points.draw(tw.Minimum, losses))
    counts = QuenchCounts(quenches=n, minima=n, steps=50 * n)
    return Batch(law, is_independent=True, seed=1, task=task, minima=minima, counts=counts)


def searches(points: Points, task: int, ends: list[tuple[tw.Minimum, tw.Minimum]]) -> Batch:
    """A batch of searches whose pathways join pairs of minima."""
    return Batch("double-ended searches", seed=1, task=task, pathways=points.pathways(ends))


def write(landscape: tw.Landscape, n: int, points: Points) -> None:
    """Fill a landscape with `n` minima and 1.2 `n` transition states."""
    random = np.random.default_rng(1)
    law = next(iter(landscape.problem.start_laws))
    run = landscape.start_run("benchmark", {}, 0)
    minima: list[tw.Minimum] = []
    for task in range(-(-n // AT_ONCE)):
        batch = starts(points, task, min(AT_ONCE, n - len(minima)), law)
        landscape.record(batch, run)
        minima += batch.minima
    joined = [m for k, m in enumerate(minima) if k % APART or not k]
    # A tree, each minimum below one of those before it, and further passes between any two of it.
    lower = (np.arange(len(joined)) * random.beta(2, 1, len(joined))).astype(int)
    pairs = [(k, int(lower[k])) for k in range(1, len(joined))]
    pairs += [tuple(p) for p in random.integers(0, len(joined), (int(PER_MINIMUM * n), 2)).tolist()]
    ends = [(joined[a], joined[b]) for a, b in pairs[: int(PER_MINIMUM * n)]]
    for task, first in enumerate(range(0, len(ends), AT_ONCE)):
        batch = searches(points, task, ends[first : first + AT_ONCE])
        ids = [(2 * k + 1, 2 * k + 2) for k in range(first, min(first + AT_ONCE, n // 2))]
        attempts = tuple(Attempt(a, b, METHODS.double_ended.label, 1) for a, b in ids)
        around = tuple(Attempt(a, None, METHODS.single_ended.label, 1) for a, _ in ids)
        landscape.record(dataclasses.replace(batch, attempts=attempts + around), run)


# ---- measuring ----------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Cost:
    """Processor seconds of a step, and by how much it raised the memory of the process, in bytes."""

    seconds: float
    memory: float


def measured(step: Callable[[], Any]) -> tuple[Any, Cost]:
    """What a step gives, and its cost; the peak of the memory is known on Linux only."""
    before, began = _memory(reset=True), time.process_time()
    result = step()
    return result, Cost(time.process_time() - began, _memory() - before)


def _memory(*, reset: bool = False) -> float:
    """The most memory since it was last reset, in bytes."""
    if not Path("/proc/self/clear_refs").exists():
        return float("nan")
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return 1024.0 * float(line.split()[1])


def search_seconds(real: tw.Landscape) -> float:
    """Processor seconds of 256 searches, half of either kind, from real minima; compilation apart."""
    model, network = real.problem, real.network()
    ids, pairs = network.minimum_ids[:32], network.minimum_ids[:64].reshape(-1, 2)
    seconds = 0.0
    for number in (0, 1):
        around = UphillSearch(
            0, 0, number, tuple(ids.tolist()), network.coordinates[:32], (number,) * 32,
            METHODS.single_ended,
        )  # fmt: skip
        between = PairSearch(
            0, 0, number, tuple(tuple(p) for p in pairs.tolist()),
            network.coordinates[:64].reshape(-1, 2, D), METHODS.double_ended,
        )  # fmt: skip
        seconds = sum(
            measured(lambda task=t: task.run(model))[1].seconds for t in (around, between)
        )
    return seconds * SEARCHES / (2 * SEARCHES_PER_BATCH)


def costs(file: Path, model: tw.problems.Problem, points: Points) -> Iterator[tuple[str, Cost]]:
    """Each step of a round and of a reading, by name; those of a round twice, for the second is the usual."""
    laws = tuple(model.start_laws)
    # A process imports what draws and lays out at the first graph.
    tw.analysis.disconnectivity_graph(tw.Network.from_arrays([0.0]))
    with tw.Landscape.open(file) as landscape:
        summary, cost = measured(lambda: tw.summarise(landscape))
        yield "summary", cost
        network = landscape.network()
        yield (
            "disconnectivity graph",
            measured(lambda: tw.analysis.disconnectivity_graph(network))[1],
        )
    del network, summary
    landscape = tw.Landscape.open(file, model)
    run = landscape.start_run("benchmark", {}, 0)
    batch = starts(points, 10**6, PER_BATCH, laws[0])
    yield "first batch", measured(lambda: landscape.record(batch, run))[1]
    yield "first network", measured(landscape.network)[1]
    planner = TaskPlanner(landscape, METHODS, 0)
    planner.knowledge()
    for number in (1, 2):
        of_starts = list(_round_of_starts(landscape, run, points, number))
        of_searches = list(_round_of_searches(landscape, run, points, planner, number))
    yield from of_starts
    yield from of_searches
    landscape.close()


def _round_of_starts(
    landscape: tw.Landscape, run: int, points: Points, number: int
) -> Iterator[tuple[str, Cost]]:
    laws = tuple(landscape.problem.start_laws)
    batch = starts(points, 10**6 + number, PER_BATCH, laws[0])
    yield "batch of 64 starts", measured(lambda: landscape.record(batch, run))[1]
    yield "coverage", measured(lambda: landscape.start_coverages(laws))[1]


def _round_of_searches(
    landscape: tw.Landscape, run: int, points: Points, planner: TaskPlanner, number: int
) -> Iterator[tuple[str, Cost]]:
    knowledge, cost = measured(planner.knowledge)
    yield "survey", cost
    yield "components", measured(lambda: knowledge.network.is_joined)[1]
    strategy = tw.JoinToGlobal()
    planned, cost = measured(lambda: planner.searches(strategy, knowledge))
    yield "plan 256 searches", cost
    batches = []
    minima = list(points.draw(tw.Minimum, np.random.default_rng(number).uniform(0.1, 0.7, 512)))
    for k, task in enumerate(planned):
        attempts = tuple(Attempt(a, b, task.method.label, 1) for a, b in task.pairs)
        n = len(attempts)
        ends = list(zip(minima[32 * k : 32 * k + n], minima[32 * k + 1 :], strict=False))
        batch = searches(points, 10**6 + 100 * number + k, ends)
        batches.append(dataclasses.replace(batch, attempts=attempts))
    yield "8 batches of searches", measured(lambda: [landscape.record(b, run) for b in batches])[1]


STEPS_OF_A_ROUND = ("survey", "components", "plan 256 searches", "8 batches of searches")


def rows(sizes: list[int], n_real: int) -> list[dict]:
    """Processor seconds and peak memory of every step, by number of minima."""
    model = problem()
    real = tw.explore(model, minima=n_real, connect=False, workers=1, progress=False)
    of_searches, points = search_seconds(real), Points(real)
    table = []
    for n in sizes:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "a.db"
            with tw.Landscape.create(model, file) as landscape:
                _, making = measured(lambda: write(landscape, n, points))  # noqa: B023
            steps = {"making": making, **dict(costs(file, model, points))}
        for step, cost in steps.items():
            megabytes = cost.memory / 1e6
            table.append({"minima": n, "step": step, "CPU s": cost.seconds, "peak MB": megabytes})
        whole = sum(steps[step].seconds for step in STEPS_OF_A_ROUND)
        table.append({"minima": n, "step": "a round of searches", "CPU s": whole})
        share = whole / of_searches
        table.append({"minima": n, "step": "… as a share of its searches", "CPU s": share})
    return table


if __name__ == "__main__":
    options = arguments(__doc__, ("sizes", {"nargs": "*", "type": int, "metavar": "minima"}))
    sizes = options.sizes or ([1_000] if options.quick else [1_000, 10_000, 100_000])
    n_real = 200 if options.quick else REAL
    report("scale", rows(sizes, n_real), key=("minima", "step"), options=options)
