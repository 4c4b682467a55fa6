"""Quenches and searches for transition states a second, and the share of eigensystems: CPU and accelerator.

One core of the CPU first, in a process of its own; then the accelerator, if JAX sees one, for several numbers
of lanes, and the time to 7,842 minima. Ends within eight minutes: what there is no time for is left out, and
said. Run: python benchmarks/device.py [--quick] [--json FILE]
"""

import argparse
import dataclasses
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

DEADLINE = time.monotonic() + 440.0
IS_CHILD = "--cpu" in sys.argv
if IS_CHILD:
    os.environ["JAX_PLATFORMS"] = "cpu"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    os.environ["XLA_FLAGS"] = (
        os.environ.get("XLA_FLAGS", "") + " --xla_cpu_multi_thread_eigen=false"
    )

import jax
import jax.numpy as jnp
import numpy as np
from rich.console import Console
from rich.table import Table

import thalweg as tw
from thalweg.datasets import spirals
from thalweg.problems import NeuralNetwork
from thalweg.search import Explorer, Newton, PathwaySearch, Stop
from thalweg.search.search_space import SearchSpace
from thalweg.search.soft_modes import soft_directions
from thalweg.search.steps.batching import BatchSizes
from thalweg.search.steps.device import Device
from thalweg.search.steps.eigensystem import eigensystems
from thalweg.search.steps.evaluation import evaluate
from thalweg.search.transition_states import find_pathways
from thalweg.search.walks.walk import walk

AIM_TIMES_ONE_CORE, AIM_MINIMA, AIM_SECONDS = 20, 7842, 60


@dataclass(frozen=True)
class Row:
    """What one number of lanes gave on one device; `share` of a step's evaluation and eigensystems."""

    device: str
    kind: str
    lanes: int
    chunk: int
    quenches_per_second: float
    searches_per_second: float
    transition_states_per_second: float
    share_of_eigh: float
    redone: int


def spiral(is_quick: bool) -> NeuralNetwork:
    """The two-spiral network with five hidden units, 27 parameters; a smaller one for a quick look."""
    data = spirals(400, 100) if is_quick else spirals()
    return NeuralNetwork.from_data(data.inputs, data.targets, hidden=(3,) if is_quick else (5,))


def seconds_of(call) -> tuple[float, object]:
    """Of the second of two calls: the first one compiles."""
    call()
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


def measured(problem: NeuralNetwork, lanes: int | None, starts: int, searches: int) -> Row:
    """Quenches of so many starts, and searches around so many of the minima."""
    reduced = SearchSpace(problem).problem
    batches = BatchSizes.usual(reduced, lanes=lanes)
    space = SearchSpace(problem, batches=batches)
    points = space.starts(jax.random.split(jax.random.key(0), starts))
    quenching, quenched = seconds_of(lambda: walk(space.problem, points, Newton(), batches=batches))
    minima = quenched.x[quenched.converged][:searches]
    searching, found = seconds_of(lambda: pathways(space, minima))
    device = batches.device
    return Row(
        device=device.name,
        kind=device.kind,
        lanes=batches.lanes,
        chunk=batches.chunk,
        quenches_per_second=starts / quenching,
        searches_per_second=len(minima) / searching,
        transition_states_per_second=len(found.pathways) / searching,
        share_of_eigh=share_of_eigh(space, points),
        redone=int(quenched.redone.sum()) + found.redone,
    )


def pathways(space: SearchSpace, minima: np.ndarray):
    """Two walks uphill from each minimum, and down both sides of what they come to."""
    directions = soft_directions(space, minima, jax.random.key(1), 2)
    candidates = (minima[:, None] + space.problem.length_scale * directions).reshape(
        -1, space.dimension
    )
    return find_pathways(space, candidates, np.repeat(np.arange(len(minima)), 2), PathwaySearch())


