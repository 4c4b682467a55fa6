"""The Hessian as seen from a Krylov space: products with vectors alone, and no matrix of d × d.

In an orthonormal basis Q of the space spanned by starting vectors and what the Hessian makes of them, the
projected matrix T = Q H Qᵀ is small; its eigenvalues (Ritz values) and vectors stand for those of H.
"""

from collections.abc import Callable
from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from ...problems.problem import Problem
from ..steps.evaluation import evaluate_products, n_zero_modes, projected
from ..steps.pace import Pace, SearchStopped, never

_CAPACITIES = (64, 128, 256, 512, 1024, 1536, 2048, 3072, 4096)
"""Sizes of the arrays that hold a basis: few different ones, since each compiles anew."""


class _Basis(eqx.Module):
    """Rows that are orthonormal up to the space's size, and zero beyond; and the images of all before."""

    rows: Float[Array, "capacity m"]
    projected: Float[Array, "capacity capacity"]
    """Row j holds Q H q_j, so far as it is known."""


class KrylovSpace:
    """A growing Krylov space of the Hessian at one point (band Lanczos with full orthogonalisation).

    Zero modes are projected out and coordinates that press against the bounds are frozen, as in a walk with
    the full Hessian.

    Args:
        problem: the problem, on the device.
        x: the point [m].
        starts: the first vectors [starts m]; they span the first part of the space.
        largest: most vectors.
        excluded: orthonormal directions [m excluded] kept out of the space, eigenvectors for example.
        should_stop: asked while the space grows.

    Raises:
        SearchStopped: as it grows, once `should_stop` says so.

    Reference: Ruhe, Math. Comp. 33, 680 (1979), for several starting vectors.
    """

    def __init__(
        self,
        problem: Problem,
        x: Float[np.ndarray | Array, " m"],
        starts: Float[np.ndarray, "starts m"],
        largest: int,
        excluded: Float[np.ndarray, "m excluded"] | None = None,
        should_stop: Callable[[], bool] = never,
    ) -> None:
        m = starts.shape[1]
        self._problem, self._x = problem, jnp.asarray(x)
        self._excluded = jnp.zeros((m, 0)) if excluded is None else jnp.asarray(excluded)
        self._width = len(starts)
        self._pace = Pace(should_stop)
        self.dimension: int = m - n_zero_modes(problem, m) - self._excluded.shape[1]
        """Dimension of all that the space can grow into."""
        self._largest: int = min(largest, self.dimension)
        self.size = 0
        """k, the number of vectors whose images are known."""
        self._basis = _begin(
            problem, self._x, self._excluded, jnp.asarray(starts), self._capacity(1)
        )

    @property
    def is_full(self) -> bool:
        """Whether the space cannot grow further."""
        return self.size >= self._largest

    @property
    def holds_everything(self) -> bool:
        """Whether the space is all that there is, so that Ritz values are eigenvalues."""
        return self.size >= self.dimension

    def grow(self, n: int) -> None:
        """Add up to `n` vectors."""
        to = min(self.size + n, self._largest)
        capacity = self._capacity(to)
        if capacity > len(self._basis.rows):
            self._basis = _enlarged(self._basis, capacity)
        self._basis, is_stopped = self._pace.advance(self._basis, self._extended, to - self.size)
        if is_stopped:
            raise SearchStopped
        self._matrix = np.asarray(self._basis.projected)[:to, : to + self._width]

    def _extended(self, basis: _Basis, n: int) -> _Basis:
        first, self.size = self.size, self.size + n
        extended_basis: _Basis = _extend(
            self._problem, self._x, self._excluded, basis, first, self.size, self._width
        )
        return extended_basis

    def _capacity(self, n: int) -> int:
        return next(c for c in (*_CAPACITIES, n + self._width) if c >= n + self._width)

    def ritz(self) -> tuple[Float[np.ndarray, " k"], Float[np.ndarray, "k k"]]:
        """Ritz values [k], ascending, and their vectors in the basis [k k], one a column."""
        values, vectors = np.linalg.eigh(self._symmetric()[:, : self.size])
        return values, vectors

    def band(self) -> tuple[Float[np.ndarray, " k"], Float[np.ndarray, " k"]]:
        """Diagonal and off-diagonal [k] of T for one starting vector; the last entry leads out."""
        return np.diag(self._matrix).copy(), np.diag(self._matrix, 1)[: self.size].copy()

    def leak(self, weights: Float[np.ndarray, "k n"]) -> Float[np.ndarray, " n"]:
        """Norm [n] of the part of H Qᵀw outside the space, for each column w of `weights` [k n].

        For a Ritz vector this is its residual: some eigenvalue of H lies no further from the Ritz value.
        """
        return np.asarray(np.linalg.norm(self._matrix[:, self.size :].T @ weights, axis=0))

    def vectors(self, weights: Float[np.ndarray, "k n"]) -> Float[np.ndarray, "n m"]:
        """The vectors Qᵀw [n m] of the columns of `weights` [k n]."""
        return np.asarray(_combined(self._basis.rows, self._padded(weights)))

    def products(self, weights: Float[np.ndarray, "k n"]) -> Float[np.ndarray, "n m"]:
        """The products H Qᵀw [n m] of the columns of `weights` [k n], exactly."""
        return np.asarray(_combined(self._basis.rows, self._padded(self._symmetric().T @ weights)))

    def components(self, v: Float[np.ndarray, " m"]) -> Float[np.ndarray, " k"]:
        """Components [k] of a vector in the basis."""
        return np.asarray(_components(self._basis.rows, jnp.asarray(v)))[: self.size]

    def _symmetric(self) -> Float[np.ndarray, "k k_plus_width"]:
        inside, outside = self._matrix[:, : self.size], self._matrix[:, self.size :]
        # Row j knows the columns up to j + width; the rest follows from the symmetry of T.
        return np.concatenate([np.triu(inside) + np.triu(inside, 1).T, outside], axis=1)

    def _padded(self, weights: Float[np.ndarray, "k n"]) -> Float[np.ndarray, "capacity n"]:
        whole = np.zeros((len(self._basis.rows), weights.shape[1]))
        whole[: len(weights)] = weights
        return whole


