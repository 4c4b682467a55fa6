"""The symmetry of a model of the user's own: proposed from its layers, believed after a test."""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ..neural_networks.symmetry import HiddenUnitSymmetry
from ..symmetry import Symmetry

_AGREEMENT = 1e-9
"""Relative difference of two losses above which they are not equal up to rounding."""


@dataclass(frozen=True)
class Parameter:
    """One array of a model, in the order in which the parameter vector holds them.

    Attributes:
        name: path of the array in the model, its last part after a dot or in brackets.
        shape: shape of the array.
    """

    name: str
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """Number of its elements."""
        return int(np.prod(self.shape, dtype=np.int64))


class RearrangedSymmetry(Symmetry):
    """Exchanges of hidden units where the parameter vector has an order of its own.

    Args:
        sizes: units of every layer, inputs first.
        is_odd: whether φ(−a) = −φ(a).
        places: for each entry of the layered vector of `HiddenUnitSymmetry`, its place in the parameter
            vector; −1 for a bias that the model does not have.
    """

    def __init__(
        self, sizes: tuple[int, ...], *, is_odd: bool, places: Int[np.ndarray, " layered"]
    ) -> None:
        self.layered = HiddenUnitSymmetry(sizes, is_odd=is_odd)
        self._places = places
        self._present = places >= 0

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

    def moved(self, x: Float[np.ndarray, " d"], seed: int) -> Float[np.ndarray, " d"]:
        """The image of `x` [d] under an element that moves and, if it may, flips every hidden unit."""
        return self._back(self.layered.moved(self._layer(x), seed))

    def _layer(self, x: Float[np.ndarray, "*points d"]) -> Float[np.ndarray, "*points layered"]:
        return np.where(self._present, np.asarray(x)[..., self._places], 0.0)

    def _back(self, layered: Float[np.ndarray, " layered"]) -> Float[np.ndarray, " d"]:
        x = np.empty(int(self._present.sum()))
        x[self._places[self._present]] = layered[self._present]
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
    for sizes, places in _chains(parameters):
        for is_odd in (True, False):
            symmetry = RearrangedSymmetry(sizes, is_odd=is_odd, places=places)
            if all(_is_kept(symmetry, loss, x, seed) for seed, x in enumerate(points)):
                return symmetry
    return Symmetry()


def _is_kept(
    symmetry: RearrangedSymmetry,
    loss: Callable[[Float[np.ndarray, " d"]], float],
    x: Float[np.ndarray, " d"],
    seed: int,
) -> bool:
    before, after = loss(x), loss(symmetry.moved(x, seed))
    return abs(after - before) <= _AGREEMENT * (1e-3 + abs(before))


# ---- chains of dense layers ------------------------------------------------------------------------


def _chains(
    parameters: Sequence[Parameter],
) -> Iterator[tuple[tuple[int, ...], Int[np.ndarray, " layered"]]]:
    """Every way to read all arrays as dense layers, each feeding the next; at least one is hidden."""
    given = list(range(len(parameters)))
    by_name = sorted(given, key=lambda i: _natural(parameters[i].name))
    # Flax names layers as they are made, and dense(2)(dense(4)(x)) makes the last one first.
    orders = (given, by_name, by_name[::-1])
    for n, order in enumerate(orders):
        if order not in orders[:n]:
            yield from _chains_in(order, parameters)


def _chains_in(
    order: list[int], parameters: Sequence[Parameter]
) -> Iterator[tuple[tuple[int, ...], Int[np.ndarray, " layered"]]]:
    starts = np.cumsum([0, *(p.size for p in parameters)])
    matrices = [i for i in order if len(parameters[i].shape) == 2]
    vectors = [i for i in order if len(parameters[i].shape) == 1]
    if len(matrices) + len(vectors) < len(parameters) or len(matrices) < 2:
        return
    biases = _biases(parameters, matrices, vectors)
    if biases is None:
        return
    for is_transposed in (False, True):
        indices = [
            np.arange(starts[i], starts[i + 1]).reshape(parameters[i].shape) for i in matrices
        ]
        # [units, inputs] as PyTorch and Equinox have them; Flax and scikit-learn the other way.
        indices = [index.T for index in indices] if is_transposed else indices
        fits = all(a.shape[0] == b.shape[1] for a, b in itertools.pairwise(indices)) and all(
            bias is None or parameters[bias].size == len(index)
            for bias, index in zip(biases, indices, strict=True)
        )
        if fits:
            columns = [
                np.full(len(index), -1)
                if bias is None
                else np.arange(starts[bias], starts[bias + 1])
                for bias, index in zip(biases, indices, strict=True)
            ]
            layers = [np.column_stack(pair) for pair in zip(indices, columns, strict=True)]
            sizes = (indices[0].shape[1], *(len(index) for index in indices))
            yield sizes, np.concatenate([layer.ravel() for layer in layers])


def _biases(
    parameters: Sequence[Parameter], matrices: list[int], vectors: list[int]
) -> list[int | None] | None:
    """The bias of each matrix: the vector of the same parent, or else the vector in the same place."""
    if len(vectors) == len(matrices):
        return list(vectors)
    of_parent = {_parent(parameters[i].name): i for i in vectors}
    biases = [of_parent.get(_parent(parameters[i].name)) for i in matrices]
    n_used = sum(bias is not None for bias in biases)
    return biases if n_used == len(vectors) == len(of_parent) else None


def _parent(name: str) -> str:
    return re.sub(r"(\.[^.\[\]]+|\[[^\[\]]*\])$", "", name)


def _natural(name: str) -> list[tuple[int, str]]:
    """Sort key in which layer 10 comes after layer 9."""
    return [
        (int(part), "") if part.isdigit() else (-1, part)
        for part in re.split(r"(\d+)", name)
        if part
    ]
