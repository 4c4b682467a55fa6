"""Networks of thousands of parameters on scikit-learn's digits: stationary points without a Hessian.

`python benchmarks/large.py [hidden units …]`, by default 32 (2,410 parameters, 20 minima and 10 transition
states) and 136 (10,210 parameters, 5 and 2). With so many parameters walks use Hessian-vector products alone;
beyond 4,000 coordinates the spectrum at rest is known by its lowest end and an estimate of its log-product.
"""

import os
import resource
import sys
import time

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.datasets import load_digits

import thalweg as tw
from thalweg.search.search_space import SearchSpace
from thalweg.search.spectra.krylov_space import KrylovSpace

WANTED = {32: (20, 10), 136: (5, 2)}


def digits(hidden: int) -> tw.problems.NeuralNetwork:
    inputs, labels = load_digits(return_X_y=True)
    return tw.problems.NeuralNetwork.from_data(
        inputs / 16, labels, hidden=(hidden,), l2=1e-4, start_width=(0.5, 2.0)
    )


def products_per_second(problem: tw.problems.NeuralNetwork) -> float:
    """Hessian-vector products a second on all cores, orthogonalisation included, in a space of 200."""
    with jax.enable_x64(True):
        space = SearchSpace(problem)
        x = space.starts(jax.random.split(jax.random.key(0), 1))[0]
        start = np.random.default_rng(0).normal(size=(1, len(x)))
        for _ in range(2):  # The first time compiles.
            began = time.perf_counter()
            krylov = KrylovSpace(jax.device_put(space.problem), x, start, 200)
            krylov.grow(200)
            krylov.ritz()
            seconds = time.perf_counter() - began
    return 200 / seconds


def explored_row(hidden: int) -> list[str]:
    problem = digits(hidden)
    n_minima, n_transition_states = WANTED.get(hidden, (5, 2))
    began = time.perf_counter()
    landscape = tw.explore(problem, minima=n_minima, connect=False, workers=2)
    seconds_to_minima, n_minima_known = time.perf_counter() - began, landscape.n_minima
    for tries in range(1, 20):
        if landscape.n_transition_states >= n_transition_states:
            break
        tw.connect(landscape, [tw.SingleEndedFromEach(tries)], workers=2, seconds=300)
    seconds_to_states = time.perf_counter() - began - seconds_to_minima
    minima, transition_states = landscape.minima(), landscape.transition_states()
    points = [*minima, *transition_states]
    return [
        f"{problem.dimension}",
        f"{n_minima_known}",
        f"{seconds_to_minima:.0f}",
        f"{len(transition_states)}",
        f"{seconds_to_states:.0f}",
        f"{max(p.rms_gradient for p in points):.1e}",
        f"{max(p.spectrum[0] for p in transition_states):.1e}, "
        f"{min(p.spectrum[1] for p in transition_states):.1e}",
        f"{min(p.spectrum[0] for p in minima):.1e}",
        f"{np.median([p.lpphe for p in minima]):.0f} ± {max(p.lpphe_error for p in points):.0f}",
        f"{products_per_second(problem):.0f}",
        f"{_peak_memory():.1f}",
    ]


def _peak_memory() -> float:
    """GB of the largest process so far, this one or a worker."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(kind).ru_maxrss for kind in kinds) / 2**20


def main() -> None:
    table = Table(title="digits, one hidden layer, l2 1e-4, two processes")
    for name in (
        "parameters",
        "minima",
        "s",
        "transition states",
        "s ",
        "largest RMS",
        "λ₁ and λ₂ nearest 0",
        "lowest λ, minima",
        "LPPHE",
        "products/s",
        "peak GB",
    ):
        table.add_column(name, justify="right")
    for hidden in [int(a) for a in sys.argv[1:]] or list(WANTED):
        table.add_row(*explored_row(hidden))
        Console(width=160).print(table)


if __name__ == "__main__":
    main()
