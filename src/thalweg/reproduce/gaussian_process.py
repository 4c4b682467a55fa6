"""Landscapes of Gaussian processes: folds in ν, ensembles, half-integer ν, and the posterior."""

from collections.abc import Callable
from contextlib import suppress

import numpy as np
from scipy import stats

from ..analysis import BranchEnd, follow, frustration, monotonic_sequence_basins, regression_metrics
from ..datasets import Dataset, DatasetError, cpu_performance, diabetes, schwefel_surface
from ..landscape.network import Network
from ..learn import (
    Boltzmann,
    Flatness,
    LeaveOneOut,
    Occupation,
    Uniform,
    Weighting,
    ensemble_gain,
    gp_ensemble,
    importance_sample,
    laplace_mixture,
    nuts_sample,
    point_estimate_diagnosis,
)
from ..problems import GaussianProcess, ParameterFamily
from ..problems.kernels import Matern
from .mapping import mapped
from .reproduction import FULL, Measurements, Reproduction, Scale, claim, side_by_side

Progress = Callable[[str], None]
_WEIGHTINGS: dict[str, Weighting] = {
    "uniform": Uniform(),
    "Boltzmann": Boltzmann(),
    "occupation": Occupation(),
    "LPPHE": Flatness(),
    "leave-one-out": LeaveOneOut(),
}
_SETTINGS = (
    "training sizes, the grid of ν, bounds and weightings are not published: here 80 points without "
    "noise, variance in [1e-3, 1e3], length scales in [1e-2, 1e2], noise in [1e-6, 1], standardised"
)
_GRID = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.5, 8.0)


def folds_in_smoothness(scale: Scale, progress: Progress) -> Reproduction:
    """Minima of the Schwefel function's marginal likelihood, followed from ν = 4.5 down to 1."""
    measurements: dict[str, list[Measurements]] = {}
    for dimension in (3, 4):
        for seed in scale.seeds:
            progress(f"Schwefel {dimension} d, data {seed}")
            data = schwefel_surface(80, 0, dimension=dimension, seed=seed)
            problem = GaussianProcess.from_data(data.inputs, data.targets, kernel=Matern(4.5))
            with mapped(problem, _starts(scale, 256), seed) as landscape:
                minima = np.array([m.coordinates for m in landscape.minima()])
            points = minima.reshape(-1, problem.dimension)
            branches = follow(ParameterFamily(problem, "nu"), points, 4.5, 1.0)
            folds = sorted(f.value for b in branches for f in b.folds[:1])
            measurements.setdefault(f"Schwefel {dimension} d", []).append(
                {
                    "minima at ν = 4.5": len(branches),
                    "lost in a fold above ν = 1": len(folds),
                    "lost through the box": sum(b.end is BranchEnd.LEFT_BOUNDS for b in branches),
                    "highest critical ν": folds[-1] if folds else np.nan,
                }
            )
    claims = (
        claim(
            "minima are lost in folds as ν falls",
            measurements,
            lambda r: any(values["lost in a fold above ν = 1"] > 0 for values in r.values()),
            _SETTINGS + "; published: between 2.1 and 2.0, and between 3.5 and 3.4",
        ),
    )
    title = "minima of a marginal likelihood that vanish in folds as ν falls"
    setting = (
        f"80 points, Matérn from ν = 4.5 to 1, no prior, {_starts(scale, 256)} starts, "
        f"data seeds {scale.seeds}"
    )
    return Reproduction("gp-folds", title, side_by_side(measurements, {}), claims, scale, setting)


