"""Minima of a marginal likelihood that vanish in folds as ν falls."""

import numpy as np

from ..analysis import BranchEnd, follow
from ..datasets import schwefel_surface
from ..problems import GaussianProcess, ParameterFamily
from ..problems.kernels import Matern
from .gp_starts import gp_starts
from .landscapes import Landscapes
from .reproduction import Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, stated

_SETTINGS = (
    "training sizes, the grid of ν, bounds and weightings are not published: here 80 points without "
    "noise, variance in [1e-3, 1e3], length scales in [1e-2, 1e2], noise in [1e-6, 1], standardised"
)


def folds_in_smoothness(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """Minima of the Schwefel function's marginal likelihood, followed from ν = 4.5 down to 1."""
    measurements: dict[str, list[Measurements]] = {}
    for dimension in (3, 4):
        for seed in scale.seeds:
            progress(f"Schwefel {dimension} d, data {seed}")
            data = schwefel_surface(80, 0, dimension=dimension, seed=seed)
            problem = GaussianProcess.from_data(data.inputs, data.targets, kernel=Matern(4.5))
            with landscapes.open(problem, gp_starts(scale, 256), seed) as landscape:
                minima = np.array([m.coordinates for m in landscape.minima()])
            points = minima.reshape(-1, problem.dimension)
            branches = follow(ParameterFamily(problem, "nu"), points, 4.5, 1.0)
            folds = sorted(f.value for b in branches for f in b.folds[:1])
            measurements.setdefault(f"Schwefel {dimension} d", []).append(
                {
                    "minima at ν = 4.5": len(branches),
                    "lost in a fold above ν = 1": len(folds),
                    "lost at the bounds": sum(b.end is BranchEnd.LEFT_BOUNDS for b in branches),
                    "highest critical ν": folds[-1] if folds else np.nan,
                }
            )
    statements = (
        stated(
            "minima are lost in folds as ν falls",
            measurements,
            lambda r: any(values["lost in a fold above ν = 1"] > 0 for values in r.values()),
            _SETTINGS + "; published: between 2.1 and 2.0, and between 3.5 and 3.4",
        ),
    )
    title = "minima of a marginal likelihood that vanish in folds as ν falls"
    setting = (
        f"80 points, Matérn from ν = 4.5 to 1, no prior, {gp_starts(scale, 256)} starts, "
        f"data seeds {scale.seeds}"
    )
    return Reproduction(
        "slides-2", title, side_by_side(measurements, {}), statements, scale, setting
    )
