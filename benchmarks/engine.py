"""Cost of a gradient, a Hessian and a quench on one core: 3,200 points, 5 hidden units, two classes.

Run: python benchmarks/engine.py
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
from thalweg.search.steps.batching import in_chunks
from thalweg.search.steps.newton import Newton
from thalweg.search.walks.walk import walk

WALKERS, REPEATS = 256, 5


def best_time(function, *arguments) -> float:
    """Seconds of the fastest of some calls, the first of which compiles."""
    jax.block_until_ready(function(*arguments))
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        jax.block_until_ready(function(*arguments))
        times.append(time.perf_counter() - began)
    return min(times)


def batched(method):
    """A method of a problem over many walkers, in chunks that fit the cache."""
    return jax.jit(lambda p, y: in_chunks(lambda z: method(p, z), p.walkers_per_chunk, y))


def evaluations(table: Table) -> None:
    """Hand-derived derivatives beside automatic ones, all batched in the same way."""
    data = spirals()
    full = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(5,))
    problem = full.reduction().problem
    rng = np.random.default_rng(0)
    with jax.enable_x64(True):
        x = jnp.asarray(2 * rng.normal(size=(WALKERS, problem.dimension)))
        wide = jnp.asarray(2 * rng.normal(size=(WALKERS, full.dimension)))
        few = wide[:16]

        gradient = batched(lambda p, z: p.value_and_gradient(z))
        hessian = batched(lambda p, z: p.value_gradient_hessian(z))
        by_autodiff = batched(lambda p, z: jax.value_and_grad(p.loss)(z))
        plain = jax.jit(lambda p, y: jax.vmap(jax.value_and_grad(p.loss))(y))
        second = jax.jit(lambda p, y: jax.lax.map(jax.hessian(p.loss), y))
        ours = best_time(gradient, problem, x) / WALKERS
        rows = [
            ("value + gradient, reduced", ours),
            ("value + gradient, full vector", best_time(gradient, full, wide) / WALKERS),
            ("  autodiff in the same chunks", best_time(by_autodiff, full, wide) / WALKERS),
            ("  autodiff, plain vmap", best_time(plain, full, wide) / WALKERS),
            ("value + gradient + Hessian, reduced", best_time(hessian, problem, x) / WALKERS),
            ("  jax.hessian of the full vector", best_time(second, full, few) / len(few)),
        ]
    for name, seconds in rows:
        table.add_row(name, f"{1e6 * seconds:.1f} µs", f"{seconds / ours:.2f} gradients")


def other_problems(table: Table) -> None:
    """Two hidden layers, and a loss over pairs of points: Hessians in gradients of their own."""
    data = spirals()
    for hidden, loss in (((5, 5), losses.CrossEntropy()), ((5,), losses.ApproximateAUC())):
        full = NeuralNetwork.from_data(data.inputs, data.targets, hidden=hidden, loss=loss)
        problem = full.reduction().problem
        with jax.enable_x64(True):
            x = jnp.asarray(2 * np.random.default_rng(0).normal(size=(64, problem.dimension)))
            gradient, hessian = (
                best_time(batched(method), problem, x) / len(x)
                for method in (
                    lambda p, z: p.value_and_gradient(z),
                    lambda p, z: p.value_gradient_hessian(z),
                )
            )
        name = f"{'-'.join(map(str, (2, *hidden, 2)))}, {loss.name}"
        table.add_row(f"{name}: value + gradient", f"{1e6 * gradient:.1f} µs", "")
        share = f"{hessian / gradient:.2f} of its gradients"
        table.add_row("  and Hessian", f"{1e6 * hessian:.1f} µs", share)


def quenches(table: Table) -> None:
    """Newton quenches from narrow and wide starts."""
    data = spirals()
    problem = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(5,)).reduction().problem
    rng = np.random.default_rng(0)
    shape = (WALKERS, problem.dimension)
    widths = np.exp(rng.uniform(np.log(4), np.log(16), size=(WALKERS, 1)))
    starts = {
        "N(0, 2²)": 2 * rng.normal(size=shape),
        "widths 4–16": widths * rng.normal(size=shape),
    }
    for name, x in starts.items():
        walk(problem, x[:16], Newton())
        began = time.perf_counter()
        result = walk(problem, x, Newton())
        each = (time.perf_counter() - began) / WALKERS
        done = f"{result.converged.sum()} of {WALKERS} converged, {result.steps.mean():.0f} steps"
        table.add_row(f"quench from {name}", f"{1e3 * each:.1f} ms", done)


if __name__ == "__main__":
    table = Table("one core", "time", "", title="3,200 points, 5 hidden units")
    evaluations(table)
    other_problems(table)
    quenches(table)
    Console(width=110).print(table)