def ensembles_of_minima(scale: Scale, progress: Progress) -> Reproduction:
    """What ensembles of minima gain over the best one, and whether the landscape foretells it."""
    measurements: dict[str, list[Measurements]] = {"over data sets": []}
    for seed in scale.seeds:
        rows: list[dict[str, float]] = []
        for dimension in (2, 3, 4):
            for train in (15, 30, 60) if scale != FULL else (12, 15, 20, 30, 45, 60):
                progress(f"seed {seed}, Schwefel {dimension} d, {train} points")
                data = schwefel_surface(
                    train, 500, dimension=dimension, seed=100 * seed + dimension
                )
                rows.append(_gains(data, scale, seed))
        values = {name: np.array([row[name] for row in rows]) for name in rows[0]}
        found: dict[str, float | int] = {"data sets": len(rows)}
        for name in _WEIGHTINGS:
            found[f"{name}: median gain in squared error, %"] = float(np.median(values[name]))
            found[f"{name}: share of data sets with a gain"] = float(np.mean(values[name] > 0))
        for name in ("minima", "basins", "frustration", "effective minima"):
            found[f"Spearman of {name} and gain"] = _spearman(values[name], values["uniform"])
        measurements["over data sets"].append(found)
    claims = (
        claim(
            "the mean over all minima predicts better than the best minimum in the median",
            measurements,
            lambda r: r["over data sets"]["uniform: median gain in squared error, %"] >= 0,
        ),
        claim(
            "the gain grows with the number of minima",
            measurements,
            lambda r: r["over data sets"]["Spearman of minima and gain"] > 0,
            "published without a coefficient; where there is one minimum the gain is zero by definition",
        ),
    )
    title = "ensembles of the minima of a marginal likelihood"
    setting = (
        f"Matérn 5/2, prior of two e-folds, {_starts(scale, 64)} starts, 500 test points, "
        f"seeds {scale.seeds}"
    )
    return Reproduction(
        "gp-ensembles", title, side_by_side(measurements, {}), claims, scale, setting
    )


