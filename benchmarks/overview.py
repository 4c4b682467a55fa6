"""Time of `overview`, and of its parts, over the number of minima; on one core.

Landscape-like networks (two further passes a minimum, to minima near in loss), random ones, hubs.
"all passage times" is what the kinetics took before: every passage time exactly, at each peak.
Processor time. Run: python benchmarks/overview.py [minima …] [--quick] [--keep]
"""

import os
import time
from collections.abc import Callable

os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import numpy as np
from records import arguments, report

import thalweg as tw
from thalweg import analysis

MOST_ALL_TIMES = 3000
"""Minima up to which all passage times are computed: beyond, it takes minutes."""


def network(n: int, kind: str) -> tw.Network:
    """`n` minima in a tree towards low losses, with twice as many further passes."""
    rng = np.random.default_rng(0)
    losses = np.sort(rng.gamma(3, 0.05, n))
    edges = [(i, int(i * rng.random() ** 2)) for i in range(1, n)]
    for i in rng.integers(1, n, 2 * n).tolist():
        near = max(0, i - 1 - int(rng.exponential(30)))
        anywhere, hub = int(rng.integers(0, n)), int(rng.integers(0, 30))
        edges.append((i, {"landscape-like": near, "random": anywhere, "hubs": hub}[kind]))
    barriers = [max(losses[a], losses[b]) + rng.exponential(0.03) for a, b in edges]
    lpphe = rng.normal(20, 5, n) - 60 * losses
    return tw.Network.from_arrays(losses, edges, barriers, lpphe=lpphe, dimension=30)


def seconds(compute: Callable[[], object]) -> float:
    """Seconds of processor time."""
    began = time.process_time()
    compute()
    return time.process_time() - began


def all_passage_times(graph: tw.Network, temperatures: list[float]) -> None:
    """What kinetics took before."""
    for t in temperatures:
        analysis.log_mean_first_passage_times(graph, t, graph.global_minimum)


def row(kind: str, n: int) -> dict:
    """`overview` and its parts for one network."""
    graph = network(n, kind)
    whole = seconds(lambda: analysis.overview(graph))
    temperatures = [p.temperature for p in analysis.heat_capacity(graph).peaks]
    escapes = [analysis.slowest_escape(graph, t) for t in temperatures]
    return {
        "network": kind,
        "minima": n,
        "overview, s": whole,
        "small world, s": seconds(lambda: analysis.small_world(graph)),
        "peaks": len(temperatures),
        "escape known": sum(not e.reason for e in escapes),
        "slowest escapes, s": seconds(
            lambda: [analysis.slowest_escape(graph, t) for t in temperatures]
        ),
        "all passage times, s": seconds(lambda: all_passage_times(graph, temperatures))
        if n <= MOST_ALL_TIMES
        else None,
    }


if __name__ == "__main__":
    options = arguments(__doc__, ("sizes", {"nargs": "*", "type": int, "metavar": "minima"}))
    sizes = options.sizes or ([1000] if options.quick else [1000, 3000, 10_000, 20_000])
    analysis.overview(network(100, "random"))
    rows = [row(kind, n) for kind in ("landscape-like", "random", "hubs") for n in sizes]
    report("overview", rows, key=("network", "minima"), options=options)
