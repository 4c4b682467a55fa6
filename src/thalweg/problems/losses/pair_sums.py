"""Means over all pairs of a positive and a negative point, in time linear in the points.

The mean of s(x_p − x_n) over pairs, with scores x in [0, 1], is a bilinear form once s is expanded in
Chebyshev polynomials on M cells a side: s(x − y) ≈ Σ_ij K_ij φ_i(x) φ_j(y), where only the q functions of
the cell of x differ from zero. Sums of φ over the points of either class are all that is needed, so
the cost is O(N q + (M q)²). Polynomial kernels (quadratic, linear) are exact with one cell.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int
from numpy.polynomial import chebyshev

TARGET_ERROR = 3e-11
"""Largest error of the expanded kernel, relative to its largest value (at least 1)."""
_MOST_CELLS = 512
_HIGHEST_ORDER = 14

Values = Float[np.ndarray, "..."]


@dataclass(frozen=True)
class PairKernel:
    """A kernel s(z) over differences z of two scores in [0, 1].

    Attributes:
        value: s(z) in NumPy, elementwise, smooth for z in [−1, 1].
        pole_distance: distance of the nearest singularity of s from the real axis, if known: it only
            says where to begin the search for an expansion.
    """

    value: Callable[[Values], Values]
    pole_distance: float = np.inf


@dataclass(frozen=True, eq=False)
class PairExpansion:
    """A kernel s(x − y) on [0, 1]², expanded.

    Attributes:
        cells: M.
        order: q, Chebyshev polynomials of each cell.
        matrix: K [M·q, M·q].
        error: the largest measured error of s, relative to its largest value (at least 1).
    """

    cells: int
    order: int
    matrix: Float[np.ndarray, "f f"]
    error: float


class Basis(NamedTuple):
    """The functions of some scores: which cell each falls in, and φ, φ′, φ″ there.

    `cell` [N]; `value`, `slope`, `bend` [N q].
    """

    cell: Int[Array, " N"]
    value: Float[Array, "N q"]
    slope: Float[Array, "N q"]
    bend: Float[Array, "N q"]


class PairField(NamedTuple):
    """The kernel summed over the points of the other class, over the number of pairs.

    `coefficients` [2·M q] are of Chebyshev series in each cell of the score: the first M cells serve
    negative points, the others positive ones. `value` is the mean over pairs, `pairs` their number.
    """

    value: Float[Array, ""]
    coefficients: Float[Array, "cells q"]
    pairs: Float[Array, ""]


def expand(kernel: PairKernel) -> PairExpansion:
    """The cheapest expansion of a smooth kernel that is as exact as `TARGET_ERROR`.

    Raises:
        ValueError: if the kernel is too steep for as many cells as are allowed.
    """
    cells = 1
    # Cells wider than the distance of a pole need orders beyond the limit: not worth a try.
    while 2 * cells * kernel.pole_distance < 1.5:
        cells *= 2
    while cells <= _MOST_CELLS:
        for order in range(2, _HIGHEST_ORDER + 1):
            blocks, error = _blocks(kernel.value, cells, order)
            if error <= TARGET_ERROR:
                return PairExpansion(cells, order, _toeplitz(blocks, cells), error)
        cells *= 2
    raise ValueError(
        f"the surrogate is too steep: more than {_MOST_CELLS} cells would be needed. Lower beta, or "
        "raise smoothing."
    )


def _blocks(
    kernel: Callable[[Values], Values], cells: int, order: int
) -> tuple[Float[np.ndarray, "_ q q"], float]:
    """Coefficients of s on cell pairs by their difference −(M−1) … M−1, and the largest error."""
    nodes = np.cos(np.pi * (np.arange(order) + 0.5) / order)
    to_coefficients = 2 / order * np.cos(np.outer(np.arange(order), np.arccos(nodes)))
    to_coefficients[0] /= 2
    difference = np.arange(1 - cells, cells)[:, None, None]

    def on(t: Float[np.ndarray, " t"]) -> Float[np.ndarray, "_ t t"]:
        return kernel((difference + (t[:, None] - t[None]) / 2) / cells)

    blocks = np.einsum("ia,dab,jb->dij", to_coefficients, on(nodes), to_coefficients)
    check = np.linspace(-1, 1, 2 * order + 1)
    values = chebyshev.chebvander(check, order - 1)
    exact = on(check)
    error = np.abs(np.einsum("ai,dij,bj->dab", values, blocks, values) - exact).max()
    return blocks, float(error / max(1.0, np.abs(exact).max()))


def _toeplitz(blocks: Float[np.ndarray, "_ q q"], cells: int) -> Float[np.ndarray, "f f"]:
    """The matrix over all cells: blocks depend on the difference of the two cells alone."""
    difference = np.arange(cells)[:, None] - np.arange(cells)[None] + cells - 1
    order = blocks.shape[1]
    matrix: Float[np.ndarray, "f f"] = (
        blocks[difference].transpose(0, 2, 1, 3).reshape(cells * order, cells * order)
    )
    return matrix


def basis(expansion: PairExpansion, scores: Float[Array, " N"], derivatives: int = 0) -> Basis:
    """The Chebyshev polynomials of the cell that each score [N] falls in, with 0, 1 or 2 derivatives."""
    m, q = expansion.cells, expansion.order
    cell = jnp.clip(jnp.floor(scores * m), 0, m - 1).astype(jnp.int32)
    t, rate = 2 * (scores * m - cell) - 1, 2.0 * m
    value = [jnp.ones_like(t), t]
    slope = [jnp.zeros_like(t), jnp.ones_like(t)]
    bend = [jnp.zeros_like(t), jnp.zeros_like(t)]
    for _ in range(2, q):
        bend.append(2 * t * bend[-1] - bend[-2] + 4 * slope[-1])
        slope.append(2 * t * slope[-1] - slope[-2] + 2 * value[-1])
        value.append(2 * t * value[-1] - value[-2])
    none = jnp.zeros((len(scores), 0))
    return Basis(
        cell,
        jnp.stack(value[:q], axis=1),
        rate * jnp.stack(slope[:q], axis=1) if derivatives > 0 else none,
        rate**2 * jnp.stack(bend[:q], axis=1) if derivatives > 1 else none,
    )


def sums(
    expansion: PairExpansion,
    scores: Float[Array, " N"],
    is_positive: Bool[Array, " N"],
    is_point: Bool[Array, " N"] | None = None,
) -> Float[Array, "cells q"]:
    """Sums of φ over the points: cells of the positive points first, then of the negative ones.

    Padding (not `is_point`) is left out.
    """
    functions = basis(expansion, scores)
    rows = _rows(expansion, functions.cell, is_positive, is_point)
    return jnp.zeros((2 * expansion.cells, expansion.order)).at[rows].add(functions.value)


def pair_field(
    expansion: PairExpansion, totals: Float[Array, "cells q"], pairs: Float[Array, ""]
) -> PairField:
    """The mean over `pairs` pairs, and the sum over the other class, from the `sums` over all points."""
    m, q = expansion.cells, expansion.order
    matrix = jnp.asarray(expansion.matrix)
    positive, negative = totals[:m].ravel(), totals[m:].ravel()
    from_negative, from_positive = matrix @ negative, positive @ matrix
    coefficients = jnp.concatenate([from_negative.reshape(m, q), from_positive.reshape(m, q)])
    return PairField(positive @ from_negative / pairs, coefficients / pairs, pairs)


def slopes(
    expansion: PairExpansion,
    field: PairField,
    scores: Float[Array, " N"],
    is_positive: Bool[Array, " N"],
) -> Float[Array, " N"]:
    """Derivatives [N] of the mean with respect to the scores [N]."""
    q = expansion.order
    # The derivative of a Chebyshev series is one again: differentiate the few cells, not the points.
    derive = np.zeros((q, q))
    for k in range(1, q):
        derive[k, :k] = chebyshev.chebder(np.eye(q)[k])[:k]
    steep = 2.0 * expansion.cells * field.coefficients @ jnp.asarray(derive)
    m = expansion.cells
    cell = jnp.clip(jnp.floor(scores * m), 0, m - 1).astype(jnp.int32)
    t = 2 * (scores * m - cell) - 1
    rows = steep[cell + m * ~is_positive]
    ahead, after = jnp.zeros_like(t), jnp.zeros_like(t)
    for k in range(q - 1, 0, -1):
        ahead, after = 2 * t * ahead - after + rows[:, k], ahead
    return t * ahead - after + rows[:, 0]


def bends(
    expansion: PairExpansion,
    field: PairField,
    scores: Float[Array, " N"],
    is_positive: Bool[Array, " N"],
) -> Float[Array, " N"]:
    """Second derivatives [N] of the mean with respect to each score alone."""
    functions = basis(expansion, scores, derivatives=2)
    rows = field.coefficients[functions.cell + expansion.cells * ~is_positive]
    return jnp.sum(rows * functions.bend, axis=1)


def slope_sums(
    expansion: PairExpansion,
    scores: Float[Array, " N"],
    is_positive: Bool[Array, " N"],
    is_point: Bool[Array, " N"] | None,
    jacobian: Float[Array, "N d"],
) -> Float[Array, "cells q d"]:
    """Sums over points of φ′ times the gradients of the scores [N d], ordered as `sums`."""
    functions = basis(expansion, scores, derivatives=1)
    rows = _rows(expansion, functions.cell, is_positive, is_point)
    shape = (2 * expansion.cells, expansion.order, jacobian.shape[1])
    return jnp.zeros(shape).at[rows].add(functions.slope[:, :, None] * jacobian[:, None, :])


def _rows(
    expansion: PairExpansion,
    cell: Int[Array, " N"],
    is_positive: Bool[Array, " N"],
    is_point: Bool[Array, " N"] | None,
) -> Int[Array, " N"]:
    """Row of the sums that each point is added to; out of range, and so nowhere, for padding."""
    rows = cell + expansion.cells * ~is_positive
    return rows if is_point is None else jnp.where(is_point, rows, 2 * expansion.cells)


def coupling(
    expansion: PairExpansion, totals: Float[Array, "cells q d"], pairs: Float[Array, ""]
) -> Float[Array, "d d"]:
    """Contribution of pairs of different points to the Hessian, from the `slope_sums` over all points."""
    m, d = expansion.cells, totals.shape[2]
    positive, negative = totals[:m].reshape(-1, d), totals[m:].reshape(-1, d)
    half = positive.T @ (jnp.asarray(expansion.matrix) @ negative) / pairs
    return half + half.T
