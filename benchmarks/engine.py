"""Cost of a gradient, a Hessian and a quench on one core: 3,200 points, 5 hidden units, two classes.

Processor time. Run: python benchmarks/engine.py [--quick] [--keep]
"""

import os
import time

os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"

import jax
import jax.numpy as jnp
import numpy as np
from records import arguments, report

from thalweg.datasets import spirals
from thalweg.problems import NeuralNetwork, losses
from thalweg.search.steps.batching import in_chunks
from thalweg.search.steps.newton import Newton
from thalweg.search.walks.walk import walk

REPEATS = 5


def best_time(function, *arguments) -> float:
    """Seconds of the fastest of some calls, the first of which compiles."""
    jax.block_until_ready(function(*arguments))
    times = []
    for _ in range(REPEATS):
        began = time.process_time()
        jax.block_until_ready(function(*arguments))
        times.append(time.process_time() - began)
    return min(times)


def batched(method):
    """A method of a problem over many walkers, in chunks that fit the cache."""
    return jax.jit(lambda p, y: in_chunks(lambda z: method(p, z), p.walkers_per_chunk, y))


def evaluations(walkers: int) -> list[dict]:
    """Hand-derived derivatives beside automatic ones, all batched in the same way."""
    data = spirals()
    full = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(5,))
    problem = full.reduction().problem
    rng = np.random.default_rng(0)
    with jax.enable_x64(True):
        x = jnp.asarray(2 * rng.normal(size=(walkers, problem.dimension)))
        wide = jnp.asarray(2 * rng.normal(size=(walkers, full.dimension)))
        few = wide[:16]

        gradient = batched(lambda p, z: p.value_and_gradient(z))
        hessian = batched(lambda p, z: p.value_gradient_hessian(z))
        by_autodiff = batched(lambda p, z: jax.value_and_grad(p.loss)(z))
        plain = jax.jit(lambda p, y: jax.vmap(jax.value_and_grad(p.loss))(y))
        second = jax.jit(lambda p, y: jax.lax.map(jax.hessian(p.loss), y))
        ours = best_time(gradient, problem, x) / walkers
        rows = [
            ("value + gradient, reduced", ours),
            ("value + gradient, full vector", best_time(gradient, full, wide) / walkers),
            ("  autodiff in the same chunks", best_time(by_autodiff, full, wide) / walkers),
            ("  autodiff, plain vmap", best_time(plain, full, wide) / walkers),
            ("value + gradient + Hessian, reduced", best_time(hessian, problem, x) / walkers),
            ("  jax.hessian of the full vector", best_time(second, full, few) / len(few)),
        ]
    return [
        {"what": name, "µs": 1e6 * seconds, "gradients": seconds / ours} for name, seconds in rows
    ]


def other_problems() -> list[dict]:
    """Two hidden layers, and a loss over pairs of points: Hessians in gradients of their own."""
    data, rows = spirals(), []
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
        rows.append({"what": f"{name}: value + gradient", "µs": 1e6 * gradient, "gradients": 1.0})
        ratio = hessian / gradient
        rows.append({"what": f"{name}: and Hessian", "µs": 1e6 * hessian, "gradients": ratio})
    return rows


def quenches(walkers: int) -> list[dict]:
    """Newton quenches from narrow and wide starts."""
    data = spirals()
    problem = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(5,)).reduction().problem
    rng = np.random.default_rng(0)
    shape, rows = (walkers, problem.dimension), []
    widths = np.exp(rng.uniform(np.log(4), np.log(16), size=(walkers, 1)))
    starts = {
        "N(0, 2²)": 2 * rng.normal(size=shape),
        "widths 4–16": widths * rng.normal(size=shape),
    }
    for name, x in starts.items():
        walk(problem, x[:16], Newton())
        walk(problem, x, Newton())  # Compiles, if the number of lanes differs.
        began = time.process_time()
        result = walk(problem, x, Newton())
        each = (time.process_time() - began) / walkers
        rows.append(
            {
                "starts": name,
                "ms a quench": 1e3 * each,
                "converged": float(result.converged.mean()),
                "steps": float(result.steps.mean()),
            }
        )
    return rows


if __name__ == "__main__":
    options = arguments(__doc__)
    walkers = 64 if options.quick else 256
    rows = evaluations(walkers) + ([] if options.quick else other_problems())
    title = "3,200 points, 5 hidden units, one core"
    report("engine", rows, key=("what",), options=options, title=title)
    report("engine-quenches", quenches(walkers), key=("starts",), options=options)
