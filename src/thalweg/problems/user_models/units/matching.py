"""Which unit of one point is which unit of another."""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.optimize import linear_sum_assignment

from .invariants import pair_invariants, unit_invariants
from .layout import UnitLayout
from .signs import SignSystem, no_signs

_MOST_SWEEPS = 20
_MOST_TRIALS = 20_000
"""Partial matchings up to which an image is looked for: regular structures could need very many."""

Orders = list[Int[np.ndarray, " _"]]


def matched_by_invariants(
    layout: UnitLayout,
    signs: SignSystem,
    x: Float[np.ndarray, " d"],
    to: Float[np.ndarray, " d"],
) -> Float[np.ndarray, " d"]:
    """The image of `x` [d] whose units have invariants nearest to those of `to` [d] (Hungarian method)."""
    orders = []
    for ours, theirs in zip(unit_invariants(layout, x), unit_invariants(layout, to), strict=True):
        squares = np.sum(theirs**2, axis=1)[:, None] + np.sum(ours**2, axis=1)
        orders.append(linear_sum_assignment(squares - 2 * theirs @ ours.T)[1])
    image = layout.act(x, orders, no_signs(layout))
    return layout.act(image, _identity(layout), signs.choices(image * to))


def descended(
    layout: UnitLayout, x: Float[np.ndarray, " d"], to: Float[np.ndarray, " d"]
) -> Float[np.ndarray, " d"]:
    """The image of `x` [d] that no exchange within one group brings nearer to `to` [d]."""
    nearest = float(np.linalg.norm(x - to))
    for _ in range(_MOST_SWEEPS):
        before = nearest
        for g in range(len(layout.groups)):
            image = _group_matched(layout, g, x, to)
            distance = float(np.linalg.norm(image - to))
            if distance < nearest:
                x, nearest = image, distance
        if nearest >= before * (1 - 1e-12):
            break
    return x


def _group_matched(
    layout: UnitLayout, g: int, x: Float[np.ndarray, " d"], to: Float[np.ndarray, " d"]
) -> Float[np.ndarray, " d"]:
    """Exact where no array has the group's units along two axes; else a step that may lead away."""
    positions, signs = layout.slots[g]
    # Squared distances are constant up to −2·overlap, so the overlaps alone decide.
    overlaps = np.stack([(to[positions] * sign) @ x[positions].T for sign in signs])
    columns = linear_sum_assignment(-overlaps.max(axis=0))[1]
    orders, choices = _identity(layout), list(no_signs(layout))
    orders[g] = columns
    choices[g] = overlaps[:, np.arange(len(columns)), columns].argmax(axis=0)
    return layout.act(x, orders, choices)


def coinciding_image(
    layout: UnitLayout,
    signs: SignSystem,
    x: Float[np.ndarray, " d"],
    to: Float[np.ndarray, " d"],
    tolerance: float,
    pinned: Sequence[tuple[int, int]] = (),
) -> Float[np.ndarray, " d"] | None:
    """An image of `x` [d] that is `to` [d], entry by entry to `tolerance`; None if there is none.

    Args:
        layout, signs: the group.
        x: one point.
        to: the other.
        tolerance: largest difference of entries that are the same.
        pinned: pairs (a, b): unit a of `to`, counted through all groups, is to be unit b of `x`.
    """
    search = _Search(layout, x, to, tolerance)
    for number, orders in enumerate(search.matchings(pinned)):
        image = layout.act(x, orders, no_signs(layout))
        image = layout.act(image, _identity(layout), signs.choices(image * to))
        if np.abs(image - to).max() <= tolerance:
            return image
        if number >= _MOST_TRIALS:
            break
    return None


def stabiliser_order(
    layout: UnitLayout, signs: SignSystem, x: Float[np.ndarray, " d"], tolerance: float
) -> int:
    """How many elements leave `x` [d] where it is.

    Those that exchange nothing are the solutions of linear equations for the signs. The permutations
    that can be completed by signs form a group, counted by the orbits of its point stabilisers.
    """
    order = signs.order_of_kernel(np.flatnonzero(np.abs(x) > tolerance).tolist())
    search = _Search(layout, x, x, tolerance)
    pinned: list[tuple[int, int]] = []
    for unit in range(search.n_units):
        others = [other for other in search.candidates(unit) if other > unit]
        order *= 1 + sum(
            coinciding_image(layout, signs, x, x, tolerance, (*pinned, (unit, other))) is not None
            for other in others
        )
        pinned.append((unit, unit))
    return order


class _Search:
    """Matchings of the units of two points that agree in all invariants, by backtracking."""

    def __init__(
        self,
        layout: UnitLayout,
        x: Float[np.ndarray, " d"],
        to: Float[np.ndarray, " d"],
        tolerance: float,
    ) -> None:
        self._layout, self._tolerance = layout, tolerance
        self._units = [(g, i) for g, group in enumerate(layout.groups) for i in range(group.n)]
        self._firsts = np.cumsum([0, *(group.n for group in layout.groups)]).tolist()
        self._agree = [
            _agreement(theirs, ours, tolerance)
            for theirs, ours in zip(
                unit_invariants(layout, to), unit_invariants(layout, x), strict=True
            )
        ]
        self._pairs = pair_invariants(layout, to), pair_invariants(layout, x)

    @property
    def n_units(self) -> int:
        return len(self._units)

    def candidates(self, unit: int) -> list[int]:
        """Units of `x` that may be this unit of `to`."""
        g, i = self._units[unit]
        return [self._firsts[g] + int(j) for j in np.flatnonzero(self._agree[g][i])]

    def matchings(self, pinned: Sequence[tuple[int, int]]) -> Iterator[Orders]:
        """Every matching, as orders of the units of each group; at most `_MOST_TRIALS` steps are taken."""
        if any(b not in self.candidates(a) for a, b in pinned):
            return
        matched_units: dict[int, int] = {}
        for a, b in pinned:
            if not self._fits(a, b, matched_units):
                return
            matched_units[a] = b
        self._trials = 0
        yield from self._extended(matched_units)

    def _extended(self, matched_units: dict[int, int]) -> Iterator[Orders]:
        free = next((u for u in range(self.n_units) if u not in matched_units), None)
        if free is None:
            yield [
                np.array([matched_units[first + i] - first for i in range(group.n)])
                for group, first in zip(self._layout.groups, self._firsts, strict=False)
            ]
            return
        taken = set(matched_units.values())
        for candidate in self.candidates(free):
            self._trials += 1
            if self._trials > _MOST_TRIALS:
                return
            if candidate not in taken and self._fits(free, candidate, matched_units):
                yield from self._extended({**matched_units, free: candidate})

    def _fits(self, unit: int, candidate: int, matched_units: dict[int, int]) -> bool:
        """Whether what the two share with the units that are matched, and with themselves, agrees."""
        theirs, ours = self._pairs
        (g, i), (_, j) = self._units[unit], self._units[candidate]
        for other, other_candidate in (*matched_units.items(), (unit, candidate)):
            (h, k), (_, m) = self._units[other], self._units[other_candidate]
            if (g, h) in theirs:
                difference = np.abs(theirs[g, h][i, k] - ours[g, h][j, m])
                if difference.max() > self._tolerance:
                    return False
        return True


def _agreement(
    theirs: Float[np.ndarray, "n s"], ours: Float[np.ndarray, "n s"], tolerance: float
) -> Bool[np.ndarray, "n n"]:
    return np.array([np.abs(ours - row).max(axis=1, initial=0.0) <= tolerance for row in theirs])


def _identity(layout: UnitLayout) -> Orders:
    return [np.arange(group.n) for group in layout.groups]
