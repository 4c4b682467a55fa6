"""The symmetry of a model of the user's own: proposed from its layers, confirmed by a test of the loss."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from jaxtyping import Float

from ..neural_networks.symmetry import HiddenUnitSymmetry
from ..symmetry import Symmetry
from .dense_chains import DenseChain, dense_chains
from .origin import Parameter

_AGREEMENT = 1e-9
"""Relative difference of two losses above which they are not equal up to rounding."""


class RearrangedSymmetry(Symmetry):
    """Exchanges of hidden units where the parameter vector is ordered differently.

    Args:
        chain: the dense layers, and where their entries stand in the parameter vector.
        is_odd: whether φ(−a) = −φ(a).
    """

    def __init__(self, chain: DenseChain, *, is_odd: bool) -> None:
        self.layered = HiddenUnitSymmetry(chain.sizes, is_odd=is_odd)
        self._positions = chain.positions
        self._present = chain.positions >= 0

    @property
    def order(self) -> int:
        return self.layered.order

    def canonical(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, " d"]:
        return self._back(self.layered.canonical(self._layer(x)))

    def align(
        self, x: Float[np.ndarray, " d"], to: Float[np.ndarray, " d"]
    ) -> Float[np.ndarray, " d"]:
        return self._back(self.layered.align(self._layer(x), self._layer(to)))

    def stabiliser_order(self, x: Float[np.ndarray, " d"], tolerance: float = 1e-6) -> int:
        return self.layered.stabiliser_order(self._layer(x), tolerance)

    def images(self, x: Float[np.ndarray, " d"]) -> Iterator[Float[np.ndarray, " d"]]:
        for image in self.layered.images(self._layer(x)):
            yield self._back(image)

    def distance_bounds(
        self, x: Float[np.ndarray, " d"], others: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, " points"]:
        return self.layered.distance_bounds(self._layer(x), self._layer(others))

    def derangement(self, x: Float[np.ndarray, " d"], seed: int) -> Float[np.ndarray, " d"]:
        """The image of `x` [d] under an element that moves and, if it may, flips every hidden unit."""
        return self._back(self.layered.derangement(self._layer(x), seed))

    def _layer(self, x: Float[np.ndarray, "*points d"]) -> Float[np.ndarray, "*points layered"]:
        return np.where(self._present, np.asarray(x)[..., self._positions], 0.0)

    def _back(self, layered: Float[np.ndarray, " layered"]) -> Float[np.ndarray, " d"]:
        x = np.empty(int(self._present.sum()))
        x[self._positions[self._present]] = layered[self._present]
        return x


def detect_symmetry(
    parameters: Sequence[Parameter],
    loss: Callable[[Float[np.ndarray, " d"]], float],
    points: Float[np.ndarray, "points d"],
) -> Symmetry:
    """The exchanges and sign flips of hidden units that leave `loss` unchanged; trivial if there are none.

    If the arrays can be read as a chain of dense layers, the images of some points under this group
    must have the same loss, to rounding: what the layers promise, an activation, a skip connection or a
    normalisation may break.
    """
    for chain in dense_chains(parameters):
        for is_odd in (True, False):
            symmetry = RearrangedSymmetry(chain, is_odd=is_odd)
            if all(_is_unchanged(symmetry, loss, x, seed) for seed, x in enumerate(points)):
                return symmetry
    return Symmetry()


def _is_unchanged(
    symmetry: RearrangedSymmetry,
    loss: Callable[[Float[np.ndarray, " d"]], float],
    x: Float[np.ndarray, " d"],
    seed: int,
) -> bool:
    before, after = loss(x), loss(symmetry.derangement(x, seed))
    return abs(after - before) <= _AGREEMENT * (1e-3 + abs(before))