def half_integer_smoothness(scale: Scale, progress: Progress) -> Reproduction:
    """Test error over ν, and with ν optimised: is one of ½, 3/2, 5/2 good enough?"""
    measurements: dict[str, list[Measurements]] = {}
    for seed in scale.seeds:
        for data in _regression_sets(seed):
            progress(f"{data.name}, seed {seed}")
            errors = {f"ν = {nu:g}": _best_error(data, Matern(nu), scale, seed) for nu in _GRID}
            free = _best_error(data, Matern((0.3, 20.0)), scale, seed)
            halves = [errors[f"ν = {nu:g}"] for nu in (0.5, 1.5, 2.5)]
            measurements.setdefault(data.name, []).append(
                {
                    **errors,
                    "ν optimised": free,
                    "best half-integer up to 5/2, in hindsight": min(halves),
                    "best of the grid, in hindsight": min(errors.values()),
                }
            )
    claims = tuple(
        claim(
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
        f"prior of three e-folds, {_starts(scale, 16)} starts, 60 points of Schwefel with 5 % noise, "
        f"100 of others, seeds {scale.seeds}"
    )
    return Reproduction(
        "gp-smoothness", title, side_by_side(measurements, {}), claims, scale, setting
    )


def landscape_and_posterior(scale: Scale, progress: Progress) -> Reproduction:
    """Predictive log density and cost of a point estimate, an ensemble, the landscape mixture and NUTS."""
    measurements: dict[str, list[Measurements]] = {}
    draws = 1000 if scale == FULL else 400
    for dimension, train in ((2, 12), (3, 25), (4, 40)):
        for seed in scale.seeds:
            name = f"Schwefel {dimension} d, {train} points"
            progress(f"{name}, seed {seed}")
            data = schwefel_surface(train, 500, dimension=dimension, seed=seed)
            measurements.setdefault(name, []).append(_densities(data, draws, seed))
    sampled = "landscape mixture"
    claims = (
        claim(
            "the landscape mixture comes within 0.05 nats of NUTS",
            measurements,
            lambda r: all(
                v[f"{sampled}: log density"] > v["NUTS: log density"] - 0.05 for v in r.values()
            ),
        ),
        claim(
            "at no more than a twentieth of its likelihood evaluations, the search included",
            measurements,
            lambda r: all(
                20 * v[f"{sampled}: evaluations"] <= v["NUTS: evaluations"] for v in r.values()
            ),
        ),
        claim(
            "where the diagnosis calls for more than a point estimate, the mixture predicts better than one",
            measurements,
            lambda r: all(
                v["diagnosis: a point will do"]
                or v[f"{sampled}: log density"] > v["point estimate: log density"]
                for v in r.values()
            ),
        ),
    )
    title = "from the landscape to the posterior, with a prior of two e-folds"
    setting = (
        f"Matérn 5/2, prior of two e-folds, 32 starts, {draws} draws, four chains of 300 + {draws}, "
        f"seeds {scale.seeds}"
    )
    return Reproduction(
        "gp-posterior", title, side_by_side(measurements, {}), claims, scale, setting
    )


def _densities(data: Dataset, draws: int, seed: int) -> Measurements:
    problem = GaussianProcess.from_data(
        data.inputs, data.targets, kernel=Matern(2.5), prior_width=2.0
    )
    with mapped(problem, 32, seed) as landscape:
        network, search = landscape.network(), landscape.counts().steps
    mixture = laplace_mixture(problem, network)
    diagnosis = point_estimate_diagnosis(mixture)
    weighted = importance_sample(problem, mixture, draws=draws, seed=seed)
    chains = nuts_sample(problem, mixture, warm_up=300, draws=draws, seed=seed)
    best = problem.posterior(network.coordinates[network.global_minimum], data.test_inputs)
    predictors = {
        "ensemble": gp_ensemble([(problem, network)]),
        "landscape mixture": weighted.predictor(problem),
        "NUTS": chains.predictor(problem),
    }
    found: dict[str, float | int] = {
        "minima": network.n_minima,
        "diagnosis: a point will do": int(diagnosis.suffices),
        "diagnosis: effective minima": diagnosis.effective_minima,
        "point estimate: log density": float(best.log_density(data.test_targets).mean()),
    }
    for name, predictor in predictors.items():
        density = predictor.posterior(data.test_inputs).log_density(data.test_targets)
        found[f"{name}: log density"] = float(density.mean())
    return {
        **found,
        "point estimate: evaluations": search,
        "landscape mixture: evaluations": search + weighted.evaluations,
        "landscape mixture: effective sample size": weighted.effective_sample_size,
        "NUTS: evaluations": chains.evaluations,
        "NUTS: effective sample size": chains.effective_sample_size,
        "NUTS: R-hat": chains.r_hat,
    }


def _gains(data: Dataset, scale: Scale, seed: int) -> dict[str, float]:
    problem = GaussianProcess.from_data(
        data.inputs, data.targets, kernel=Matern(2.5), prior_width=2.0
    )
    with mapped(problem, _starts(scale, 64), seed, connect=True) as landscape:
        network = landscape.network()
    pairs = [(problem, network)]
    gains = {
        name: ensemble_gain(
            gp_ensemble(pairs, weighting), pairs, data.test_inputs, data.test_targets
        ).percent
        for name, weighting in _WEIGHTINGS.items()
    }
    diagnosis = point_estimate_diagnosis(laplace_mixture(problem, network))
    return {
        **gains,
        "minima": float(network.n_minima),
        "basins": float(len(monotonic_sequence_basins(network).bottoms)),
        "frustration": _frustration(network),
        "effective minima": diagnosis.effective_minima,
    }


def _frustration(network: Network) -> float:
    """At T = 1, where the loss is minus a log density; zero for what has one minimum."""
    found = frustration(network, 1.0)
    return found.normalised if np.isfinite(found.normalised) else 0.0


def _spearman(a: np.ndarray, b: np.ndarray) -> float:
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(stats.spearmanr(a, b).statistic)


def _best_error(data: Dataset, kernel: Matern, scale: Scale, seed: int) -> float:
    """Mean squared test error at the lowest minimum; a weak prior keeps every optimum off the box."""
    problem = GaussianProcess.from_data(data.inputs, data.targets, kernel=kernel, prior_width=3.0)
    with mapped(problem, _starts(scale, 16), seed) as landscape:
        network = landscape.network()
    found = regression_metrics(network, problem, data.test_inputs, data.test_targets)
    return float(found.mean_squared_error[network.global_minimum])


def _regression_sets(seed: int) -> list[Dataset]:
    sets = [schwefel_surface(60, 500, dimension=d, noise=0.05, seed=seed) for d in (2, 3, 4, 5)]
    sets.append(diabetes(100, seed=seed))
    # Where it is neither in a folder nor to be fetched, the others say enough.
    with suppress(DatasetError):
        sets.append(cpu_performance(train=100, seed=seed))
    return sets


def _starts(scale: Scale, few: int) -> int:
    return 3 * few if scale == FULL else few
