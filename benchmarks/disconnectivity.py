"""Seconds to lay out and draw disconnectivity graphs of 10, 1,000 and 20,000 minima.

Processor time. Run: python benchmarks/disconnectivity.py [--quick] [--keep]
"""

import tempfile
import time
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import numpy as np
from matplotlib import pyplot
from records import arguments, report

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
    """Result and processor seconds of a call."""
    began = time.process_time()
    result = function()
    return result, time.process_time() - began


def row(n: int, folder: Path) -> dict:
    """One graph, laid out, drawn and saved."""
    network = funnel(n)
    graph, layout = timed(lambda: tw.analysis.disconnectivity_graph(network))
    ax = tw.plot.disconnectivity(graph)
    drawn = {
        f"draw {kind}, s": timed(
            lambda kind=kind: ax.figure.savefig(folder / f"a.{kind}", dpi=200)
        )[1]
        for kind in ("png", "pdf")
    }
    pyplot.close(ax.figure)
    return {"minima": n, "lay out, s": layout, **drawn, "lines": len(graph.segments.start)}


if __name__ == "__main__":
    options = arguments(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        sizes = (10, 1_000) if options.quick else (10, 1_000, 20_000)
        rows = [row(n, Path(folder)) for n in sizes]
    report("disconnectivity", rows, key=("minima",), options=options)