def share_of_eigh(space: SearchSpace, points: np.ndarray) -> float:
    """Share of eigensystems, with their check, in evaluating and diagonalising all lanes once."""
    batches = space.batches
    x = np.resize(points, (batches.lanes, space.dimension))

    @jax.jit
    def hessians(problem, x):
        return evaluate(problem, x, jnp.ones(len(x), bool), batches.chunk).hessian

    @jax.jit
    def diagonalised(h):
        return eigensystems(h, checks=batches.checks_eigensystems)

    with jax.enable_x64(True):
        problem = jax.device_put(space.problem)
        evaluating, h = seconds_of(lambda: jax.block_until_ready(hessians(problem, x)))
        solving, _ = seconds_of(lambda: jax.block_until_ready(diagonalised(h)))
    return solving / (evaluating + solving)


def on_one_core(is_quick: bool) -> Row:
    """The row of one core of the CPU."""
    command = [sys.executable, __file__, "--cpu", *(["--quick"] if is_quick else [])]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Row(**json.loads(output.splitlines()[-1]))


def to_the_minima(problem: NeuralNetwork, console: Console) -> None:
    """The time to as many minima as took 92 hours as published, compilation included."""
    seconds = DEADLINE - time.monotonic()
    if seconds < 60:
        console.print(f"no time left for {AIM_MINIMA} minima")
        return
    with Explorer(
        tw.Landscape.open_or_create(problem), Stop(minima=AIM_MINIMA, seconds=seconds)
    ) as run:
        began = time.perf_counter()
        run.find_minima()
        took = time.perf_counter() - began
    console.print(f"minima: {run.outcome}, in {took:.1f} s (aim: {AIM_MINIMA} in {AIM_SECONDS} s)")


def printed(rows: list[Row], console: Console) -> None:
    """The table of all rows, the first one being one core of a CPU."""
    table = Table(
        "device", "lanes", "chunk", "quenches/s", "× one core", "searches/s", "transition states/s",
        "share of eigh", "redone", title=f"aim: {AIM_TIMES_ONE_CORE} times one core",
    )  # fmt: skip
    for row in rows:
        table.add_row(
            f"{row.kind}: {row.device}",
            str(row.lanes),
            str(row.chunk),
            f"{row.quenches_per_second:.1f}",
            f"{row.quenches_per_second / rows[0].quenches_per_second:.1f}",
            f"{row.searches_per_second:.1f}",
            f"{row.transition_states_per_second:.1f}",
            f"{row.share_of_eigh:.0%}",
            str(row.redone),
        )
    console.print(table)


def main(is_quick: bool, file: Path | None) -> None:
    """Measure and print."""
    console, problem = Console(width=120), spiral(is_quick)
    starts, searches = (64, 16) if is_quick else (128, 32)
    if IS_CHILD:
        print(json.dumps(dataclasses.asdict(measured(problem, None, starts, searches))))
        return
    rows = [on_one_core(is_quick)]
    device = Device.present()
    is_here = device.is_accelerator
    console.print(
        f"JAX {jax.__version__}, {problem.dimension} parameters, {problem.inputs.shape[1]} points; "
        f"{device.kind}: {device.name}, memory {device.memory}"
    )
    if not is_here:
        console.print("JAX sees no accelerator: more lanes of the CPU stand in its place")
    sizes = (64,) if not is_here else (256, 1024) if is_quick else (4096, 1024, 256, 16384)
    for lanes in sizes:
        if time.monotonic() > DEADLINE - 100:
            console.print(f"no time left for {lanes} lanes")
            continue
        n = 2 * lanes if is_here else starts
        rows.append(measured(problem, lanes, n, max(lanes // 4, searches)))
        if lanes == sizes[0] and is_here and not is_quick:
            to_the_minima(problem, console)
    printed(rows, console)
    if file is not None:
        file.write_text(json.dumps([dataclasses.asdict(row) for row in rows], indent=1))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smaller network, within a minute")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--cpu", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    main(options.quick, options.json)
