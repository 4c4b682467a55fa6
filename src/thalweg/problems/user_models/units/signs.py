"""Choices of signs as linear equations modulo two."""

from collections.abc import Iterable, Sequence

import numpy as np
from jaxtyping import Float, Int

from .layout import UnitLayout


class SignSystem:
    """What the flips of all units together do to the sign of each entry.

    Each flip of each unit is a bit. An entry changes its sign by the sum, modulo two, of the bits in its
    mask.
    """

    def __init__(self, layout: UnitLayout) -> None:
        self._layout = layout
        counts = [group.n * len(group.flips) for group in layout.groups]
        self.n_bits = sum(counts)
        self._firsts = [sum(counts[:g]) for g in range(len(counts))]
        self._masks = self._all_masks() if self.n_bits else []

    def choices(self, values: Float[np.ndarray, " d"]) -> list[Int[np.ndarray, " _"]]:
        """Signs of every unit that make as many of `values` [d] positive as can be, the largest first."""
        equations = _Equations(self.n_bits)
        if self.n_bits:
            order = _largest_first(np.abs(values))
            equations.add_all((self._masks[p], values[p] < 0) for p in order if values[p])
        return self._of_bits(equations.solution())

    def order_of_kernel(self, is_nonzero: Iterable[int]) -> int:
        """How many choices of signs leave the entries at these positions as they are."""
        equations = _Equations(self.n_bits)
        if self.n_bits:
            equations.add_all((self._masks[p], False) for p in is_nonzero)
        return int(2 ** (self.n_bits - equations.rank))

    def _of_bits(self, bits: int) -> list[Int[np.ndarray, " _"]]:
        return [
            np.array(
                [(bits >> first + i * len(g.flips)) & (2 ** len(g.flips) - 1) for i in range(g.n)]
            )
            for g, first in zip(self._layout.groups, self._firsts, strict=True)
        ]

    def _all_masks(self) -> list[int]:
        """For each entry the bits that change its sign, as one integer."""
        masks: list[int] = []
        for span, shape, legs in zip(
            self._layout.spans, self._layout.shapes, self._layout.legs, strict=True
        ):
            array = np.zeros(shape, dtype=object)
            for leg in legs:
                flips = self._layout.groups[leg.group].flips
                first = self._firsts[leg.group]
                table = np.zeros((shape[leg.position - 1], shape[leg.position]), dtype=object)
                for i in range(table.shape[1]):
                    for j, flip in enumerate(flips):
                        for block, sign in enumerate(flip[leg.index]):
                            if sign < 0:
                                table[block, i] ^= 1 << first + i * len(flips) + j
                array = array ^ table.reshape(
                    [s if k in (leg.position - 1, leg.position) else 1 for k, s in enumerate(shape)]
                )
            masks += np.broadcast_to(array, shape).ravel().tolist()
            assert len(masks) == span.stop
        return masks


class _Equations:
    """Independent linear equations modulo two, by elimination."""

    def __init__(self, n_bits: int) -> None:
        self._n_bits = n_bits
        self._by_pivot: dict[int, tuple[int, bool]] = {}

    @property
    def rank(self) -> int:
        return len(self._by_pivot)

    def add_all(self, equations: Iterable[tuple[int, bool]]) -> None:
        """Take each equation (mask, right side) that does not follow from those before."""
        seen: set[int] = set()
        for mask, right in equations:
            if self.rank == self._n_bits:
                return
            if mask in seen:
                continue
            seen.add(mask)
            while mask:
                pivot = mask.bit_length() - 1
                if pivot not in self._by_pivot:
                    self._by_pivot[pivot] = (mask, bool(right))
                    break
                known, known_right = self._by_pivot[pivot]
                mask, right = mask ^ known, bool(right) ^ known_right

    def solution(self) -> int:
        """Bits that satisfy all equations; those that none decides are zero."""
        bits = 0
        for pivot in sorted(self._by_pivot):
            mask, right = self._by_pivot[pivot]
            if (bits & mask).bit_count() % 2 != right:
                bits |= 1 << pivot
        return bits


def _largest_first(sizes: Float[np.ndarray, " d"]) -> Int[np.ndarray, " d"]:
    """Positions by falling size, and by number where sizes differ by rounding alone.

    Opposite entries are common: so are weights of two classes once their common shift is projected out.
    """
    order = np.argsort(-sizes, kind="stable")
    falls = -np.diff(sizes[order]) > 1e-9 * sizes.max(initial=0.0)
    rank = np.concatenate([[0], np.cumsum(falls)])[: len(sizes)]
    return order[np.lexsort((order, rank))]


def no_signs(layout: UnitLayout) -> Sequence[Int[np.ndarray, " _"]]:
    """The choice that flips nothing."""
    return [np.zeros(group.n, dtype=np.int64) for group in layout.groups]
