"""A straight line through the minima of a landscape: a metric over a loss, with its uncertainty."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ...confidence_interval import ConfidenceInterval

_DRAWS = 1000
"""Bootstrap samples: the ends of a 95 % interval are then known to a few hundredths of its width."""


@dataclass(frozen=True)
class LinearFit:
    """metric = intercept + slope · loss by least squares over minima, and Pearson's correlation.

    Attributes:
        slope: in units of the metric per unit of the loss; NaN if the loss is the same for all minima.
        intercept: the metric at loss zero; NaN likewise.
        slope_error: standard error of the slope, over bootstrap samples of the minima; NaN where
            `slope_interval` is not known.
        slope_interval: 95 % interval over these samples, if minima were independent.
        pearson: correlation coefficient; NaN if either is the same for all minima.
        pearson_interval: likewise.
        n: minima.
    """

    slope: float
    intercept: float
    slope_error: float
    slope_interval: ConfidenceInterval
    pearson: float
    pearson_interval: ConfidenceInterval
    n: int

    def at(self, losses: Float[np.ndarray, " points"]) -> Float[np.ndarray, " points"]:
        """The metric on the line at some losses [points]."""
        return self.intercept + self.slope * losses


def linear_fit(
    losses: Float[np.ndarray, " minima"], metric: Float[np.ndarray, " minima"], *, seed: int = 0
) -> LinearFit:
    """The straight line of a metric over a loss, over the minima of one landscape.

    The loss may be that of another problem. The uncertainty is by resampling minima, since they scatter
    about the line neither normally nor evenly; losses of minima that belong together make it too small.

    Args:
        losses: of the minima [minima].
        metric: of the minima [minima].
        seed: of the bootstrap samples.

    Raises:
        ValueError: for fewer than two minima, or arrays of different lengths.
    """
    n = len(losses)
    if n != len(metric) or n < 2:
        raise ValueError(f"a line needs at least two minima, got {n} and {len(metric)} values.")
    samples = np.random.default_rng(seed).integers(0, n, (_DRAWS, n))
    whole = _lines(losses[None], metric[None])
    drawn = _lines(losses[samples], metric[samples])
    slope_interval = _interval(drawn.slope, n)
    return LinearFit(
        slope=float(whole.slope[0]),
        intercept=float(np.mean(metric) - whole.slope[0] * np.mean(losses)),
        slope_error=float(np.nanstd(drawn.slope)) if slope_interval.is_known else np.nan,
        slope_interval=slope_interval,
        pearson=float(whole.pearson[0]),
        pearson_interval=_interval(drawn.pearson, n),
        n=n,
    )


@dataclass(frozen=True, eq=False)
class _Lines:
    """Slope and Pearson's coefficient of each sample [draws], NaN where they are not defined."""

    slope: Float[np.ndarray, " draws"]
    pearson: Float[np.ndarray, " draws"]


def _lines(x: Float[np.ndarray, "draws n"], y: Float[np.ndarray, "draws n"]) -> _Lines:
    # Of equal values the mean may differ by rounding, and a slope of rounding would be any number.
    is_level = np.ptp(x, axis=1) == 0, np.ptp(y, axis=1) == 0
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    xx, yy, xy = (x * x).sum(axis=1), (y * y).sum(axis=1), (x * y).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(is_level[0], np.nan, xy / xx)
        pearson = np.where(is_level[0] | is_level[1], np.nan, xy / np.sqrt(xx * yy))
    return _Lines(slope, pearson)


def _interval(drawn: Float[np.ndarray, " draws"], n: int) -> ConfidenceInterval:
    known = drawn[np.isfinite(drawn)]
    if not len(known):
        return ConfidenceInterval.unknown("one of the values is the same for all minima")
    return ConfidenceInterval.bootstrap(known, n, "minima")
