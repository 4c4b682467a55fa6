"""The group of all exchanges and sign flips of the units of a model."""

import itertools
import math
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from jaxtyping import Float

from ...symmetry import Symmetry, largest_overlap
from ..origin import Parameter
from .invariants import array_invariants, unit_invariants
from .layout import UnitGroup, UnitLayout
from .matching import coinciding_image, descended, matched_by_invariants, stabiliser_order
from .signs import SignSystem, no_signs

_COINCIDING = 1e-6
"""Distance, in units of 1 + |x|, below which two points may be one: as landscapes have it."""


class UnitSymmetry(Symmetry):
    """Exchanges of the units of each group and, where a group allows them, sign flips of each unit.

    |G| = Π_g n_g!·2^{n_g f_g} for groups of n_g units with f_g independent flips.

    Args:
        parameters: the arrays of the model, in the order of the parameter vector.
        groups: the units that may be exchanged.
    """

    def __init__(self, parameters: Sequence[Parameter], groups: Sequence[UnitGroup]) -> None:
        self._layout = UnitLayout(parameters, groups)
        self._signs = SignSystem(self._layout)

    @property
    def groups(self) -> tuple[UnitGroup, ...]:
        """The groups of units."""
        return self._layout.groups

    @property
    def order(self) -> int:
        return math.prod(math.factorial(g.n) * 2 ** (g.n * len(g.flips)) for g in self.groups)

    def canonical(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, " d"]:
        x = np.array(x, dtype=np.float64)
        # Invariants do not depend on the order of other units: all groups are ordered at once.
        orders = [np.lexsort(rows.T[::-1]) for rows in unit_invariants(self._layout, x)]
        image = self._layout.act(x, orders, no_signs(self._layout))
        return self._layout.act(image, self._identity, self._signs.choices(image))

    def align(
        self, x: Float[np.ndarray, " d"], to: Float[np.ndarray, " d"]
    ) -> Float[np.ndarray, " d"]:
        """The image of `x` [d] nearest to `to` [d], by assignment of units (Hungarian method).

        Exact for one group whose units have one axis in each array. Several groups are matched one after
        the other until nothing moves, from two starts: images of one point are always recognised, and
        other pairs come as near as this descent reaches.
        """
        x, to = np.array(x, dtype=np.float64), np.asarray(to, dtype=np.float64)
        if self._layout.has_one_plain_group():
            return descended(self._layout, x, to)
        starts = (matched_by_invariants(self._layout, self._signs, x, to), x)
        images = [descended(self._layout, start, to) for start in starts]
        nearest = min(images, key=lambda image: float(np.linalg.norm(image - to)))
        reach = _COINCIDING * (1 + float(np.abs(to).max(initial=0.0)))
        if np.abs(nearest - to).max() > reach and self._bound(x, to) <= reach:
            # Units with equal invariants may have been taken for one another.
            image = coinciding_image(self._layout, self._signs, x, to, reach)
            nearest = nearest if image is None else image
        return nearest

    def stabiliser_order(self, x: Float[np.ndarray, " d"], tolerance: float = 1e-6) -> int:
        x = np.asarray(x, dtype=np.float64)
        scale = tolerance * (1 + float(np.abs(x).max(initial=0.0)))
        return stabiliser_order(self._layout, self._signs, x, scale)

    def images(self, x: Float[np.ndarray, " d"]) -> Iterator[Float[np.ndarray, " d"]]:
        x = np.array(x, dtype=np.float64)
        elements = [
            itertools.product(
                itertools.permutations(range(g.n)),
                itertools.product(range(len(g.signs)), repeat=g.n),
            )
            for g in self.groups
        ]
        for element in itertools.product(*elements):
            orders, choices = ([np.array(part[k]) for part in element] for k in (0, 1))
            yield self._layout.act(x, orders, choices)

    def random_image(
        self, x: Float[np.ndarray, " d"], rng: np.random.Generator
    ) -> Float[np.ndarray, " d"]:
        orders = [rng.permutation(g.n) for g in self.groups]
        choices = [rng.integers(len(g.signs), size=g.n) for g in self.groups]
        return self._layout.act(np.array(x, dtype=np.float64), orders, choices)

    def derangement(self, x: Float[np.ndarray, " d"], seed: int) -> Float[np.ndarray, " d"]:
        """The image of `x` [d] under an element that moves and, if it may, flips every unit."""
        random = np.random.default_rng(seed)
        orders = [np.roll(np.arange(g.n), 1) for g in self.groups]
        choices = [random.integers(len(g.signs), size=g.n) for g in self.groups]
        for g, choice in zip(self.groups, choices, strict=True):
            choice[0] = len(g.signs) - 1
        return self._layout.act(np.array(x, dtype=np.float64), orders, choices)

    def distance_bounds(
        self, x: Float[np.ndarray, " d"], others: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, " points"]:
        """Lower bounds of the distances to `others` [points], exact for one plain group of few units.

        They come from the largest overlap of each unit, or of sorted entries for several groups.
        """
        x, others = np.asarray(x, dtype=np.float64), np.asarray(others, dtype=np.float64)
        if not self._layout.has_one_plain_group():
            difference = self.invariants(others) - self.invariants(x[None])
            return np.asarray(np.linalg.norm(difference, axis=1))
        positions, signs = self._layout.slots[0]
        fixed = np.setdiff1d(np.arange(len(x)), positions)
        overlap = others[:, fixed] @ x[fixed]
        if len(others):
            units = others[:, positions].transpose(2, 1, 0)
            by_sign = [(x[positions] * sign) @ units.reshape(len(units), -1) for sign in signs]
            overlaps = np.max(by_sign, axis=0).reshape(*2 * (len(positions),), len(others))
            overlap = overlap + largest_overlap(overlaps)
        squares = np.sum(x**2) + np.sum(others**2, axis=1)
        return np.asarray(np.sqrt(np.maximum(squares - 2 * overlap, 0.0)))

    def invariants(
        self, points: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, "points invariants"]:
        """Entries of each array, sorted along the axes of units and without signs where these may change."""
        return np.hstack(array_invariants(self._layout, np.asarray(points, dtype=np.float64)))

    def _bound(self, x: Float[np.ndarray, " d"], to: Float[np.ndarray, " d"]) -> float:
        return float(self.distance_bounds(x, to[None])[0])

    @cached_property
    def _identity(self) -> list[np.ndarray]:
        return [np.arange(group.n) for group in self.groups]
