"""Validation of the data and choices of a network, before anything is computed."""

import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Num, Shaped

from ...numbers import LARGEST_SIZE, Real, Whole, real_number, whole_number
from ..losses.base import Loss
from ..smoothness.breaks import breaks
from ..smoothness.warning import warn_of_breaks
from .activations import Activation

_LARGEST_INPUT = 1e6
"""Weights that use such an input are below 1e-6, where l2 = 1e-5 gives a gradient that counts as none."""


def validated_inputs(
    x: Float[np.ndarray, "N inputs"], y: np.ndarray
) -> Float[np.ndarray, "N inputs"]:
    """The inputs as float64, if they are valid.

    Raises:
        ValueError: if shapes do not fit, there are no rows, or a value is not finite or far too large.
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y)
    if x.ndim != 2 or y.shape[:1] != x.shape[:1]:
        raise ValueError(
            f"x must have shape [N inputs] and y shape [N], got {x.shape} and {y.shape}."
        )
    if len(x) == 0:
        raise ValueError("x has no rows. Check the data file.")
    bad = np.flatnonzero(~np.isfinite(x).all(axis=1))
    if len(bad):
        raise ValueError(
            f"x holds NaN or infinite values in {len(bad)} rows (first: row {bad[0]}). "
            "Drop or impute them before mapping the loss."
        )
    largest = np.abs(x).max(axis=0, initial=0.0)
    if (largest > _LARGEST_INPUT).any():
        column = int(np.argmax(largest))
        raise ValueError(
            f"x reaches {largest[column]:.3g} in column {column}, but weights about one suit inputs about "
            f"one: above {_LARGEST_INPUT:g} every unit is saturated and the penalty cannot be told from "
            "none. Standardise the columns: subtract their mean and divide by their standard deviation."
        )
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        raise ValueError("y holds NaN or infinite values. Drop those rows.")
    return x


def validated_targets(
    y: np.ndarray, loss: Loss
) -> tuple[Num[np.ndarray, "... N"], Shaped[np.ndarray, " classes"] | None]:
    """Class numbers [N] and labels for a classification loss, else real numbers [outputs N] and None.

    Raises:
        ValueError: if the targets are not what the loss needs.
    """
    y = np.asarray(y)
    if loss.is_classification:
        return _classes(y, loss)
    if y.ndim > 2 or y.dtype.kind not in "fiub":
        raise ValueError(
            f"{loss.kind} needs real targets of shape [N] or [N outputs], got {y.dtype} {y.shape}. "
            "For class labels use a classification loss such as CrossEntropy()."
        )
    targets = y.astype(np.float64).reshape(len(y), -1).T
    return np.ascontiguousarray(targets), None


def _classes(
    y: np.ndarray, loss: Loss
) -> tuple[Num[np.ndarray, " N"], Shaped[np.ndarray, " classes"]]:
    if y.ndim != 1:
        raise ValueError(
            f"{loss.kind} needs one class label a row, got targets of shape {y.shape}."
        )
    if y.dtype.kind == "f" and not np.all(y == np.floor(y)):
        raise ValueError(
            f"{loss.kind} needs class labels, but y holds real numbers such as "
            f"{y[y != np.floor(y)][0]:g}. Use MeanSquaredError() for a regression."
        )
    labels, targets = np.unique(y, return_inverse=True)
    if len(labels) < 2:
        raise ValueError(
            f"y holds one class only ({labels[0]!r}); a classifier needs at least two. "
            "Check the target column."
        )
    return targets.astype(np.int64), labels


def point_weights(
    targets: Num[np.ndarray, "... N"],
    labels: Shaped[np.ndarray, " classes"] | None,
    class_weights: Mapping[Any, float] | str | None,
    loss: Loss,
) -> Float[np.ndarray, " N"] | None:
    """Weight of each point, one on average; None if all are equal.

    Raises:
        ValueError: if there are no classes to weigh, or a weight is missing or not positive.
    """
    if class_weights is None:
        return None
    if labels is None or loss.is_pairwise:
        raise ValueError(
            f"class_weights have no meaning for {loss.kind}: it has no classes, or weighs them alike "
            "already. Leave them out."
        )
    if isinstance(class_weights, str):
        if class_weights != "balanced":
            raise ValueError(
                f'class_weights must be "balanced" or by label, got {class_weights!r}.'
            )
        by_class = len(targets) / (len(labels) * np.bincount(targets))
    else:
        missing = [label for label in labels.tolist() if label not in class_weights]
        if missing:
            raise ValueError(f"class_weights has no weight for the class {missing[0]!r}.")
        by_class = np.array([float(class_weights[label]) for label in labels.tolist()])
    if not (np.isfinite(by_class).all() and (by_class > 0).all()):
        raise ValueError(f"class_weights must be positive, got {by_class.tolist()}.")
    weights = by_class[targets]
    return np.asarray(weights / weights.mean())


def validated_choices(
    hidden: Sequence[Whole] | Whole,
    l2: Real,
    l2_on: str,
    activation: Activation,
    loss: Loss,
) -> tuple[int, ...]:
    """The hidden layers as a tuple, if all choices are valid.

    Raises:
        ValueError: for a choice that cannot be used.
    """
    units = _hidden_units(hidden)
    real_number(l2, "l2", least=0)
    if l2_on not in ("all", "weights"):
        raise ValueError(f'l2_on must be "all" or "weights", got {l2_on!r}.')
    _check_odd(activation)
    if not activation.is_built_in:
        _warn_of_breaks(activation)
    _check_settings(loss)
    if loss.nonsmooth_reason:
        raise ValueError(f"the loss cannot be mapped as it is: {loss.nonsmooth_reason}.")
    return units


def validated_widths(start_width: Sequence[Real]) -> tuple[float, float]:
    """The narrowest and the widest start.

    Raises:
        ValueError: unless 0 < narrowest <= widest, both finite.
    """
    widths = [real_number(width, "start_width") for width in start_width]
    if len(widths) != 2 or not 0 < widths[0] <= widths[1]:
        raise ValueError(
            f"start_width must be (narrowest, widest) with 0 < narrowest <= widest, got {start_width}."
        )
    return widths[0], widths[1]


def _hidden_units(hidden: Sequence[Whole] | Whole) -> tuple[int, ...]:
    given: Any = hidden
    if isinstance(hidden, str | bytes) or not np.size(given):
        raise ValueError(
            f"hidden must list at least one layer of at least one unit, such as (3,) or (5, 5), "
            f"got {hidden!r}."
        )
    layers = [given] if np.ndim(given) == 0 else list(np.asarray(given, dtype=object))
    return tuple(whole_number(n, "hidden", least=1, most=LARGEST_SIZE) for n in layers)


def require_parameters(sizes: tuple[int, ...]) -> None:
    """Raise ValueError if a network of these layers, inputs first, has too many parameters to be searched."""
    n_parameters = sum((a + 1) * b for a, b in itertools.pairwise(sizes))
    if n_parameters > LARGEST_SIZE:
        raise ValueError(
            f"a network of layers of {', '.join(map(str, sizes))} units has {n_parameters:.3g} parameters; "
            f"at most {LARGEST_SIZE:.0e} can be searched. Make hidden smaller."
        )


def _check_odd(activation: Activation) -> None:
    a = np.linspace(0.1, 4.0, 8)
    is_odd = np.allclose(activation.numpy_value(-a), -activation.numpy_value(a), atol=1e-12)
    if activation.is_odd and not is_odd:
        raise ValueError(
            f"the activation {activation.name!r} is said to be odd, but φ(−a) differs from −φ(a). Make it "
            "with is_odd=False: a false symmetry would merge different minima."
        )


def _warn_of_breaks(activation: Activation) -> None:
    points = np.random.default_rng(20_267).normal(scale=3.0, size=(8, 8))
    parts = breaks(lambda a: jnp.sum(activation.value(a)), points)
    remedy = "A smooth activation (softplus, gelu, tanh) has"
    warn_of_breaks(parts.of_gradient, parts.of_loss, remedy=remedy, stacklevel=4)


def _check_settings(loss: Loss) -> None:
    try:
        json.dumps(loss.choices())
        hash(tuple(loss.choices().values()))
    except TypeError as error:
        raise ValueError(
            f"the settings of the loss {loss.kind!r} must be numbers, strings or tuples of them, declared "
            f"with equinox.field(static=True): {error}."
        ) from error
