"""The unnumbered slide: the Schwefel function, and Gaussian processes fitted to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from .. import plot
from ..problems import GaussianProcess
from ..problems.gaussian_processes.prediction import GaussianProcessPrediction
from ..problems.kernels import Matern
from .gp_starts import gp_starts
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SMOOTHNESS = (0.5, 1.5, 2.5)
_GRID = np.linspace(-500, 500, 401)
_SIDE = np.linspace(-500, 500, 41)
_SURFACE = 2.5
"""ν of the fit of two inputs."""
_ERROR = "error in variances of the function"


def schwefel_fits(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """Fits of the Schwefel function of one input over ν, and of two inputs."""
    measurements: dict[str, list[Measurements]] = {}
    lines: list[_Line] = []
    truth = _schwefel(_GRID[:, None])
    for seed in scale.seeds:
        for nu in _SMOOTHNESS:
            progress(f"ν = {nu:g}, seed {seed}")
            line = _line(landscapes, scale, seed, nu)
            lines.append(line)
            error = np.mean((line.fit.mean - truth) ** 2) / truth.var()
            measurements.setdefault(f"1 d, ν = {nu:g}", []).append({_ERROR: float(error)})
    progress("2 d")
    plane = _plane(landscapes, scale)
    statements = (
        stated(
            "every fit is better than the mean of the function",
            measurements,
            lambda r: all(v[_ERROR] < 1 for v in r.values()),
            "the slide has no words",
        ),
    )
    caption = (
        "Top: fits of the Schwefel function of one input over ν, at the minimum of lowest loss. Bottom: the "
        "function of two inputs, and a fit to the points shown."
    )
    draw = partial(_draw, lines[: len(_SMOOTHNESS)], plane)
    return Reproduction(
        "slides-schwefel",
        "the Schwefel function and fits of Gaussian processes",
        side_by_side(measurements, {}),
        statements,
        scale,
        f"22 points of one input, {len(plane.points)} of two, prior of three e-folds, {gp_starts(scale, 12)} "
        f"starts, data seeds {scale.seeds}",
        (Picture("", caption, draw, (10.0, 7.5)),),
    )


@dataclass(frozen=True, eq=False)
class _Line:
    """A fit of the function of one input to points `x`, on the grid."""

    nu: float
    x: Float[np.ndarray, " points"]
    fit: GaussianProcessPrediction


@dataclass(frozen=True, eq=False)
class _Plane:
    """A fit of the function of two inputs to points, on the square grid."""

    points: Float[np.ndarray, "points 2"]
    truth: Float[np.ndarray, "side side"]
    fit: Float[np.ndarray, "side side"]


def _line(landscapes: Landscapes, scale: Scale, seed: int, nu: float) -> _Line:
    x = np.sort(np.random.default_rng(seed).uniform(-500, 500, 22))
    y = _schwefel(x[:, None])
    return _Line(nu, x, _fit(landscapes, scale, seed, nu, x[:, None], y, _GRID[:, None]))


def _plane(landscapes: Landscapes, scale: Scale) -> _Plane:
    seed = scale.seeds[0]
    number = scale.choose(tiny=25, small=60, full=60)
    points = np.random.default_rng(seed).uniform(-500, 500, (number, 2))
    grid = np.stack(np.meshgrid(_SIDE, _SIDE), axis=-1).reshape(-1, 2)
    fit = _fit(landscapes, scale, seed, _SURFACE, points, _schwefel(points), grid).mean
    shape = len(_SIDE), len(_SIDE)
    return _Plane(points, _schwefel(grid).reshape(shape), fit.reshape(shape))


def _draw(lines: Sequence[_Line], plane: _Plane, figure: "Figure") -> None:
    halves: Any = figure.subfigures(2, 1)
    top, bottom = halves
    axes = top.subplots(1, len(lines), sharey=True)
    for ax, line in zip(axes, lines, strict=True):
        observations = line.x, _schwefel(line.x[:, None])
        truth = _schwefel(_GRID[:, None])
        plot.process_fit(_GRID, line.fit, ax, truth=truth, observations=observations)
        ax.set_title(f"ν = {line.nu:g}", fontsize=10)
    top.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    left, right = bottom.subplots(1, 2)
    plot.filled_surface(_SIDE, _SIDE, plane.truth, left, label="f")
    plot.filled_surface(_SIDE, _SIDE, plane.fit, right, label="f")
    right.plot(*plane.points.T, ".", color=plot.palette.WHITE, markersize=4)
    left.set_title("function of two inputs", fontsize=10)
    right.set_title(f"fit, ν = {_SURFACE:g}", fontsize=10)


def _schwefel(x: Float[np.ndarray, "n inputs"]) -> Float[np.ndarray, " n"]:
    total: Float[np.ndarray, " n"] = 418.9829 * x.shape[1] - np.sum(
        x * np.sin(np.sqrt(np.abs(x))), axis=1
    )
    return total


def _fit(
    landscapes: Landscapes,
    scale: Scale,
    seed: int,
    nu: float,
    x: Float[np.ndarray, "n inputs"],
    y: Float[np.ndarray, " n"],
    new: Float[np.ndarray, "M inputs"],
) -> GaussianProcessPrediction:
    """The prediction at the minimum of lowest loss, in the units of the function."""
    unit, mean, deviation = 500 / np.sqrt(3), float(y.mean()), float(y.std())
    problem = GaussianProcess.from_data(
        x / unit, (y - mean) / deviation, kernel=Matern(nu), prior_width=3.0
    )
    network = landscapes.network(problem, gp_starts(scale, 12), seed)
    fit = problem.posterior(network.coordinates[network.global_minimum], new / unit)
    return GaussianProcessPrediction(
        mean + deviation * fit.mean, deviation**2 * fit.variance, deviation**2 * fit.noise
    )
