"""Measures of how well a group of minima conserves each weight: small is well."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from ..spelling import nearest_spelling

_Points = Float[np.ndarray, "members d"]
_Everything = Float[np.ndarray, "minima d"]
_Values = Float[np.ndarray, " d"]


@runtime_checkable
class Conservation(Protocol):
    """How a measure of your own looks: its name, a threshold ε to begin with, and its values.

    The contract: a value for each weight [d], not negative and never NaN, that does not depend on the
    order of the members and is zero for a weight that all of them share.
    """

    @property
    def name(self) -> str:
        """In words, as figures and tables show it."""
        ...

    @property
    def epsilon(self) -> float:
        """The ε at or below which a weight is conserved if the caller says none."""
        ...

    def __call__(self, points: _Points, everything: _Everything) -> _Values:
        """The measure of each weight.

        Args:
            points: the members of one group, in one symmetry image [members d].
            everything: all minima of the network, each in the image nearest to the lowest [minima d].
        """
        ...


@dataclass(frozen=True)
class StandardDeviation:
    """Standard deviation over the group: the published measure, in the unit of the weights.

    Published thresholds are 0.01 (credit-card fraud) and 0.001 (recurrence of breast cancer).
    """

    name: str = "standard deviation"
    epsilon: float = 0.01

    def __call__(self, points: _Points, everything: _Everything) -> _Values:
        """σ of each weight [d]."""
        return _deviation(points)


@dataclass(frozen=True)
class RelativeDeviation:
    """Standard deviation over the magnitude of the mean: not published.

    Large weights may vary more, and small ones count as conserved only if they hardly vary at all.
    A weight that is zero in every member has none.
    """

    name: str = "standard deviation over the mean"
    epsilon: float = 0.1

    def __call__(self, points: _Points, everything: _Everything) -> _Values:
        """σ / |mean| of each weight [d]."""
        return _ratio(_deviation(points), np.abs(points.mean(axis=0)))


@dataclass(frozen=True)
class ShareOfSpread:
    """Standard deviation over that of the same weight in all minima: how much the group narrows it.

    A reading of the published "normalised elementwise standard deviation", whose divisor the text does
    not give: a weight that hardly varies anywhere is no property of the group.
    """

    name: str = "share of the spread over all minima"
    epsilon: float = 0.1

    def __call__(self, points: _Points, everything: _Everything) -> _Values:
        """σ over the group divided by σ over all minima, of each weight [d]."""
        return _ratio(_deviation(points), _deviation(everything))


@dataclass(frozen=True)
class QuantileRange:
    """Width of the interval that holds the middle share of the members: a few outliers do not count.

    Attributes:
        share: of the members that the interval holds, between 0 and 1.
    """

    share: float = 0.8
    name: str = "quantile range"
    epsilon: float = 0.02

    def __call__(self, points: _Points, everything: _Everything) -> _Values:
        """The width of the interval, of each weight [d]."""
        tail = (1 - self.share) / 2
        lower, upper = np.quantile(points, [tail, 1 - tail], axis=0)
        return np.asarray(upper - lower)


@dataclass(frozen=True)
class SignDisagreement:
    """Share of the members whose sign is not that of the most: 0 where all agree, at most one half."""

    name: str = "disagreement of signs"
    epsilon: float = 0.0

    def __call__(self, points: _Points, everything: _Everything) -> _Values:
        """The share of the members, of each weight [d]."""
        share = np.mean(points > 0, axis=0)
        share_of_negative = np.mean(points < 0, axis=0)
        return np.asarray(1 - np.maximum(np.maximum(share, share_of_negative), _zeros(points)))


def _deviation(points: _Points) -> _Values:
    # From the first member, so that equal weights have none at all and not that of rounding.
    return np.asarray((points - points[0]).std(axis=0))


def _zeros(points: _Points) -> _Values:
    return np.asarray(np.mean(points == 0, axis=0))


def _ratio(spread: _Values, scale: _Values) -> _Values:
    without_scale = np.where(spread > 0, np.inf, 0.0)
    return np.asarray(np.divide(spread, scale, out=without_scale, where=scale > 0))


MEASURES: dict[str, Conservation] = {
    "standard": StandardDeviation(),
    "relative": RelativeDeviation(),
    "spread": ShareOfSpread(),
    "quantile": QuantileRange(),
    "sign": SignDisagreement(),
}
"""By name, as the command line takes them; the first is the published one."""


def measure_named(name: str) -> Conservation:
    """One of `MEASURES` by name.

    Raises:
        ValueError: if there is none of this name.
    """
    if name not in MEASURES:
        raise ValueError(
            f"measure of conservation {name!r} is not known{nearest_spelling(name, MEASURES)}"
        )
    return MEASURES[name]
