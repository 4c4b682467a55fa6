"""The method of MLPGradientFlow.jl (Brea, Martinelli, Şimşek, Gerstner, arXiv:2301.10638), written anew.

The package is written in Julia. Its method is to follow the gradient flow dx/dt = −∇L with an implicit
solver for stiff equations that is given the Hessian (KenCarp58, tolerance 1e-6), and then Newton's method
with a positive definite modification of the Hessian and Hager and Zhang's line search. Here the flow is
SciPy's Radau with its tolerance, for as many steps as are said, and Newton ends at the tolerance of all
peers. Derivatives are compiled, as there: those of thalweg, one walker at a time. Without the flow it is
Newton's method alone, which the paper prefers for minima.

Run: python quench_gradient_flow.py problem.npz seconds
"""

import os
import sys

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"

import jax
import numpy as np
from network import TOLERANCE, Network, time_quenches
from scipy.integrate import Radau

from thalweg.problems import NeuralNetwork

MOST_STEPS, MOST_TRIALS = 2000, 60
FLOW_TOLERANCE = 1e-6
FLAT = 1e-8
"""Curvatures below this one, in size, count as this one: Newton's step would be without bound."""
ROUNDING = 1e-14
"""Of a loss, relatively: what Hager and Zhang's approximate conditions let it rise by."""


class Compiled:
    """Compiled value, gradient and Hessian, counting the calls."""

    def __init__(self, network: Network, problem: NeuralNetwork) -> None:
        self.network, self._problem = network, problem
        self._first = jax.jit(lambda p, x: p.value_and_gradient(x))
        self._second = jax.jit(lambda p, x: p.value_gradient_hessian(x))
        self.n_hessians = 0
        start = network.starts[0]
        jax.block_until_ready((self._first(problem, start), self._second(problem, start)))

    def first(self, x):
        """Loss and gradient."""
        self.network.calls += 1
        loss, gradient = self._first(self._problem, x)
        return float(loss), np.asarray(gradient)

    def second(self, x):
        """Loss, gradient and Hessian."""
        self.network.calls += 1
        self.n_hessians += 1
        loss, gradient, hessian = self._second(self._problem, x)
        return float(loss), np.asarray(gradient), np.asarray(hessian)


def flow(functions: Compiled, x: np.ndarray, n_steps: int) -> np.ndarray:
    """Where the gradient flow leads in so many implicit steps."""
    if n_steps == 0:
        return x
    solver = Radau(
        lambda _, y: -functions.first(y)[1],
        0.0,
        x,
        np.inf,
        rtol=FLOW_TOLERANCE,
        atol=FLOW_TOLERANCE,
        jac=lambda _, y: -functions.second(y)[2],
    )
    for _ in range(n_steps):
        if solver.status != "running":
            break
        solver.step()
    return solver.y


def newton(functions: Compiled, x: np.ndarray) -> np.ndarray:
    """A minimum by Newton's method with |λ| in place of the eigenvalues λ of the Hessian."""
    for _ in range(MOST_STEPS):
        loss, gradient, hessian = functions.second(x)
        if np.sqrt(np.mean(gradient**2)) < TOLERANCE:
            break
        values, vectors = np.linalg.eigh(hessian)
        scaled = (vectors.T @ gradient) / np.maximum(np.abs(values), FLAT)
        direction = -(vectors @ scaled)
        x = x + step_length(functions, x, direction, loss, float(gradient @ direction)) * direction
    return x


def step_length(functions: Compiled, x, direction, loss: float, slope: float) -> float:
    """Hager and Zhang's (2005) approximate Wolfe conditions, by bracketing from the whole step."""
    low, high, length = 0.0, np.inf, 1.0
    for _ in range(MOST_TRIALS):
        value, gradient = functions.first(x + length * direction)
        here = float(gradient @ direction)
        if not value <= loss + ROUNDING * abs(loss) or here > -0.8 * slope:
            high = length
        elif here < 0.9 * slope:
            low = length
        else:
            return length
        length = 0.5 * (low + high) if np.isfinite(high) else 5 * length
    return length


if __name__ == "__main__":
    jax.config.update("jax_enable_x64", True)
    network = Network(sys.argv[1])
    data = np.load(sys.argv[1])
    problem = NeuralNetwork.from_data(
        data["inputs"], data["targets"], hidden=(network.hidden,), l2=network.l2
    )
    functions = Compiled(network, problem)
    for name, n_steps in (("Newton alone", 0), ("100 steps of the flow, then Newton", 100)):
        time_quenches(
            f"MLPGradientFlow's method, {name}",
            network,
            lambda x, n_steps=n_steps: newton(functions, flow(functions, x, n_steps)),
            float(sys.argv[2]),
            hessians=lambda: functions.n_hessians,
        )
