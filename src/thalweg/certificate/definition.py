"""The loss that proofs are about, where a search takes a faster way with an error of its own."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from ..precision import with_float64
from ..problems.own_word import own_word
from ..problems.problem import Problem


def as_defined(problem: Problem) -> Problem:
    """A problem as it is defined: what it says it is, if that is about its own loss."""
    defined: Problem = own_word(problem, "as_defined", lambda: problem)()
    return defined


class Definition:
    """A problem as it is defined.

    Args:
        problem: as it is searched.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = as_defined(problem)
        self._is_same = self.problem is problem
        # The problems are constants here: sums over pairs need to know which points are of which class.
        self._gradients = jax.jit(
            lambda x: (problem.value_and_gradient(x)[1], self.problem.value_and_gradient(x)[1])
        )

    @with_float64
    def rms_gap(self, x: Float[np.ndarray, " d"]) -> float:
        """RMS difference of the two gradients at `x` [d]: a point at rest in a search has no less."""
        if self._is_same:
            return 0.0
        searched, defined = self._gradients(jnp.asarray(x))
        return float(jnp.sqrt(jnp.mean((searched - defined) ** 2)))
