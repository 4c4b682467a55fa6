"""A loss in plain NumPy, or in any code that Python can call, as a problem."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from jaxtyping import Float

from ..output_kind import OutputKind, output_kind_named
from .host_model import Host, HostModel
from .origin import Origin, Parameter
from .validation import validate_numbers, validated_model


def from_numpy(
    function: Callable[[np.ndarray], tuple[Any, Any]],
    x0: Float[np.ndarray, " d"],
    *,
    hessian: Callable[[np.ndarray], np.ndarray] | None = None,
    l2: float = 0.0,
    start_width: float = 1.0,
    name: str | None = None,
    predict: Callable[[np.ndarray, Any], Any] | None = None,
    outputs: OutputKind | str | None = None,
) -> HostModel:
    """The landscape of a loss in plain NumPy, or in any code that Python can call.

    The search calls back to Python for every evaluation, one point after the other: expect it to be
    slower by an order of magnitude or two than a loss written in JAX.

    Args:
        function: `function(x)` for a vector [d] gives the loss and its gradient [d], in double precision.
        x0: some point [d]; it sets d, and is the problem's `initial`.
        hessian: `hessian(x)` gives the Hessian [d d]; central differences of the gradient if None (2d
            gradients, good to about 1e-9: enough to converge and to count negative eigenvalues).
        l2: weight of a squared norm that is added; none by default.
        start_width: standard deviation of the normal random starts.
        name: for people; the function's own name by default.
        predict: `predict(x, inputs)` gives the outputs of the model behind the loss, one row a point;
            metrics need it.
        outputs: what `predict` gives: "logits", "log_probabilities", "probabilities", "binary_logit" or
            "binary_probability" (of the second of two classes, one number a row), "values".

    Raises:
        ValueError: if the function does not return a finite number and a gradient of the right shape, if
            the gradient does not fit the loss, or the loss does not repeat itself.
    """
    validate_numbers(l2, start_width)
    label = name or str(getattr(function, "__name__", "function"))
    x0 = np.array(x0, dtype=np.float64)
    if x0.ndim != 1 or not len(x0) or not np.isfinite(x0).all():
        raise ValueError(f"x0 must be a vector of finite numbers, got shape {x0.shape}.")
    _check_return_values(function, hessian, x0, label)
    origin = Origin(
        "numpy", label, (Parameter("x", x0.shape),), rebuild=lambda arrays: arrays[0].copy()
    )
    problem = HostModel(
        initial=x0,
        l2=np.asarray(l2, dtype=np.float64),
        origin=origin,
        start_width=float(start_width),
        host=_NumpyHost(function, hessian),
        predictor=None if predict is None else partial(_of_vector, predict),
        known_output_kind=output_kind_named(outputs),
    )
    return validated_model(problem)


def _of_vector(
    predict: Callable[[np.ndarray, Any], Any], arrays: list[np.ndarray], inputs: Any
) -> Any:
    return predict(arrays[0], inputs)


class _NumpyHost(Host):
    def __init__(
        self,
        function: Callable[[np.ndarray], tuple[Any, Any]],
        hessian: Callable[[np.ndarray], np.ndarray] | None,
    ) -> None:
        self._function, self._hessian = function, hessian

    def evaluate(
        self, x: Float[np.ndarray, "points d"]
    ) -> tuple[Float[np.ndarray, " points"], Float[np.ndarray, "points d"]]:
        # A copy of each point: the function may write into its argument.
        results = [self._function(point.copy()) for point in x]
        values = np.array([float(np.asarray(v).reshape(())) for v, _ in results])
        return values, np.array([np.asarray(g, dtype=np.float64) for _, g in results])

    def hessians(self, x: Float[np.ndarray, "points d"]) -> Float[np.ndarray, "points d d"]:
        if self._hessian is None:
            return super().hessians(x)
        return np.array([np.asarray(self._hessian(p.copy()), dtype=np.float64) for p in x])


def _check_return_values(
    function: Callable[[np.ndarray], Any],
    hessian: Callable[[np.ndarray], Any] | None,
    x0: Float[np.ndarray, " d"],
    label: str,
) -> None:
    try:
        value, gradient = function(x0.copy())
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{label} must return a pair (loss, gradient) for a vector of {len(x0)} numbers: {error}"
        ) from error
    if np.size(value) != 1 or np.shape(gradient) != x0.shape:
        raise ValueError(
            f"{label} must return one number and a gradient of shape {x0.shape}, got shapes "
            f"{np.shape(value)} and {np.shape(gradient)}."
        )
    if np.asarray(gradient).dtype != np.float64:
        raise ValueError(
            f"{label} returns a gradient in {np.asarray(gradient).dtype}; calculate in float64, no other "
            "reaches an RMS gradient of 1e-10."
        )
    if hessian is not None and np.shape(hessian(x0.copy())) != (len(x0), len(x0)):
        raise ValueError(f"the Hessian of {label} must have shape {(len(x0), len(x0))}.")
