"""Time of `overview`, and of its parts, over the number of minima; on one core.

Landscape-like networks (two further passes a minimum, to minima near in loss), random ones, hubs.
"all passage times" is what the kinetics took before: every passage time exactly, at each peak.
Run: python benchmarks/overview.py [minima …]
"""

import os
import sys
import time
from collections.abc import Callable

os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import numpy as np
from rich.console import Console
from rich.table import Table

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


def seconds(compute: Callable[[], object]) -> str:
    """Seconds of processor time."""
    began = time.process_time()
    compute()
    return f"{time.process_time() - began:.1f}"


def all_passage_times(graph: tw.Network, temperatures: list[float]) -> None:
    """What kinetics took before."""
    for t in temperatures:
        analysis.log_mean_first_passage_times(graph, t, graph.global_minimum)


if __name__ == "__main__":
    sizes = [int(text) for text in sys.argv[1:]] or [1000, 3000, 10_000, 20_000]
    table = Table("network", "minima", "overview, s", "small world", "peaks", "escape known",
                  "slowest escapes, s", "all passage times, s")  # fmt: skip
    analysis.overview(network(100, "random"))
    for kind in ("landscape-like", "random", "hubs"):
        for n in sizes:
            graph = network(n, kind)
            whole = seconds(lambda g=graph: analysis.overview(g))
            temperatures = [p.temperature for p in analysis.heat_capacity(graph).peaks]
            escapes = [analysis.slowest_escape(graph, t) for t in temperatures]
            table.add_row(
                kind,
                str(n),
                whole,
                seconds(lambda g=graph: analysis.small_world(g)),
                str(len(temperatures)),
                str(sum(not e.reason for e in escapes)),
                seconds(
                    lambda g=graph, ts=temperatures: [analysis.slowest_escape(g, t) for t in ts]
                ),
                seconds(lambda g=graph, ts=temperatures: all_passage_times(g, ts))
                if n <= MOST_ALL_TIMES
                else "—",
            )
    Console(width=120).print(table)
