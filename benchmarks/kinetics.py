"""Mean first-passage times of 20,000 minima and 60,000 transition states on one core.

A landscape-like network (most passes join minima that are near in order of loss) and a random one.
Run: python benchmarks/kinetics.py [minima]
"""

import os
import resource
import sys
import time

os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import numpy as np
from rich.console import Console
from rich.table import Table

import thalweg as tw


def network(n: int, *, is_random: bool) -> tw.Network:
    """`n` minima in a tree, with twice as many further passes: local ones, or anywhere."""
    rng = np.random.default_rng(0)
    losses = np.sort(rng.gamma(3, 0.05, n))
    edges = [(i, int(i * rng.random() ** 2)) for i in range(1, n)]
    for i in rng.integers(1, n, 2 * n):
        other = int(rng.integers(0, n)) if is_random else max(0, i - 1 - int(rng.exponential(30)))
        edges.append((int(i), other))
    barriers = [max(losses[a], losses[b]) + rng.exponential(0.03) for a, b in edges]
    return tw.Network.from_arrays(losses, edges, barriers)


if __name__ == "__main__":
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    table = Table("network", "minima", "transition states", "seconds", "peak memory, GB")
    for name, is_random in (("landscape-like", False), ("random", True)):
        graph = network(n, is_random=is_random)
        began = time.perf_counter()
        tw.analysis.mean_first_passage_times(graph, 0.05, graph.global_minimum)
        took = time.perf_counter() - began
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        table.add_row(name, str(n), str(graph.n_transition_states), f"{took:.1f}", f"{memory:.2f}")
    Console(width=110).print(table)
