"""When two stationary points are the same: by loss, then by distance after alignment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from sortedcontainers import SortedKeyList

from ..problems.symmetry import Symmetry
from .records import Minimum

EDIFFTOL = 1e-9
"""Loss difference below which two stationary points may be the same, where it is no other setting."""

_ROUNDINGS = 64 * float(np.finfo(np.float64).eps)
"""How far two evaluations of a large loss may differ, as a share of it: it is a sum of many terms."""

_SAFETY = 10.0
_RELATIVE_FLOOR = 1e-6


def position_tolerance(point: Minimum) -> float:
    """How far from the exact stationary point `point` may lie, with a safety factor of ten.

    A gradient of norm √d·tolerance moves the point by at most that over the softest curvature. The
    floor of 1e-6 (1 + ‖x‖) covers what the quadratic estimate leaves out.
    """
    d = len(point.coordinates)
    reach = np.sqrt(d) * point.tolerance / max(point.softest_curvature, 1e-300)
    return float(max(_SAFETY * reach, _RELATIVE_FLOOR * (1 + np.linalg.norm(point.coordinates))))


def loss_error(point: Minimum) -> float:
    """How far the loss of `point` may be from that of the exact stationary point: ½ ‖g‖²/|λ| at most."""
    square = len(point.coordinates) * point.rms_gradient**2
    return float(0.5 * square / max(point.softest_curvature, 1e-300))


@dataclass(frozen=True)
class _KnownPoint:
    id: int
    loss: float
    coordinates: Float[np.ndarray, " d"]
    tolerance: float


class PointIndex:
    """Stationary points of one kind, looked up by loss and then by aligned distance.

    Loss alone is never enough: accidental degeneracy must not merge two minima. A look-up costs
    O(log M) and one alignment for each known point within `edifftol`. Coordinates that are added
    should be canonical: images of one point then agree without an alignment.
    """

    def __init__(
        self, symmetry: Symmetry, loss_unit: float = 1.0, edifftol: float = EDIFFTOL
    ) -> None:
        self._symmetry, self._edifftol = symmetry, edifftol * loss_unit
        self._loss_error = 0.0
        self._points = SortedKeyList(key=lambda point: point.loss)

    def __len__(self) -> int:
        return len(self._points)

    def add(self, point_id: int, point: Minimum) -> None:
        """Remember `point` under `point_id`."""
        self._points.add(self._known(point_id, point))

    def add_all(self, points: Iterable[tuple[int, Minimum]]) -> None:
        """Remember many points, each with its id before it."""
        self._points.update([self._known(*one) for one in points])

    def _known(self, point_id: int, point: Minimum) -> _KnownPoint:
        self._loss_error = max(self._loss_error, loss_error(point))
        return _KnownPoint(point_id, point.loss, point.coordinates, position_tolerance(point))

    def find(self, point: Minimum) -> int | None:
        """Id of the known point that is `point` up to symmetry, or None."""
        tolerance, near = position_tolerance(point), list(self._near(point))
        for candidate in near:
            reach = tolerance + candidate.tolerance
            if np.linalg.norm(candidate.coordinates - point.coordinates) <= reach:
                return candidate.id
        # Canonical images jump where two units tie, so only the alignment can say no.
        for candidate in near:
            reach = tolerance + candidate.tolerance
            if self._symmetry.distance(point.coordinates, candidate.coordinates) <= reach:
                return candidate.id
        return None

    def _near(self, point: Minimum) -> Iterator[_KnownPoint]:
        # A loose gradient tolerance leaves losses uncertain by more than they may differ.
        error = self._loss_error + loss_error(point)
        reach = max(self._edifftol, _ROUNDINGS * abs(point.loss), error)
        yield from self._points.irange_key(point.loss - reach, point.loss + reach)
