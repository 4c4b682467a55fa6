"""The unnumbered slide: the Schwefel function, and Gaussian processes fitted to it."""

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
_SIDE = 41


def schwefel_fits(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """Fits of the Schwefel function of one input over ν, and of two inputs."""
    measurements: dict[str, list[Measurements]] = {}
    shown: dict[float, tuple[GaussianProcessPrediction, Any]] = {}
    for seed in scale.seeds:
        rng = np.random.default_rng(seed)
        x = np.sort(rng.uniform(-500, 500, 22))
        for nu in _SMOOTHNESS:
            progress(f"ν = {nu:g}, seed {seed}")
            prediction = _fit(
                landscapes, scale, seed, nu, x[:, None], _schwefel(x[:, None]), _GRID[:, None]
            )
            error = np.mean((prediction.mean - _schwefel(_GRID[:, None])) ** 2)
            measurements.setdefault(f"1 d, ν = {nu:g}", []).append(
                {
                    "error in variances of the function": float(
                        error / _schwefel(_GRID[:, None]).var()
                    )
                }
            )
            if seed == scale.seeds[0]:
                shown[nu] = prediction, (x, _schwefel(x[:, None]))
    rng = np.random.default_rng(scale.seeds[0])
    points = rng.uniform(-500, 500, (scale.choose(tiny=25, small=60, full=60), 2))
    side = np.linspace(-500, 500, _SIDE)
    plane = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    progress("2 d")
    surface = _fit(
        landscapes, scale, scale.seeds[0], 2.5, points, _schwefel(points), plane
    ).mean.reshape(_SIDE, _SIDE)
    statements = (
        stated(
            "every fit is better than the mean of the function",
            measurements,
            lambda r: all(v["error in variances of the function"] < 1 for v in r.values()),
            "the slide has no words",
        ),
    )

    def draw(figure: "Figure") -> None:
        halves: Any = figure.subfigures(2, 1)
        top, bottom = halves
        axes = top.subplots(1, len(shown), sharey=True)
        for ax, (nu, (prediction, observations)) in zip(axes, shown.items(), strict=True):
            plot.process_fit(
                _GRID,
                prediction,
                ax,
                truth=_schwefel(_GRID[:, None]),
                observations=observations,
            )
            ax.set_title(f"ν = {nu:g}", fontsize=10)
        top.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
        left, right = bottom.subplots(1, 2)
        plot.filled_surface(side, side, _schwefel(plane).reshape(_SIDE, _SIDE), left, label="f")
        plot.filled_surface(side, side, surface, right, label="f")
        right.plot(*points.T, ".", color=plot.palette.WHITE, markersize=4)
        left.set_title("function of two inputs", fontsize=10)
        right.set_title("fit, ν = 2.5", fontsize=10)

    caption = (
        "Top: fits of the Schwefel function of one input over ν, at the minimum of lowest loss. Bottom: the "
        "function of two inputs, and a fit to the points shown."
    )
    return Reproduction(
        "slides-schwefel",
        "the Schwefel function and fits of Gaussian processes",
        side_by_side(measurements, {}),
        statements,
        scale,
        f"22 points of one input, {len(points)} of two, prior of three e-folds, {gp_starts(scale, 12)} "
        f"starts, data seeds {scale.seeds}",
        (Picture("", caption, draw, (10.0, 7.5)),),
    )


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
