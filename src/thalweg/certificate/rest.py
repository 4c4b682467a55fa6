"""Whether a stored point is at rest, as the loss that a proof is about has it."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from ..precision import with_float64
from ..problems.problem import Problem
from .balls import Ball

SLACK = 10.0
"""Times its tolerance that the gradient of a stored point may be on a machine that rounds in another way."""


def least_rms(gradient: Ball) -> float:
    """A lower bound on the RMS of a gradient [d], about."""
    least = np.maximum(np.abs(gradient.mid) - gradient.radius, 0.0)
    return float(np.sqrt(np.mean(least**2)))


class StatedGradient:
    """The gradient that a problem states, and a search follows."""

    def __init__(self, problem: Problem) -> None:
        self._gradient = jax.jit(lambda x: problem.value_and_gradient(x)[1])

    @with_float64
    def is_another(self, x: Float[np.ndarray, " d"], true: Ball, most: float) -> str | None:
        """What to say if it differs at `x` [d] from the `true` one [d] by an RMS above `most`; else None."""
        stated = np.asarray(self._gradient(jnp.asarray(x)))
        gap = least_rms(Ball(stated - true.mid, true.radius))
        if not gap > most:
            return None
        return (
            f"it is not stationary of the loss as computed, whose gradient differs from the one that was "
            f"searched with by {gap:.1e} (RMS): look for a jax.custom_jvp or custom_vjp that is wrong, for "
            "stop_gradient, or for derivatives by hand"
        )
