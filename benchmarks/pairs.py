"""Map 1,000 minima of the 5-unit spiral network, then join 50 random pairs of its 200 lowest.

Run: python benchmarks/pairs.py [file of a mapped landscape]
"""

import sys
import time

import numpy as np
from rich.console import Console
from rich.table import Table

import thalweg as tw
from thalweg.datasets import spirals
from thalweg.problems import NeuralNetwork
from thalweg.search.exploration.plan import Methods

N_PAIRS, LOWEST, LIMIT = 50, 200, 600.0


def explored_landscape(file: str | None, console: Console) -> tw.Landscape:
    """A landscape of 1,000 minima found from random starts and joined, and what that took."""
    data = spirals()
    problem = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(5,))
    began = time.perf_counter()
    landscape = tw.explore(problem, file, minima=1000, seconds=900)
    summary = tw.summarise(landscape)
    console.print(
        f"{summary.minima} minima, {summary.transition_states} transition states, "
        f"{summary.connected_minima / summary.minima:.1%} joined to the global minimum in "
        f"{time.perf_counter() - began:.0f} s"
    )
    return landscape


def fresh(landscape: tw.Landscape) -> tw.Landscape:
    """The same minima without any transition state, so that every pair has to be joined anew."""
    from thalweg.landscape.records import Batch

    bare = tw.Landscape.create(landscape.problem)
    bare.record(
        Batch(law="copied", minima=tuple(landscape.minima())), bare.start_run("copy", {}, 0)
    )
    return bare


def main(file: str | None) -> None:
    """Join the pairs on a network without transition states, and print the success of each."""
    console = Console(width=110)
    landscape = fresh(explored_landscape(file, console))
    network = landscape.network()
    lowest = network.minimum_ids[np.argsort(network.losses)[:LOWEST]]
    rng = np.random.default_rng(0)
    pairs = [tuple(int(i) for i in rng.choice(lowest, 2, replace=False)) for _ in range(N_PAIRS)]
    index_of = {int(i): k for k, i in enumerate(network.minimum_ids)}
    strategy = tw.MissingConnection(tuple((index_of[a], index_of[b]) for a, b in pairs))
    began = time.perf_counter()
    tw.connect(landscape, [strategy], seconds=LIMIT)
    took = time.perf_counter() - began
    component = landscape.network().component
    joined = [component[index_of[a]] == component[index_of[b]] for a, b in pairs]
    methods = Methods()
    table = Table("method", "pairs tried", "searches")
    for label in (methods.double_ended.label, methods.single_ended.label):
        tried = landscape.attempts(label)
        table.add_row(label, str(len(tried)), str(tried.total()))
    console.print(table)
    console.print(" ".join("+" if ok else "-" for ok in joined))
    console.print(f"{sum(joined)} of {N_PAIRS} pairs joined in {took:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
