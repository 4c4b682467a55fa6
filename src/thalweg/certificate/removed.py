"""Whether a loss knows nothing of the directions that a reduction removes, as its problem states."""

import jax
import jax.numpy as jnp
import numpy as np

from ..precision import with_float64
from ..problems.own_word import own_word
from ..problems.problem import Problem, Reduction
from .truth import Unprovable

_SMALL = 1e-8
"""Of the gradient, and of one: above what expansions of a kernel err by, and below what matters to anyone."""


def reduction_of(problem: Problem) -> Reduction:
    """The reduction of a problem, if what it states of that is about its own loss; else none."""
    reduction: Reduction = own_word(problem, "reduction", lambda: Reduction(problem))()
    return reduction


@with_float64
def require_removable(problem: Problem) -> None:
    """Refuse a reduction that removes directions along which the loss has another slope than stated.

    At a random point without a part along them there has to be none, and at one moved along them no more
    than the stated curvatures, upwards, make.

    Raises:
        Unprovable: for it.
    """
    reduction, d = reduction_of(problem), problem.dimension
    m = reduction.problem.dimension
    if m == d:
        return
    kept = np.asarray(reduction.contract(np.eye(d)))
    removed = np.linalg.qr(kept, mode="complete")[0][:, m:]
    rng = np.random.default_rng(0)
    x = np.asarray(reduction.expand(rng.normal(size=(1, m))))[0]
    along = rng.normal(size=d - m)
    gradient = jax.jit(lambda y: problem.value_and_gradient(y)[1])
    here, there = (np.asarray(gradient(jnp.asarray(y))) for y in (x, x + removed @ along))
    steepest = max(float(np.max(reduction.complement_spectrum, initial=0.0)), 0.0)
    slope, small = removed.T @ there, _SMALL * (1 + float(np.abs(here).max()))
    is_flat = np.abs(removed.T @ here).max() <= small
    is_stated = np.linalg.norm(slope) <= steepest * np.linalg.norm(along) + small
    if not (is_flat and is_stated and along @ slope >= -small):
        raise Unprovable(
            f"the loss of {problem.name} changes along directions that are not searched since the problem "
            "states that it does not: a loss of classes must depend on differences of outputs alone "
            "(`Loss.is_classification`)"
        )
