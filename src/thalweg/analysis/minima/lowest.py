"""The stationary points of lowest loss."""

from collections.abc import Iterable
from typing import TypeVar

from ...landscape.records import Minimum

_Point = TypeVar("_Point", bound=Minimum)


def lowest_points(points: Iterable[_Point], most: int = 50) -> list[_Point]:
    """The minima or transition states of lowest loss, the lowest first.

    Args:
        points: of a landscape, in any order.
        most: how many at most; as many as can be told apart in one figure of their spectra by default.

    Raises:
        ValueError: if `most` is below one.
    """
    if most < 1:
        raise ValueError(f"most must be at least 1, got {most}.")
    return sorted(points, key=lambda point: point.loss)[:most]
