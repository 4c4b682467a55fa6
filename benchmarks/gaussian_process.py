"""Restarts per second of the marginal likelihood's optimisation, beside scikit-learn's, on one core.

thalweg goes on to an RMS gradient of 1e-10 (or the rounding floor), with the Hessian's spectrum. scikit-learn
runs twice from the same starts: as it comes (it stops where the loss falls by less than 2e-9 of itself), and
with its L-BFGS-B told to go on to a gradient of 1e-10 as well. Compilation is not counted.
Processor time. Run: python benchmarks/gaussian_process.py [--quick] [--keep]
"""

import os
import time

os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")

import warnings

import jax
import numpy as np
import scipy.optimize
from records import arguments, report
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process import kernels as sk

from thalweg.problems import GaussianProcess
from thalweg.problems.kernels import Matern
from thalweg.search.quench import descend
from thalweg.search.search_space import SearchSpace
from thalweg.search.steps.rule import Status

SIZES = ((50, 128, 32), (200, 32, 8), (1000, 4, 1))
"""Points, restarts of thalweg, restarts of scikit-learn."""


def data(n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, 5))
    y = np.sin(2 * x[:, 0]) + 0.5 * x[:, 1] * x[:, 2] + 0.3 * rng.normal(size=n)
    return x, (y - y.mean()) / y.std()


def ours(problem: GaussianProcess, starts: np.ndarray) -> tuple[float, float, float]:
    """Restarts per second, the share that came to rest, the lowest loss, at the bounds or between them."""
    space = SearchSpace(problem)
    descend(space, starts)
    began = time.process_time()
    result = descend(space, starts)
    took = time.process_time() - began
    at_rest = np.isin(result.status, (Status.CONVERGED, Status.AT_BOUNDS, Status.FLAT))
    return len(starts) / took, float(at_rest.mean()), float(result.loss[at_rest].min())


def to_the_end(objective, start, bounds):  # type: ignore[no-untyped-def]
    """scikit-learn's own optimiser with the tolerance of ours."""
    options = {"ftol": 0.0, "gtol": 1e-10, "maxfun": 100_000}
    result = scipy.optimize.minimize(
        objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options
    )
    return result.x, result.fun


def theirs(
    x: np.ndarray, y: np.ndarray, starts: np.ndarray, optimizer: object
) -> tuple[float, float]:
    """Restarts per second, the lowest loss."""
    kernel = sk.ConstantKernel(1.0, (1e-3, 1e3)) * sk.Matern(np.ones(5), (1e-2, 1e2), nu=2.5)
    kernel += sk.WhiteKernel(1.0, (1e-6, 1.0))
    lowest, began = np.inf, time.process_time()
    for lengths_variance_noise in starts:
        start = lengths_variance_noise[[5, 0, 1, 2, 3, 4, 6]]
        model = GaussianProcessRegressor(
            kernel.clone_with_theta(start), alpha=0.0, optimizer=optimizer
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(x, y)
        lowest = min(lowest, -model.log_marginal_likelihood_value_)
    return len(starts) / (time.process_time() - began), lowest


def row(n: int, mine: int, peer: int) -> dict:
    """Restarts per second of both, from the same starts."""
    x, y = data(n)
    problem = GaussianProcess.from_data(x, y, kernel=Matern(2.5))
    with jax.enable_x64(True):
        starts = np.asarray(jax.vmap(problem.start)(jax.random.split(jax.random.key(0), mine)))
    rate, share, lowest = ours(problem, starts)
    peer_rate, peer_lowest = theirs(x, y, starts[:peer], "fmin_l_bfgs_b")
    tight_rate, _ = theirs(x, y, starts[:peer], to_the_end)
    return {
        "points": n,
        "thalweg /s": rate,
        "at rest": share,
        "lowest": lowest,
        "scikit-learn /s": peer_rate,
        "its lowest": peer_lowest,
        "ratio": rate / peer_rate,
        "same tolerance /s": tight_rate,
        "its ratio": rate / tight_rate,
    }


if __name__ == "__main__":
    options = arguments(__doc__)
    rows = [row(*size) for size in (SIZES[:1] if options.quick else SIZES)]
    report("gaussian_process", rows, key=("points",), options=options)
