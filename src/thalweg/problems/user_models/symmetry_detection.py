"""The symmetry of a model of the user's own: proposed by the sizes of its arrays, confirmed by its loss."""

import itertools
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from jaxtyping import Int

from ..symmetry import Symmetry
from .origin import Parameter
from .units.flips import independent_flips
from .units.layout import UnitAxis, UnitGroup
from .units.symmetry import UnitSymmetry
from .units.trial import Loss, Trial, evened, exchanged

_MOST_AXES = 100
"""Axes of one size up to which units are looked for: each two of them are tried."""


def detect_symmetry(parameters: Sequence[Parameter], loss: Loss) -> Symmetry:
    """The exchanges and sign flips of units that leave `loss` unchanged; trivial if there are none.

    Units of a layer of any kind stand along some axes of some arrays: rows and biases of one layer,
    columns of the next, channels, gates. Sizes say which axes may belong together. Which do, the loss
    says at random points. With all axes evened out but one, an exchange along that one must not change
    it (an axis of inputs or outputs does). With all evened out but two, an exchange along one of them
    changes it if and only if both belong to the same units. What belongs together must then leave the
    loss unchanged where nothing is evened out.
    """
    trial = Trial(parameters, loss)
    groups: list[UnitGroup] = []
    if trial.is_conclusive:
        sizes = {size for p in parameters for size in p.shape if size > 1}
        for n in sorted(sizes, reverse=True):
            taken = {(axis.array, axis.axis) for group in groups for axis in group.axes}
            for axes in _axes_of_units(trial, n, taken):
                groups.append(UnitGroup(n, axes, independent_flips(trial, n, axes)))
    return UnitSymmetry(parameters, groups) if groups else Symmetry()


def _axes_of_units(
    trial: Trial, n: int, taken: set[tuple[int, int]]
) -> Iterator[tuple[UnitAxis, ...]]:
    """The axes of each set of `n` units."""
    candidates = [axis for axis in _readings(trial.parameters, n) if _numbers(axis) not in taken]
    if len(candidates) > _MOST_AXES:
        return
    axes, n_before = candidates, len(candidates) + 1
    # Fewer axes are evened out the second time: with outputs evened out, anything may look free.
    while len(axes) < n_before:
        axes, n_before = _free_axes(trial, axes, _swap(n)), len(axes)
    for component in _components(trial, axes, _swap(n)):
        for choice in _one_reading_each(component):
            if _are_units(trial, n, choice):
                yield choice
                break


def _free_axes(trial: Trial, axes: list[UnitAxis], swap: Int[np.ndarray, " n"]) -> list[UnitAxis]:
    """Those along which an exchange changes nothing if all others are evened out."""

    def is_free(axis: UnitAxis) -> bool:
        others = [other for other in axes if other is not axis]
        return not _changes(trial, trial.points[0], others, axis, swap)

    # Units have an axis of their own size somewhere: if none of these is free, the others need no trial.
    bare = [axis for axis in axes if axis.blocks * axis.entries == 1 and is_free(axis)]
    in_blocks = [axis for axis in axes if bare and axis.blocks * axis.entries > 1]
    return bare + [axis for axis in in_blocks if is_free(axis)]


def _readings(parameters: Sequence[Parameter], n: int) -> list[UnitAxis]:
    """Every axis along which `n` units may stand, alone or in blocks."""
    axes = []
    for array, parameter in enumerate(parameters):
        for number, size in enumerate(parameter.shape):
            if size == n:
                axes.append(UnitAxis(array, number))
            elif size > n and size % n == 0:
                axes.append(UnitAxis(array, number, entries=size // n))
                axes.append(UnitAxis(array, number, blocks=size // n))
    return axes


def _components(
    trial: Trial, axes: list[UnitAxis], swap: Int[np.ndarray, " n"]
) -> Iterator[list[UnitAxis]]:
    """Axes that belong together: an exchange along one alone is felt where another is not evened out."""
    component = {axis: {axis} for axis in axes}
    for a, b in itertools.combinations(axes, 2):
        if component[a] is component[b] or _numbers(a) == _numbers(b):
            continue
        others = [axis for axis in axes if axis not in (a, b)]
        if any(_changes(trial, x, others, a, swap) for x in trial.points[:2]):
            component[a] |= component[b]
            for axis in component[b]:
                component[axis] = component[a]
    seen: list[set[UnitAxis]] = []
    for axes_of_units in component.values():
        if not any(axes_of_units is other for other in seen):
            seen.append(axes_of_units)
            yield [axis for axis in axes if axis in axes_of_units]


def _one_reading_each(axes: list[UnitAxis]) -> Iterator[tuple[UnitAxis, ...]]:
    by_axis: dict[tuple[int, int], list[UnitAxis]] = {}
    for axis in axes:
        by_axis.setdefault(_numbers(axis), []).append(axis)
    yield from itertools.islice(itertools.product(*by_axis.values()), 16)


def _are_units(trial: Trial, n: int, axes: tuple[UnitAxis, ...]) -> bool:
    """Whether the loss is the same after a swap and after a cycle: these generate every exchange."""
    arrays = {axis.array for axis in axes}
    is_one_vector = len(arrays) == 1 and all(
        len(trial.parameters[array].shape) == 1 for array in arrays
    )
    if is_one_vector:
        # The coordinates of a function of a vector are no units: it keeps all of its minima.
        return False
    generators = [_swap(n), np.roll(np.arange(n), 1)]
    return (
        any(axis.blocks * axis.entries == 1 for axis in axes)
        and all(
            trial.is_invariant(partial(exchanged, trial.parameters, axes, order))
            for order in generators
        )
        and _is_felt(trial, axes)
    )


def _is_felt(trial: Trial, axes: tuple[UnitAxis, ...]) -> bool:
    """Whether the loss depends on these entries: it changes when two of them alone change places."""
    axis = axes[0]

    def one_entry_swapped(x: np.ndarray) -> np.ndarray:
        start = sum(p.size for p in trial.parameters[: axis.array])
        shape = trial.parameters[axis.array].shape
        stride = axis.entries * int(np.prod(shape[axis.axis + 1 :], dtype=np.int64))
        image = x.copy()
        image[[start, start + stride]] = x[[start + stride, start]]
        return image

    return len(axes) > 1 or not trial.is_invariant(one_entry_swapped)


def _changes(
    trial: Trial,
    x: np.ndarray,
    others: list[UnitAxis],
    axis: UnitAxis,
    order: Int[np.ndarray, " n"],
) -> bool:
    """Whether an exchange along `axis` changes the loss at `x` with `others` evened out."""
    x = evened(trial.parameters, others, order, x)
    return trial.changes_at(x, partial(exchanged, trial.parameters, [axis], order))


def _numbers(axis: UnitAxis) -> tuple[int, int]:
    return axis.array, axis.axis


def _swap(n: int) -> Int[np.ndarray, " n"]:
    return np.array([1, 0, *range(2, n)])
