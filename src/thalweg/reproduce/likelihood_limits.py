"""Table 1.1 of the thesis: the terms of a log marginal likelihood as the length scale goes to 0 or ∞."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from .. import plot
from ..problems import GaussianProcess, LikelihoodTerms, long_length_terms, short_length_terms
from ..problems.kernels import RBF
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import BySeed, Measurements, Statement, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_NOISES = (1e-2, 1e-4, 1e-6)
_SHORT, _LONG = 1e-6, 1e9
_POINTS = 12
_DATA, _COMPLEXITY = "data fit term", "model complexity term"
_HALF_SQUARE = "½yᵀy"


def likelihood_limits(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """Both terms of the log marginal likelihood at the ends of the length scale, with less and less noise."""
    measurements: dict[str, list[Measurements]] = {}
    for seed in scale.seeds:
        progress(f"data {seed}")
        for case, row in _at_the_ends(_problem(seed)).items():
            measurements.setdefault(case, []).append(row)
    caption = (
        "Terms of the negative log marginal likelihood over the length scale of an RBF kernel. With "
        "noise both "
        "are finite at both ends; the less noise, the farther they part as ℓ → ∞."
    )
    return Reproduction(
        "table-1.1",
        "asymptotic behaviour of the terms of the log marginal likelihood in ℓ",
        side_by_side(measurements, {}),
        _statements(measurements),
        scale,
        f"{_POINTS} points on a line, normal targets, RBF, variance and noise sum to one, data seeds "
        f"{scale.seeds}; published without noise",
        (Picture("", caption, partial(_draw, _problem(scale.seeds[0])), (8.0, 3.6)),),
    )


def _problem(seed: int) -> GaussianProcess:
    """Random targets of random points of a line."""
    rng = np.random.default_rng(seed)
    x, y = np.sort(rng.uniform(-2, 2, (_POINTS, 1)), axis=0), rng.normal(size=_POINTS)
    return GaussianProcess.from_data(x, y, kernel=RBF())


def _terms(problem: GaussianProcess, length: float, noise: float) -> LikelihoodTerms:
    """The terms where variance and noise sum to one."""
    return problem.terms(np.log([1 - noise, length, noise]))


def _at_the_ends(problem: GaussianProcess) -> dict[str, Measurements]:
    """Both terms at a tiny and at a huge length scale, beside the limits in closed form."""
    y = np.asarray(problem.targets)
    rows: dict[str, Measurements] = {}
    for noise in _NOISES:
        for name, length, limit in (
            ("ℓ → 0", _SHORT, short_length_terms(y, variance=1 - noise, noise=noise)),
            ("ℓ → ∞", _LONG, long_length_terms(y, variance=1 - noise, noise=noise)),
        ):
            terms = _terms(problem, length, noise)
            rows[f"noise {noise:g}, {name}"] = {
                _DATA: -terms.data,
                _COMPLEXITY: -terms.complexity,
                "largest difference from the limit in closed form, relative": max(
                    abs(terms.data / limit.data - 1),
                    abs(terms.complexity - limit.complexity) / max(1.0, abs(limit.complexity)),
                ),
                _HALF_SQUARE: 0.5 * float(y @ y),
            }
    return rows


def _statements(measurements: BySeed) -> tuple[Statement, ...]:
    few, least = (f"noise {noise:g}" for noise in (_NOISES[-2], _NOISES[-1]))
    short, long, longer = f"{least}, ℓ → 0", f"{few}, ℓ → ∞", f"{least}, ℓ → ∞"
    return (
        stated(
            "ℓ → 0: the data fit term goes to −½yᵀy",
            measurements,
            # The noise is part of the unit variance: what is left is rounding of the kernel.
            lambda r: abs(r[short][_DATA] + r[short][_HALF_SQUARE]) < 1e-9 * r[short][_HALF_SQUARE],
        ),
        stated(
            "ℓ → 0: the model complexity term goes to 0",
            measurements,
            lambda r: abs(r[short][_COMPLEXITY]) < 1e-9,
        ),
        stated(
            "ℓ → ∞: the data fit term goes to −∞: a hundredth of the noise makes it a hundred times as low",
            measurements,
            lambda r: r[longer][_DATA] < 99 * r[long][_DATA] < 0,
            "with any noise it is finite",
        ),
        stated(
            "ℓ → ∞: the model complexity term goes to ∞: by ½(n − 1) ln 100 for a hundredth of the noise",
            measurements,
            lambda r: (
                r[longer][_COMPLEXITY] - r[long][_COMPLEXITY]
                > 0.99 * 0.5 * (_POINTS - 1) * np.log(100)
            ),
            "with any noise it is finite",
        ),
    )


def _draw(problem: GaussianProcess, figure: "Figure") -> None:
    lengths = np.geomspace(1e-3, 1e5, 81)
    axes = figure.subplots(1, 2, sharey=True)
    for ax, noise in zip(axes, (_NOISES[0], _NOISES[-1]), strict=True):
        plot.likelihood_terms(lengths, [_terms(problem, one, noise) for one in lengths], ax)
        ax.set_title(f"noise variance {noise:g}", fontsize=10)
