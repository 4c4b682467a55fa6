"""The loss at a few fixed points: what tells one user's function from another."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from ..precision import with_float64
from .problem import Problem

N_PROBES = 8


@with_float64
def losses_at_probes(problem: Problem, points: Float[np.ndarray, "probes d"]) -> list[str]:
    """The loss at `points` [probes d], to eight digits, as it stands among the choices of a problem."""
    return [f"{float(problem.loss(jnp.asarray(point))):.8e}" for point in points]
