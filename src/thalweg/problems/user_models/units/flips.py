"""Sign changes of a unit that leave a loss unchanged."""

import itertools
from collections.abc import Iterator
from functools import partial

import numpy as np
from jaxtyping import Float

from .layout import UnitAxis
from .trial import Trial

_MOST_SIGNS = 8
"""Signs that are tried in every combination; of more, only all negative."""

_MOST_GATES = 4
"""Blocks along an axis up to which each has a sign of its own: the gates of a recurrent layer."""

_MOST_FLIPS = 3

_Flip = tuple[tuple[int, ...], ...]


def independent_flips(trial: Trial, n: int, axes: tuple[UnitAxis, ...]) -> tuple[_Flip, ...]:
    """Flips of one unit, independent of each other, under which the loss is the same.

    For tanh, the incoming and outgoing weights together; for a cosine the incoming ones alone; for an
    LSTM the rows of the cell's gate, but not those of the gates behind a sigmoid. None for most others.
    """
    flips: list[_Flip] = []
    known: set[_Flip] = {tuple((1,) * axis.blocks for axis in axes)}
    for flip in _candidates(axes):
        if len(flips) == _MOST_FLIPS:
            break
        if flip not in known and trial.is_invariant(partial(_flipped, trial, n, axes, flip)):
            flips.append(flip)
            known |= {_product(flip, other) for other in known}
    return tuple(flips)


def _candidates(axes: tuple[UnitAxis, ...]) -> Iterator[_Flip]:
    """Signs of each block of each axis, all negative first; axes with the same gates share their signs."""
    gates = sorted({axis.blocks for axis in axes if 1 < axis.blocks <= _MOST_GATES})
    single = [k for k, axis in enumerate(axes) if axis.blocks not in gates]
    n_signs = len(single) + sum(gates)
    if n_signs > _MOST_SIGNS:
        yield tuple((-1,) * axis.blocks for axis in axes)
        return
    for signs in itertools.product((-1, 1), repeat=n_signs):
        rest = iter(signs)
        of_gates = {blocks: tuple(itertools.islice(rest, blocks)) for blocks in gates}
        of_axis = dict(zip(single, rest, strict=True))
        yield tuple(
            of_gates[axis.blocks] if axis.blocks in gates else (of_axis[k],) * axis.blocks
            for k, axis in enumerate(axes)
        )


def _flipped(
    trial: Trial, n: int, axes: tuple[UnitAxis, ...], flip: _Flip, x: Float[np.ndarray, " d"]
) -> Float[np.ndarray, " d"]:
    """`x` [d] with the first unit flipped."""
    image, start = x.copy(), 0
    for number, parameter in enumerate(trial.parameters):
        array = image[start : start + parameter.size].reshape(parameter.shape)
        for axis, signs in zip(axes, flip, strict=True):
            if axis.array == number:
                view = np.moveaxis(array, axis.axis, 0)
                for block, sign in enumerate(signs):
                    first = block * n * axis.entries
                    view[first : first + axis.entries] *= sign
        start += parameter.size
    return image


def _product(one: _Flip, other: _Flip) -> _Flip:
    return tuple(
        tuple(a * b for a, b in zip(ours, theirs, strict=True))
        for ours, theirs in zip(one, other, strict=True)
    )
