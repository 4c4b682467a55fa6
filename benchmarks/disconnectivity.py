"""Seconds to lay out and draw disconnectivity graphs of 10, 1,000 and 20,000 minima.

Run: python benchmarks/disconnectivity.py
"""

import tempfile
import time
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import numpy as np
from matplotlib import pyplot
from rich.console import Console
from rich.table import Table

import thalweg as tw


def funnel(n: int) -> tw.Network:
    """A random funnel-shaped network of `n` minima."""
    rng = np.random.default_rng(0)
    losses = np.sort(rng.gamma(3, 0.05, n))
    lower = [int(i * rng.random() ** 2) for i in range(1, n)]
    barriers = losses[1:] + rng.exponential(0.03, n - 1)
    edges = list(zip(range(1, n), lower, strict=True))
    return tw.Network.from_arrays(losses=losses, edges=edges, barrier_losses=barriers)


def timed(function):
    """Result and seconds of a call."""
    began = time.perf_counter()
    result = function()
    return result, f"{time.perf_counter() - began:.2f}"


if __name__ == "__main__":
    table = Table("minima", "lay out, s", "draw PNG, s", "draw PDF, s", "lines")
    with tempfile.TemporaryDirectory() as folder:
        for n in (10, 1_000, 20_000):
            network = funnel(n)
            graph, layout = timed(
                lambda network=network: tw.analysis.disconnectivity_graph(network)
            )
            ax = tw.plot.disconnectivity(graph)
            times = [
                timed(lambda s=s, ax=ax: ax.figure.savefig(Path(folder) / f"a.{s}", dpi=200))[1]
                for s in ("png", "pdf")
            ]
            pyplot.close(ax.figure)
            table.add_row(str(n), layout, *times, str(len(graph.segments.start)))
    Console(width=110).print(table)
