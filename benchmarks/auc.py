"""The approximated AUC beside cross-entropy and beside the plain double sum, on one core.

Run: python benchmarks/auc.py
"""

import os
import time

os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"

import jax
import jax.numpy as jnp
import numpy as np
from rich.console import Console
from rich.table import Table

from thalweg.datasets import spirals
from thalweg.problems import NeuralNetwork, losses

SIZES = (400, 1600, 3200, 12_800, 100_000)
DOUBLE_SUM_UP_TO = 12_800
LOSSES = {
    "cross-entropy": losses.CrossEntropy(),
    "sigmoid": losses.ApproximateAUC(),
    "tanh": losses.ApproximateAUC("tanh"),
    "quadratic": losses.ApproximateAUC("quadratic"),
    "exponential": losses.ApproximateAUC("exponential"),
    "hinge": losses.ApproximateAUC("hinge"),
}


def seconds(function, *arguments) -> float:
    """Time of one call, the best of several rounds."""
    jax.block_until_ready(function(*arguments))
    rounds = []
    for _ in range(7):
        began, calls = time.perf_counter(), 0
        while time.perf_counter() - began < 0.2:
            jax.block_until_ready(function(*arguments))
            calls += 1
        rounds.append((time.perf_counter() - began) / calls)
    return min(rounds)


def double_sum(problem: NeuralNetwork, x: jax.Array) -> jax.Array:
    """The sigmoid surrogate as it is written, O(N_P N_N)."""
    # Inputs stand as columns, above a row of ones.
    p = problem.predict(x, jnp.asarray(problem.inputs[:-1].T))[:, 1]
    is_positive = np.asarray(problem.targets) == 1
    z = p[is_positive][:, None] - p[~is_positive][None]
    return jnp.mean(-jax.nn.sigmoid(50.0 * z))


def main() -> None:
    """Print both tables."""
    jax.config.update("jax_enable_x64", True)
    console = Console(width=110)
    table = Table("N", *LOSSES, "sigmoid : CE", "double sum")
    for n in SIZES:
        data = spirals(n, 2)
        times, plain = {}, None
        for name, loss in LOSSES.items():
            full = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(5,), loss=loss)
            problem = full.reduction().problem
            x = jnp.asarray(np.random.default_rng(0).normal(size=problem.dimension))
            times[name] = seconds(jax.jit(lambda p, x: p.value_and_gradient(x)), problem, x)
            if name == "sigmoid" and n <= DOUBLE_SUM_UP_TO:
                plain = seconds(jax.jit(jax.value_and_grad(double_sum, argnums=1)), problem, x)
        table.add_row(
            str(n),
            *(f"{1e6 * t:.0f}" for t in times.values()),
            f"{times['sigmoid'] / times['cross-entropy']:.1f}",
            "-" if plain is None else f"{plain / times['sigmoid']:.0f}",
        )
    console.print(
        "value and gradient of a 2-5-2 network, one core, µs (double sum: times the sigmoid)"
    )
    console.print(table)


if __name__ == "__main__":
    main()
