"""SciPy's minimisers as ways down of a quench, to compare with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.optimize import minimize

from ...precision import with_float64
from ...problems.problem import Problem
from ..steps.pace import never
from .minimiser import Descent

_Method = Literal["L-BFGS-B", "BFGS", "CG"]


@dataclass(frozen=True)
class SciPyMinimiser:
    """One start after the other by `scipy.optimize.minimize`, with its line searches.

    Bounds are kept by L-BFGS-B alone; by the others a step over them is not held back.

    Attributes:
        method: "L-BFGS-B", "BFGS" or "CG" (conjugate gradients).
        tolerance: largest component of the gradient at which a walker is done.
        max_steps: iterations at most.

    Raises:
        ValueError: for a method of no such name.
    """

    method: _Method = "L-BFGS-B"
    tolerance: float = 1e-6
    max_steps: int = 10_000

    def __post_init__(self) -> None:
        if self.method not in get_args(_Method):
            names = ", ".join(get_args(_Method))
            raise ValueError(f"method must be one of {names}, got {self.method!r}.")

    @with_float64
    def descend(
        self,
        problem: Problem,
        starts: Float[np.ndarray, "walkers m"],
        *,
        lanes: int | None = None,
        should_stop: Callable[[], bool] = never,
    ) -> Descent:
        """As `Minimiser.descend`; asked whether to stop between two starts."""
        ends, evaluations = starts.copy(), np.zeros(len(starts), dtype=np.int64)
        on_device = jax.device_put(problem)
        bounds = None
        if problem.bounds is not None and self.method == "L-BFGS-B":
            bounds = list(zip(*(np.asarray(end) for end in problem.bounds), strict=True))

        def value_and_gradient(x: np.ndarray) -> tuple[float, np.ndarray]:
            value, gradient = _value_and_gradient(on_device, jnp.asarray(x))
            return float(value), np.asarray(gradient)

        options: Any = {"gtol": self.tolerance, "maxiter": self.max_steps}
        if self.method == "L-BFGS-B":
            # Else it ends where the loss changes little, far from the tolerance.
            options |= {"ftol": 0.0, "maxfun": 10 * self.max_steps}
        for i, start in enumerate(starts):
            if should_stop():
                break
            result = minimize(
                value_and_gradient,
                start,
                jac=True,
                method=self.method,
                bounds=bounds,
                options=options,
            )
            if np.isfinite(result.x).all():
                ends[i] = result.x
            evaluations[i] = result.nfev
        return Descent(ends, evaluations)


@jax.jit
def _value_and_gradient(
    problem: Problem, x: Float[Array, " m"]
) -> tuple[Float[Array, ""], Float[Array, " m"]]:
    return problem.value_and_gradient(x)
