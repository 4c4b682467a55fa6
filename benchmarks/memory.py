"""Peak memory of exploring and summarising 20,000 minima of 100 parameters.

Run: python benchmarks/memory.py [minima]
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import jax.numpy as jnp
import numpy as np
from rich.console import Console

import thalweg as tw

D = 100


def wells(x):
    """Double wells in every direction, tilted and coupled: 2^100 minima, all of different loss."""
    tilt = jnp.asarray(np.random.default_rng(0).uniform(0.05, 0.3, D))
    return jnp.sum((x**2 - 1) ** 2 + tilt * x) + 0.05 * jnp.sum(x[1:] * x[:-1])


if __name__ == "__main__":
    minima = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    problem = tw.problems.Function(wells, dimension=D, start_width=1.0)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        landscape = tw.explore(problem, Path(folder) / "a.db", minima=minima, connect=False)
        summary = tw.summarise(landscape)
    memory_here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    memory_of_workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    Console(width=110).print(
        f"{summary.minima} minima of {D} parameters in {time.perf_counter() - began:.0f} s: peak "
        f"{memory_here:.2f} GB here, {memory_of_workers:.2f} GB in the largest worker"
    )
