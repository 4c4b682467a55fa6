"""Validates a user's model when a problem is made of it."""

import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar

import jax
import numpy as np
from jaxtyping import Array, Float

from ...precision import with_float64
from .invariant_directions import ShiftSymmetry, invariant_directions
from .symmetry_detection import detect_symmetry
from .user_model import UserModel

_N_PROBES = 3
_MOST_PARAMETERS = 1000
"""Parameters up to which invariant directions are looked for: it takes a gradient for each."""

_DIFFERENCE = 1e-5
"""Step of the differences that check a gradient, in units of 1 + |x|."""

Model = TypeVar("Model", bound=UserModel)


@with_float64
def validated_model(model: Model) -> Model:
    """The same model with its symmetry and its identity, after a trial of its loss.

    Raises:
        ValueError: if the loss is not finite at random points, differs from one call to the next, or
            does not change as its gradient says.
    """
    evaluate = jax.jit(lambda p, x: p.value_and_gradient(x))

    def loss(x: Float[np.ndarray, " d"]) -> float:
        return float(evaluate(model, x)[0])

    def gradient(x: Float[np.ndarray, " d"]) -> Float[np.ndarray, " d"]:
        return np.asarray(evaluate(model, x)[1])

    draws = np.random.default_rng(20_261).normal(size=(_N_PROBES, model.dimension))
    points = 0.5 * min(model.start_width, 1.0) * draws
    losses = [loss(x) for x in points]
    if not np.isfinite(losses).all():
        raise ValueError(
            f"the loss of {model.origin.label} is {losses} at random points; it must be finite. Look "
            "for NaN in the data, a logarithm of zero or a division by zero."
        )
    if [loss(x) for x in points] != losses:
        raise ValueError(
            f"the loss of {model.origin.label} differs from one call to the next at the same "
            "parameters. Switch off what is random or has a state: dropout, sampling, batch statistics."
        )
    _check_gradient(model, loss, points[0], losses[0], gradient(points[0]))
    symmetry = detect_symmetry(model.origin.parameters, loss)
    directions = _directions_without_influence(model, gradient)
    if directions is not None:
        symmetry = ShiftSymmetry(symmetry, directions)
    return dataclasses.replace(
        model,
        detected_symmetry=symmetry,
        invariant_directions=directions,
        probe_losses=tuple(f"{value:.8e}" for value in losses),
    )


def validate_numbers(l2: float, start_width: float) -> None:
    """Raise ValueError unless `l2` is not negative and `start_width` is positive, both finite."""
    if not (np.isfinite(l2) and l2 >= 0):
        raise ValueError(f"l2 must be finite and not negative, got {l2}.")
    if not (np.isfinite(start_width) and start_width > 0):
        raise ValueError(f"start_width must be finite and positive, got {start_width}.")


def validated_array(values: Any) -> np.ndarray:
    """An array of the user's as NumPy: reals in float64, integers and booleans as they are.

    Raises:
        ValueError: for text, objects, complex numbers, NaN or infinities.
    """
    array = np.asarray(values)
    if array.dtype.kind in "iub":
        return array
    if array.dtype.kind != "f" and array.dtype.name != "bfloat16":
        raise ValueError(
            f"arrays must hold real numbers or integers, got {array.dtype}. Encode labels as numbers."
        )
    reals: np.ndarray = array.astype(np.float64)
    if not np.isfinite(reals).all():
        raise ValueError(
            "arrays must be finite: there is NaN or infinity in the data or parameters."
        )
    return reals


def _directions_without_influence(
    model: UserModel, gradient: Callable[[np.ndarray], np.ndarray]
) -> Float[np.ndarray, "d k"] | None:
    """The directions that the loss does not depend on; not looked for in very many parameters."""
    d = model.dimension
    if float(model.l2) > 0 or d > _MOST_PARAMETERS:
        return None
    draws = np.random.default_rng(20_264).normal(size=(d + 8, d))
    gradients = np.array([gradient(0.5 * min(model.start_width, 1.0) * x) for x in draws])
    directions = invariant_directions(gradients[np.isfinite(gradients).all(axis=1)])
    return directions if directions.shape[1] else None


def _check_gradient(
    model: UserModel,
    loss: Callable[[np.ndarray], float],
    x: Float[np.ndarray, " d"],
    value: float,
    gradient: Float[np.ndarray | Array, " d"],
) -> None:
    """Raise ValueError unless the gradient at `x` [d] reaches the parameters and fits differences."""
    label = model.origin.label
    if not np.any(gradient - 2 * float(model.l2) * x):
        raise ValueError(
            f"the loss of {label} does not depend on its parameters as far as derivatives can tell: no "
            "gradient reaches them. Rounding, argmax and detached parts stop it."
        )
    direction = np.random.default_rng(20_262).normal(size=len(x))
    direction /= np.linalg.norm(direction)
    step = _DIFFERENCE * (1 + float(np.linalg.norm(x)))
    difference = (loss(x + step * direction) - loss(x - step * direction)) / (2 * step)
    slope = float(gradient @ direction)
    # Differences are good to about ε|L|/step and to the square of the step.
    tolerance = 1e-3 * max(abs(difference), abs(slope)) + 1e-7 * abs(value)
    if not abs(difference - slope) <= tolerance:
        raise ValueError(
            f"the gradient of {label} does not fit its loss: along a random direction the loss changes by "
            f"{difference:.6g} a unit, the gradient says {slope:.6g}. A step, a rounding or a detached "
            "part cannot be differentiated; a gradient of your own may be wrong."
        )
