"""Where the entries of interchangeable units stand in the arrays of a model."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int, Num

from ..origin import Parameter


@dataclass(frozen=True)
class UnitAxis:
    """An axis of an array along which units stand, in blocks.

    The axis is read as [blocks, units, entries]: (1, n, 1) for the rows of a dense layer, (4, n, 1) for
    the gates of an LSTM, (1, n, pixels) for the inputs of a dense layer behind flattened channels.

    Attributes:
        array: number of the array in the model.
        axis: number of the axis in the array.
        blocks: blocks of all units one after the other.
        entries: entries of each unit within a block, one after the other.
    """

    array: int
    axis: int
    blocks: int = 1
    entries: int = 1


@dataclass(frozen=True)
class UnitGroup:
    """Units that may be exchanged, and flipped, without a change of the loss.

    Attributes:
        n: number of units.
        axes: where they stand; an exchange acts on all of these at once.
        flips: independent sign changes that each unit allows; a flip has a sign for each block of
            each of `axes`.
    """

    n: int
    axes: tuple[UnitAxis, ...]
    flips: tuple[tuple[tuple[int, ...], ...], ...] = ()

    @cached_property
    def signs(self) -> list[tuple[tuple[int, ...], ...]]:
        """Every product of the flips, number b being that of the flips at the bits of b."""
        products = []
        for chosen in itertools.product((False, True), repeat=len(self.flips)):
            factors = [
                flip for flip, is_in in zip(self.flips, reversed(chosen), strict=True) if is_in
            ]
            products.append(
                tuple(
                    tuple(
                        int(np.prod([factor[k][b] for factor in factors], dtype=np.int64))
                        for b in range(axis.blocks)
                    )
                    for k, axis in enumerate(self.axes)
                )
            )
        return products


@dataclass(frozen=True)
class Leg:
    """One of a group's axes, as it stands in the array that is reshaped for all groups.

    Attributes:
        group: number of the group.
        index: number of the axis among those of the group.
        position: index of the axis of units in the reshaped array; that of the blocks comes before.
    """

    group: int
    index: int
    position: int


class UnitLayout:
    """The arrays of a model, reshaped so that the units of every group have an axis of their own.

    Args:
        parameters: the arrays in the order of the parameter vector.
        groups: the groups of units; no axis of an array belongs to two of them.
    """

    def __init__(self, parameters: Sequence[Parameter], groups: Sequence[UnitGroup]) -> None:
        self.groups = tuple(groups)
        ends = list(itertools.accumulate(p.size for p in parameters))
        self.spans = [slice(end - p.size, end) for p, end in zip(parameters, ends, strict=True)]
        self.dimension = ends[-1]
        self.shapes: list[tuple[int, ...]] = []
        self.legs: list[list[Leg]] = []
        of_axis = {
            (axis.array, axis.axis): (g, k, axis)
            for g, group in enumerate(groups)
            for k, axis in enumerate(group.axes)
        }
        for number, parameter in enumerate(parameters):
            shape: list[int] = []
            legs: list[Leg] = []
            for dimension, size in enumerate(parameter.shape):
                if (number, dimension) not in of_axis:
                    shape.append(size)
                    continue
                g, k, axis = of_axis[number, dimension]
                legs.append(Leg(g, k, len(shape) + 1))
                shape += [axis.blocks, groups[g].n, axis.entries]
            self.shapes.append(tuple(shape))
            self.legs.append(legs)

    def arrays(
        self, x: Num[np.ndarray, "*points d"]
    ) -> list[tuple[Num[np.ndarray, "..."], list[Leg]]]:
        """The reshaped arrays of the vectors `x` [*points d], with the axes that have units."""
        return [
            (x[..., span].reshape(*x.shape[:-1], *shape), legs)
            for span, shape, legs in zip(self.spans, self.shapes, self.legs, strict=True)
        ]

    def act(
        self,
        x: Float[np.ndarray, " d"],
        orders: Sequence[Int[np.ndarray, " _"]],
        choices: Sequence[Int[np.ndarray, " _"]],
    ) -> Float[np.ndarray, " d"]:
        """The image of `x` [d] in which unit i of group g is unit orders[g][i], with signs choices[g][i].

        Args:
            x: a parameter vector.
            orders: a permutation of the units of each group.
            choices: for each unit of each group, a number of `UnitGroup.signs`.
        """
        image = np.empty(self.dimension)
        for span, (array, legs) in zip(self.spans, self.arrays(x), strict=True):
            for leg in legs:
                array = np.take(array, orders[leg.group], axis=leg.position)
                if choices[leg.group].any():
                    signs = self.sign_tables[leg][choices[leg.group]].T
                    shape = [1] * array.ndim
                    shape[leg.position - 1 : leg.position + 1] = signs.shape
                    array = array * signs.reshape(shape)
            image[span] = array.ravel()
        return image

    @cached_property
    def sign_tables(self) -> dict[Leg, Int[np.ndarray, "_ _"]]:
        """For each axis of units, the sign of each block for each of the group's `signs`."""
        return {
            leg: np.array([signs[leg.index] for signs in self.groups[leg.group].signs])
            for legs in self.legs
            for leg in legs
        }

    @cached_property
    def is_signed(self) -> list[bool]:
        """Whether the entries of each array may change sign."""
        return [any((self.sign_tables[leg] < 0).any() for leg in legs) for legs in self.legs]

    @cached_property
    def slots(self) -> list[tuple[Int[np.ndarray, "_ _"], Int[np.ndarray, "_ _"]]]:
        """For each group, the positions of each unit's entries, and their sign for each of its `signs`."""
        positions = self.arrays(np.arange(self.dimension))
        tables = []
        for g, group in enumerate(self.groups):
            columns: list[np.ndarray] = []
            signs: list[np.ndarray] = []
            for array, legs in positions:
                for leg in (leg for leg in legs if leg.group == g):
                    blocks_first = np.moveaxis(array, (leg.position, leg.position - 1), (0, 1))
                    flat = blocks_first.reshape(group.n, blocks_first.shape[1], -1)
                    columns.append(flat.reshape(group.n, -1))
                    signs.append(np.repeat(self.sign_tables[leg], flat.shape[2], axis=1))
            tables.append((np.concatenate(columns, axis=1), np.concatenate(signs, axis=1)))
        return tables

    def has_one_plain_group(self) -> bool:
        """Whether there is one group, and no array with its units along two axes."""
        return len(self.groups) == 1 and all(len(legs) <= 1 for legs in self.legs)
