"""A landscape that several files prove, and how to come to rest without a search."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.landscape.records import Minimum, TransitionState

_ROUNDING = 1e-12
"""Of a gradient of order one."""


def newton(problem, start, *, steps=60, downhill=False):
    """The stationary point that Newton's steps lead to from a start, as a minimum or a transition state.

    Zero modes are left out; `downhill` turns the steps so that they lead to minima. None if it is neither,
    or the steps lead nowhere.
    """
    x = np.asarray(start, dtype=float).ravel()
    with jax.enable_x64(True):
        for _ in range(steps):
            value, gradient, hessian = map(np.asarray, _evaluate(problem, jnp.asarray(x)))
            if not np.isfinite(hessian).all():
                return None
            spectrum, modes = np.linalg.eigh(hessian)
            is_soft = np.abs(spectrum) < 1e-6 * np.abs(spectrum).max()
            if np.abs(gradient).max() < _ROUNDING:
                break
            sizes = np.abs(spectrum) if downhill else spectrum
            x = x - modes @ np.where(
                is_soft, 0.0, (modes.T @ gradient) / np.where(is_soft, 1, sizes)
            )
    kind = {0: Minimum, 1: TransitionState}.get(int((spectrum[~is_soft] < 0).sum()))
    rms = float(np.sqrt(np.mean(gradient**2)))
    return None if kind is None or not rms < 1e-10 else kind(float(value), x, spectrum, rms)


@jax.jit
def _evaluate(problem, x):
    return problem.value_gradient_hessian(x)


@pytest.fixture(scope="session")
def at_rest():
    return newton


@pytest.fixture(scope="session")
def network():
    """A landscape of a 2-2-2 network with all of its points joined."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(60, 2))
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    problem = tw.problems.NeuralNetwork.from_data(x, y, hidden=(2,), l2=1e-2)
    return tw.explore(problem, minima=6, workers=1, seed=0)
