"""Peak memory of exploring and summarising 20,000 minima of 100 parameters.

Run: python benchmarks/memory.py [--minima 20000] [--quick] [--keep]
"""

import resource
import tempfile
import time
from pathlib import Path

import jax.numpy as jnp
import numpy as np
from records import arguments, report

import thalweg as tw

D = 100


def wells(x):
    """Double wells in every direction, tilted and coupled: 2^100 minima, all of different loss."""
    tilt = jnp.asarray(np.random.default_rng(0).uniform(0.05, 0.3, D))
    return jnp.sum((x**2 - 1) ** 2 + tilt * x) + 0.05 * jnp.sum(x[1:] * x[:-1])


def row(minima: int) -> dict:
    """One exploration with its summary."""
    problem = tw.problems.Function(wells, dimension=D, start_width=1.0)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        landscape = tw.explore(problem, Path(folder) / "a.db", minima=minima, connect=False)
        summary = tw.summarise(landscape)
    return {
        "wanted": minima,
        "minima": summary.minima,
        "s": time.perf_counter() - began,
        "peak here, GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        "largest worker, GB": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6,
    }


if __name__ == "__main__":
    options = arguments(__doc__, ("--minima", {"type": int, "default": None}))
    minima = options.minima or (1_000 if options.quick else 20_000)
    report("memory", [row(minima)], key=("wanted",), options=options)
