"""What data and a mean function must be like for a Gaussian process."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from ...numbers import Real, real_number
from ...precision import with_float64
from ..means.base import Mean


def check_data(x: Float[np.ndarray, "n inputs"], y: Float[np.ndarray, " n"]) -> None:
    """Whether there is something to learn.

    Raises:
        ValueError: for fewer than two points, values that are not finite, or constant targets.
    """
    if x.ndim != 2 or y.shape != (len(x),) or len(x) < 2 or x.shape[1] < 1:
        raise ValueError(
            f"a Gaussian process needs x [n inputs] and y [n] with n of at least two; got shapes "
            f"{x.shape} and {y.shape}."
        )
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("x and y hold values that are missing or infinite; remove those rows.")
    if np.ptp(y) == 0:
        raise ValueError("y is constant; there is nothing to learn.")


@with_float64
def check_mean(mean: Mean, x: Float[np.ndarray, "n inputs"]) -> None:
    """Whether the points determine the coefficients of the mean, and leave something to learn.

    Raises:
        ValueError: if they do not.
    """
    basis = np.asarray(mean.basis(jnp.asarray(x)))
    n, k = basis.shape
    if k and (k >= n or np.linalg.matrix_rank(basis) < k):
        raise ValueError(
            f"the {mean.name} mean has {k} coefficients, which {n} points must determine, and more: give it "
            "more points, leave out inputs that repeat others, or take a mean with fewer coefficients."
        )


def validated_width(prior_width: Real | None) -> float | None:
    """The width of a prior as a number.

    Raises:
        ValueError: unless it is positive, or None.
    """
    try:
        return None if prior_width is None else real_number(prior_width, "prior_width", above=0)
    except ValueError as error:
        raise ValueError(
            f"prior_width must be a positive number or None, got {prior_width!r}."
        ) from error
