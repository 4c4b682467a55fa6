"""Test error over the smoothness ν: is a half-integer good enough?"""

from contextlib import suppress

from ..analysis import regression_metrics
from ..datasets import Dataset, DatasetError, cpu_performance, diabetes, schwefel_surface
from ..problems import GaussianProcess
from ..problems.kernels import Matern
from .gp_starts import gp_starts
from .landscapes import Landscapes
from .reproduction import Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, stated

_GRID = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.5, 8.0)


def half_integer_smoothness(
    landscapes: Landscapes, scale: Scale, progress: Progress
) -> Reproduction:
    """Test error over ν, and with ν optimised: is one of ½, 3/2, 5/2 good enough?"""
    measurements: dict[str, list[Measurements]] = {}
    for seed in scale.seeds:
        for data in _regression_sets(seed):
            progress(f"{data.name}, seed {seed}")
            errors = {
                f"ν = {nu:g}": _best_error(landscapes, data, Matern(nu), scale, seed)
                for nu in _GRID
            }
            free = _best_error(landscapes, data, Matern((0.3, 20.0)), scale, seed)
            halves = [errors[f"ν = {nu:g}"] for nu in (0.5, 1.5, 2.5)]
            measurements.setdefault(data.name, []).append(
                {
                    **errors,
                    "ν optimised": free,
                    "best half-integer up to 5/2, in hindsight": min(halves),
                    "best of the grid, in hindsight": min(errors.values()),
                }
            )
    statements = tuple(
        stated(
            f"{name}: optimised ν is not more than 2 % worse than the best half-integer in hindsight",
            {name: measurements[name]},
            lambda r: (
                next(iter(r.values()))["ν optimised"]
                <= 1.02 * next(iter(r.values()))["best half-integer up to 5/2, in hindsight"]
            ),
        )
        for name in measurements
    )
    title = "mean squared test error over the smoothness ν, in variances of the targets"
    setting = (
        f"prior of three e-folds, {gp_starts(scale, 16)} starts, 60 points of Schwefel with 5 % noise, "
        f"100 of others, seeds {scale.seeds}"
    )
    return Reproduction(
        "gp-smoothness", title, side_by_side(measurements, {}), statements, scale, setting
    )


def _best_error(
    landscapes: Landscapes, data: Dataset, kernel: Matern, scale: Scale, seed: int
) -> float:
    """Mean squared test error at the lowest minimum; a weak prior keeps every optimum off the bounds."""
    problem = GaussianProcess.from_data(data.inputs, data.targets, kernel=kernel, prior_width=3.0)
    network = landscapes.network(problem, gp_starts(scale, 16), seed)
    metrics = regression_metrics(network, problem, data.test_inputs, data.test_targets)
    return float(metrics.mean_squared_error[network.global_minimum])


def _regression_sets(seed: int) -> list[Dataset]:
    sets = [schwefel_surface(60, 500, dimension=d, noise=0.05, seed=seed) for d in (2, 3, 4, 5)]
    sets.append(diabetes(100, seed=seed))
    # Where it is neither in a folder nor to be fetched, the others say enough.
    with suppress(DatasetError):
        sets.append(cpu_performance(train=100, seed=seed))
    return sets
