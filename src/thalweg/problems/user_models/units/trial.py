"""Trials of a loss: does it change when units are exchanged or flipped?"""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ..origin import Parameter
from .layout import UnitAxis

_AGREEMENT = 1e-9
"""Difference of two losses above which they are not equal, in units of how much losses differ by chance."""

_ROUNDING = 1e-13
"""Rounding of a loss, relative: some hundred operations."""

_N_POINTS = 3

Loss = Callable[[Float[np.ndarray, " d"]], float]


class Trial:
    """A loss at a few random points, and at their images.

    Args:
        parameters: the arrays of the model.
        loss: of the parameter vector.
    """

    def __init__(self, parameters: Sequence[Parameter], loss: Loss) -> None:
        self.parameters, self.loss = parameters, loss
        random = np.random.default_rng(20_265)
        widths = np.concatenate([np.full(p.size, _width(p)) for p in parameters])
        # Small factors bring losses that are finite near the origin only.
        points = [s * widths * random.normal(size=len(widths)) for s in _scales() for _ in range(2)]
        losses = [loss(x) for x in points]
        is_finite = np.isfinite(losses)
        self.points = [x for x, good in zip(points, is_finite, strict=True) if good][:_N_POINTS]
        self._losses = [v for v, good in zip(losses, is_finite, strict=True) if good]
        spread = float(np.ptp(self._losses)) if len(self.points) == _N_POINTS else 0.0
        size = float(np.abs(self._losses).max(initial=0.0))
        self._tolerance = _AGREEMENT * spread + _ROUNDING * size
        self.is_conclusive = _ROUNDING * size < _AGREEMENT * spread

    def is_invariant(self, image: Callable[[np.ndarray], np.ndarray]) -> bool:
        """Whether `image(x)` has the loss of `x` at every point."""
        return all(
            self._is_equal(self.loss(image(x)), value)
            for x, value in zip(self.points, self._losses, strict=False)
        )

    def changes_at(
        self, x: Float[np.ndarray, " d"], image: Callable[[np.ndarray], np.ndarray]
    ) -> bool:
        """Whether the losses of `x` and `image(x)` differ; a loss that is not finite is none."""
        return not self._is_equal(self.loss(image(x)), self.loss(x))

    def _is_equal(self, one: float, other: float) -> bool:
        return abs(one - other) <= self._tolerance


def exchanged(
    parameters: Sequence[Parameter],
    axes: Sequence[UnitAxis],
    order: Int[np.ndarray, " n"],
    x: Float[np.ndarray, " d"],
) -> Float[np.ndarray, " d"]:
    """`x` [d] with unit order[i] in the place of unit i along all of `axes`."""
    arrays = _split(parameters, x)
    for axis in axes:
        indices = axis_indices(axis, order)
        arrays[axis.array] = np.take(arrays[axis.array], indices, axis=axis.axis)
    return np.concatenate([a.ravel() for a in arrays])


def evened(
    parameters: Sequence[Parameter],
    axes: Sequence[UnitAxis],
    order: Int[np.ndarray, " n"],
    x: Float[np.ndarray, " d"],
) -> Float[np.ndarray, " d"]:
    """`x` [d] with means in place of the entries that `exchanged` moves: it moves nothing any more.

    An axis may be given in two readings; the means are over what either moves.
    """
    arrays = _split(parameters, x)
    moves: dict[tuple[int, int], list[np.ndarray]] = {}
    for axis in axes:
        moves.setdefault((axis.array, axis.axis), []).append(axis_indices(axis, order))
    for (array, axis_number), readings in moves.items():
        size = len(readings[0])
        ends = np.tile(np.arange(size), len(readings))
        graph = coo_array((np.ones(len(ends)), (ends, np.concatenate(readings))), (size, size))
        n, labels = connected_components(graph, directed=False)
        even = np.moveaxis(arrays[array].copy(), axis_number, 0)
        for label in np.flatnonzero(np.bincount(labels, minlength=n) > 1):
            even[labels == label] = even[labels == label].mean(axis=0)
        arrays[array] = np.moveaxis(even, 0, axis_number)
    return np.concatenate([a.ravel() for a in arrays])


def axis_indices(axis: UnitAxis, order: Int[np.ndarray, " n"]) -> Int[np.ndarray, " size"]:
    """Where each index along the axis comes from if unit order[i] takes the place of unit i."""
    n = len(order)
    table = np.arange(axis.blocks * n * axis.entries).reshape(axis.blocks, n, axis.entries)
    return np.asarray(table[:, order].ravel())


def _split(parameters: Sequence[Parameter], x: Float[np.ndarray, " d"]) -> list[np.ndarray]:
    ends = np.cumsum([p.size for p in parameters])
    return [x[end - p.size : end].reshape(p.shape) for p, end in zip(parameters, ends, strict=True)]


def _width(parameter: Parameter) -> float:
    """About one over the square root of a layer's inputs: wider units saturate, and nothing changes then."""
    if len(parameter.shape) < 2:
        return 0.5
    return float(np.sqrt(max(parameter.shape) / max(parameter.size, 1)))


def _scales() -> tuple[float, ...]:
    return (1.0, 1.0, 0.3, 0.1, 0.01)