@jax.jit
def _combined(rows: Float[Array, "c m"], weights: Float[Array, "c n"]) -> Float[Array, "n m"]:
    return weights.T @ rows


@jax.jit
def _components(rows: Float[Array, "c m"], v: Float[Array, " m"]) -> Float[Array, " c"]:
    return rows @ v


@partial(jax.jit, static_argnames="capacity")
def _begin(
    problem: Problem,
    x: Float[Array, " m"],
    excluded: Float[Array, "m excluded"],
    starts: Float[Array, "starts m"],
    capacity: int,
) -> _Basis:
    inside = partial(_inside, problem.zero_modes(x), excluded)
    rows = jnp.zeros((capacity, starts.shape[1]))
    for i, start in enumerate(starts):
        rows = rows.at[i].set(_next_row(rows, inside(start), i, inside)[0])
    return _Basis(rows, jnp.zeros((capacity, capacity)))


@partial(jax.jit, static_argnames="capacity")
def _enlarged(basis: _Basis, capacity: int) -> _Basis:
    more = capacity - len(basis.rows)
    return _Basis(
        jnp.pad(basis.rows, ((0, more), (0, 0))), jnp.pad(basis.projected, ((0, more), (0, more)))
    )


def _inside(
    zero_modes: Float[Array, "m k"] | None,
    excluded: Float[Array, "m excluded"],
    v: Float[Array, " m"],
) -> Float[Array, " m"]:
    """The part of a vector [m] that the space may hold."""
    return projected(zero_modes, projected(excluded, v))


def _next_row(
    rows: Float[Array, "c m"],
    w: Float[Array, " m"],
    seed: int | Int[Array, ""],
    inside: Callable[[Float[Array, " m"]], Float[Array, " m"]],
) -> tuple[Float[Array, " m"], Float[Array, " c"]]:
    """`w` made orthogonal to all rows and of length one, and its components along the rows, itself included.

    Where nothing is left of it the space is closed under the Hessian: a random vector goes on from there,
    or a row of zeros if there is nothing else.
    """
    length = jnp.linalg.norm(w)
    components = jnp.zeros(len(rows))
    # Twice is enough (Kahan): once leaves what cancellation has spoilt.
    for _ in range(2):
        along = rows @ w
        components, w = components + along, inside(w - along @ rows)
    remainder = jnp.linalg.norm(w)
    is_closed = remainder <= 1e-10 * length
    other = jax.random.normal(jax.random.fold_in(jax.random.key(0), seed), w.shape)
    for _ in range(2):
        other = inside(other - (rows @ other) @ rows)
    beyond = jnp.linalg.norm(other)
    # Nothing lies outside a space that holds everything; what rounding leaves is no direction.
    is_all = beyond <= 1e-8 * jnp.sqrt(w.shape[0])
    fresh = jnp.where(is_all, 0.0, other / jnp.where(is_all, 1.0, beyond))
    row = jnp.where(is_closed, fresh, w / jnp.where(is_closed, 1.0, remainder))
    return row, components


@partial(jax.jit, static_argnames="width", donate_argnums=3)
def _extend(
    problem: Problem,
    x: Float[Array, " m"],
    excluded: Float[Array, "m excluded"],
    basis: _Basis,
    first: int | Int[Array, ""],
    last: int | Int[Array, ""],
    width: int,
) -> _Basis:
    _, product = evaluate_products(problem, x)
    inside = partial(_inside, problem.zero_modes(x), excluded)

    def add(j: Int[Array, ""], basis: _Basis) -> _Basis:
        w = inside(product(basis.rows[j]))
        row, components = _next_row(basis.rows, w, j + width, inside)
        components = components.at[j + width].set(row @ w)
        return _Basis(basis.rows.at[j + width].set(row), basis.projected.at[j].set(components))

    extended_basis: _Basis = jax.lax.fori_loop(first, last, add, basis)
    return extended_basis
