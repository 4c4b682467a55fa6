"""Mean first-passage times of 20,000 minima and 60,000 transition states on one core.

A landscape-like network (most passes join minima that are near in order of loss) and a random one.
Processor time. Run: python benchmarks/kinetics.py [--minima 20000] [--quick] [--keep]
"""

import os
import resource
import time

os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import numpy as np
from records import arguments, report

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


def row(name: str, graph: tw.Network) -> dict:
    """All passage times to the global minimum."""
    began = time.process_time()
    tw.analysis.mean_first_passage_times(graph, 0.05, graph.global_minimum)
    return {
        "network": name,
        "minima": graph.n_minima,
        "transition states": graph.n_transition_states,
        "CPU s": time.process_time() - began,
        "peak memory, GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    }


if __name__ == "__main__":
    options = arguments(__doc__, ("--minima", {"type": int, "default": None}))
    n = options.minima or (2_000 if options.quick else 20_000)
    kinds = (("landscape-like", False), ("random", True))
    rows = [row(name, network(n, is_random=is_random)) for name, is_random in kinds]
    report("kinetics", rows, key=("network", "minima"), options=options)
