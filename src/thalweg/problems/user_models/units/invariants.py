"""What the exchanges and flips of other units cannot change in a unit."""

import itertools

import numpy as np
from jaxtyping import Float

from .layout import Leg, UnitLayout


def array_invariants(
    layout: UnitLayout, x: Float[np.ndarray, "*points d"]
) -> list[Float[np.ndarray, "*points _"]]:
    """Entries of each array, sorted along the axes of units and without signs where these may change."""
    n_points = x.ndim - 1
    return [
        _sorted(array, [n_points + leg.position for leg in legs], n_points, is_signed)
        for (array, legs), is_signed in zip(layout.arrays(x), layout.is_signed, strict=True)
    ]


def unit_invariants(
    layout: UnitLayout, x: Float[np.ndarray, " d"]
) -> list[Float[np.ndarray, "_ _"]]:
    """For each group a row for each unit, which goes with the unit and does not change otherwise."""
    rows: list[list[np.ndarray]] = [[] for _ in layout.groups]
    for (array, legs), is_signed in zip(layout.arrays(x), layout.is_signed, strict=True):
        for leg in legs:
            others = [other.position for other in legs if other is not leg]
            rows[leg.group].append(_with_units_first(array, [leg], others, is_signed))
    return [np.concatenate(parts, axis=1) for parts in rows]


def pair_invariants(
    layout: UnitLayout, x: Float[np.ndarray, " d"]
) -> dict[tuple[int, int], Float[np.ndarray, "_ _ _"]]:
    """For each two groups that meet in an array, what goes with a unit of one and a unit of the other."""
    parts: dict[tuple[int, int], list[np.ndarray]] = {}
    for (array, legs), is_signed in zip(layout.arrays(x), layout.is_signed, strict=True):
        for one, other in itertools.permutations(legs, 2):
            rest = [leg.position for leg in legs if leg not in (one, other)]
            table = _with_units_first(array, [one, other], rest, is_signed)
            parts.setdefault((one.group, other.group), []).append(table)
    return {groups: np.concatenate(tables, axis=2) for groups, tables in parts.items()}


def _with_units_first(
    array: Float[np.ndarray, "..."], legs: list[Leg], others: list[int], is_signed: bool
) -> Float[np.ndarray, "..."]:
    moved = np.moveaxis(array, [leg.position for leg in legs], range(len(legs)))
    fixed = [k for k in range(array.ndim) if k not in {leg.position for leg in legs}]
    axes = [len(legs) + fixed.index(k) for k in others]
    return _sorted(moved, axes, len(legs), is_signed)


def _sorted(
    array: Float[np.ndarray, "..."], axes: list[int], n_leading: int, is_signed: bool
) -> Float[np.ndarray, "..."]:
    """Entries sorted along `axes` together, all but the first `n_leading` axes flattened."""
    values = np.abs(array) if is_signed else array
    length = int(np.prod([array.shape[k] for k in axes], dtype=np.int64))
    values = np.moveaxis(values, axes, range(array.ndim - len(axes), array.ndim))
    leading = array.shape[:n_leading]
    values = np.sort(
        values.reshape(*leading, values[(0,) * n_leading].size // length, length), axis=-1
    )
    return np.asarray(values.reshape(*leading, values.shape[-2] * length))
