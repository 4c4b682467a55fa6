"""Figures 1.6 and 1.7 of the thesis: what amplitude, length scale and smoothness do to a kernel."""

from typing import TYPE_CHECKING

import numpy as np

from .. import plot
from ..problems.kernels import RBF, Constant, Matern, covariance_matrix, prior_samples
from ..problems.kernels.base import Kernel
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FAR = 3.0
_SMOOTHNESS = (0.5, 1.5, 2.5, np.inf)
_X = np.linspace(0, 5, 150)[:, None]


def kernel_over_distance(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """An RBF kernel over the distance of two points, for several amplitudes σ and length scales ℓ."""
    progress("RBF")
    distances = np.linspace(0, 6, 121)
    kernel = Constant() * RBF()
    settings = [(1.0, 0.5), (1.0, 1.0), (1.0, 2.0), (0.5, 1.0), (2.0, 1.0)]
    curves = {
        (sigma, length): covariance_matrix(
            kernel, [sigma**2, length], np.zeros((1, 1)), distances[:, None]
        )[0]
        for sigma, length in settings
    }
    at = int(np.searchsorted(distances, _FAR))
    # The kernel has no random part: every seed has the same values.
    measurements: dict[str, list[Measurements]] = {
        f"σ = {sigma:g}, ℓ = {length:g}": [
            {"k at distance 0": float(curve[0]), f"k at distance {_FAR:g}": float(curve[at])}
            for _ in scale.seeds
        ]
        for (sigma, length), curve in curves.items()
    }
    far = f"k at distance {_FAR:g}"

    def rises(cases: list[str], quantity: str) -> bool:
        values = [measurements[case][0][quantity] for case in cases]
        return bool(np.all(np.diff(values) > 0))

    by_length = [f"σ = 1, ℓ = {length:g}" for length in (0.5, 1, 2)]
    by_amplitude = [f"σ = {sigma:g}, ℓ = 1" for sigma in (0.5, 1, 2)]
    statements = (
        stated(
            "larger length scales increase the covariance of distant points",
            measurements,
            lambda r: rises(by_length, far),
        ),
        stated(
            "larger amplitudes increase the covariance of distant points",
            measurements,
            lambda r: rises(by_amplitude, far),
        ),
        stated(
            "larger amplitudes increase the largest covariance",
            measurements,
            lambda r: rises(by_amplitude, "k at distance 0"),
        ),
    )

    def draw(figure: "Figure") -> None:
        left, right = figure.subplots(1, 2)
        plot.kernel_curves(distances, {f"ℓ = {b:g}": curves[1.0, b] for b in (0.5, 1.0, 2.0)}, left)
        plot.kernel_curves(
            distances, {f"σ = {a:g}": curves[a, 1.0] for a in (0.5, 1.0, 2.0)}, right
        )
        left.set_title("σ = 1", fontsize=10)
        right.set_title("ℓ = 1", fontsize=10)

    caption = (
        "Effect of ℓ and σ on the value of an RBF kernel as the distance of two points varies."
    )
    return Reproduction(
        "figure-1.6",
        "an RBF kernel over the distance of two points",
        side_by_side(measurements, {}),
        statements,
        scale,
        "nothing is drawn at random, all seeds are alike; the published σ and ℓ are not stated",
        (Picture("", caption, draw, (8.0, 3.4)),),
    )


def prior_over_smoothness(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """Covariance matrices and functions from the prior for several smoothnesses ν, with σ = ℓ = 1."""
    measurements: dict[str, list[Measurements]] = {}
    matrices = {nu: covariance_matrix(_matern(nu), [1.0], _X) for nu in _SMOOTHNESS}
    samples = {
        nu: prior_samples(_matern(nu), [1.0], _X, samples=3, seed=scale.seeds[0])
        for nu in _SMOOTHNESS
    }
    near = int(np.argmin(np.abs(_X[:, 0] - _X[0, 0] - 0.5)))
    for nu in _SMOOTHNESS:
        progress(f"ν = {nu:g}")
        for seed in scale.seeds:
            drawn = prior_samples(_matern(nu), [1.0], _X, samples=20, seed=seed)
            turns = (np.diff(np.sign(np.diff(drawn)), axis=1) != 0).sum(axis=1).mean()
            measurements.setdefault(_label(nu), []).append(
                {
                    "covariance at distance 0.5": float(matrices[nu][0, near]),
                    "turning points of a sample": float(turns),
                }
            )

    def is_monotonic(quantity: str, sign: int) -> bool:
        pairs = np.array([[one[quantity] for one in rows] for rows in measurements.values()])
        return bool((sign * np.diff(pairs, axis=0) > 0).all())

    statements = (
        stated(
            "the covariance with surrounding points becomes larger if the kernel is more smooth",
            measurements,
            lambda r: is_monotonic("covariance at distance 0.5", 1),
        ),
        stated(
            "functions from the prior are smoother for larger ν: they turn less often",
            measurements,
            lambda r: all(
                a["turning points of a sample"] > b["turning points of a sample"]
                for a, b in zip(list(r.values())[:-1], list(r.values())[1:], strict=True)
            ),
        ),
    )

    def draw(figure: "Figure") -> None:
        axes = figure.subplots(2, len(_SMOOTHNESS))
        for nu, top, bottom in zip(_SMOOTHNESS, *axes, strict=True):
            plot.covariance_matrix(matrices[nu], top, span=(_X[0, 0], _X[-1, 0]), most=1.0)
            plot.prior_samples(_X[:, 0], samples[nu], bottom)
            top.set_title(_label(nu), fontsize=10)
            bottom.set_ylim(-3.2, 3.2)

    caption = (
        "Matérn covariance matrices (top) and functions drawn from the prior of zero mean (bottom) for "
        "several "
        "smoothnesses, with ℓ = 1 and σ = 1; all priors have the same normal numbers."
    )
    return Reproduction(
        "figure-1.7",
        "covariance matrices and functions from the prior over the smoothness",
        side_by_side(measurements, {}),
        statements,
        scale,
        f"{len(_X)} points on [0, 5], σ = ℓ = 1, 20 functions for each of the seeds {scale.seeds}",
        (Picture("", caption, draw, (12.0, 5.6)),),
    )


def _matern(nu: float) -> Kernel:
    return RBF() if np.isinf(nu) else Matern(nu)


def _label(nu: float) -> str:
    return "ν → ∞ (RBF)" if np.isinf(nu) else f"ν = {nu:g}"
