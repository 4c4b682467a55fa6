"""Eigenvalues and eigenvectors of a batch of Hessians; those of an accelerator are checked.

Batched solvers of accelerators have given wrong vectors, or NaN, without a word (cupy issue 4847, jax issue
32641), and an index that is wrong makes a saddle a minimum. So ‖HV − VΛ‖ is looked at there, and what fails
is computed again on the host, by LAPACK.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from ...precision import call_on_host

_ROUNDINGS = 32.0
"""Residual allowed, in units of m ε ‖H‖: backward stable solvers stay within a few, Jacobi's within ten."""

_EPS = float(np.finfo(np.float64).eps)


class Eigensystems(eqx.Module):
    """Spectra and modes of a batch.

    Attributes:
        values: eigenvalues [b m], ascending.
        vectors: eigenvectors, one a column [b m m].
        is_redone: which were computed again on the host [b].
    """

    values: Float[Array, "b m"]
    vectors: Float[Array, "b m m"]
    is_redone: Bool[Array, " b"]


def eigensystems(hessians: Float[Array, "b m m"], *, checks: bool) -> Eigensystems:
    """Eigensystems of symmetric matrices [b m m]; where `checks`, those that fail come from the host.

    A matrix that holds NaN is handed back as it comes: there is no eigensystem.
    """
    values, vectors = jnp.linalg.eigh(hessians)
    if not checks:
        return Eigensystems(values, vectors, jnp.zeros(len(hessians), bool))
    fails = ~is_eigensystem(hessians, values, vectors) & jnp.isfinite(hessians).all(axis=(1, 2))
    values, vectors = jax.lax.cond(
        fails.any(),
        _redone,
        lambda _h, *as_they_are: as_they_are[:2],
        hessians,
        values,
        vectors,
        fails,
    )
    return Eigensystems(values, vectors, fails)


def is_eigensystem(
    hessians: Float[Array, "b m m"], values: Float[Array, "b m"], vectors: Float[Array, "b m m"]
) -> Bool[Array, " b"]:
    """Whether ‖HV − VΛ‖ ≤ 32 m ε ‖H‖ and ‖VᵀV − 1‖ ≤ 32 m ε √m, in Frobenius norms, and Λ ascends [b].

    Without the second a vector that comes twice would pass for two. NaN fails.
    """
    m = hessians.shape[1]
    allowed = _ROUNDINGS * m * _EPS
    residual = hessians @ vectors - vectors * values[:, None, :]
    overlap = jnp.swapaxes(vectors, 1, 2) @ vectors - jnp.eye(m)
    is_close = _norm(residual) <= allowed * _norm(hessians)
    is_orthonormal = _norm(overlap) <= allowed * np.sqrt(m)
    ascends = (jnp.diff(values, axis=1) >= 0).all(axis=1)
    return jnp.asarray(is_close & is_orthonormal & ascends)


def _norm(matrices: Float[Array, "b m m"]) -> Float[Array, " b"]:
    # Scaled, so that squares neither overflow nor vanish.
    largest = jnp.abs(matrices).max(axis=(1, 2))
    scale = jnp.where(largest > 0, largest, 1.0)
    return jnp.asarray(
        largest * jnp.sqrt(jnp.sum((matrices / scale[:, None, None]) ** 2, axis=(1, 2)))
    )


def _redone(
    hessians: Float[Array, "b m m"],
    values: Float[Array, "b m"],
    vectors: Float[Array, "b m m"],
    fails: Bool[Array, " b"],
) -> tuple[Float[Array, "b m"], Float[Array, "b m m"]]:
    values, vectors = call_on_host(
        _on_host, (values.shape, vectors.shape), hessians, values, vectors, 1.0 * fails
    )
    return values, vectors


def _on_host(
    hessians: Float[np.ndarray, "b m m"],
    values: Float[np.ndarray, "b m"],
    vectors: Float[np.ndarray, "b m m"],
    fails: Float[np.ndarray, " b"],
) -> tuple[Float[np.ndarray, "b m"], Float[np.ndarray, "b m m"]]:
    """The eigensystems, those that failed replaced by LAPACK's."""
    which = np.flatnonzero(fails)
    values, vectors = values.copy(), vectors.copy()
    values[which], vectors[which] = np.linalg.eigh(hessians[which])
    return values, vectors
