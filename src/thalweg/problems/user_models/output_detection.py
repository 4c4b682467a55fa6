"""What the outputs of a model are, found by a test of the loss that is taken of them.

The derivative of a loss by the outputs o says what it makes of them, however the loss is written, weighted,
smoothed or reduced. With t for what the loss asks of them, and a ≥ 0 for a weight:

    cross-entropy of logits           a·(softmax(o) − t)
    negative log-likelihood           −a·t
    −ln of probabilities              −a·t/o
    binary cross-entropy of logits    a·(sigmoid(o) − t)
    … of probabilities                a·(o − t)/(o(1 − o))
    squared error                     a·(o − t)

Three random outputs tell these apart. What the loss asks must be what the targets say: a loss that counts the
classes in another order, or takes the logarithm of the targets, is none of these.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import expit, softmax

from ..output_kind import OutputKind, output_kind_named

_N_DRAWS = 3
_AGREEMENT = 1e-8
"""Relative difference up to which two derivatives agree: they are exact but for rounding."""

Outputs = Float[np.ndarray, "..."]


@dataclass(frozen=True)
class _Form:
    """A derivative g of a loss by its outputs o, of the form scaled(g, o) = a·(curve(o) − t).

    Attributes:
        scaled: what is made of the derivative.
        curve: the part that varies; None for scaled(g, o) = −a·t.
        is_by_row: whether a row has one a; else each output has its own.
    """

    scaled: Callable[[Outputs, Outputs], Outputs]
    curve: Callable[[Outputs], Outputs] | None
    is_by_row: bool = False


_FORMS_OF_CLASSES = {
    OutputKind.LOGITS: _Form(lambda g, o: g, lambda o: softmax(o, axis=1), is_by_row=True),
    OutputKind.LOG_PROBABILITIES: _Form(lambda g, o: g, None),
    OutputKind.PROBABILITIES: _Form(lambda g, o: g * o, None),
}
_FORMS_OF_ONE_OUTPUT = {
    OutputKind.BINARY_LOGIT: _Form(lambda g, o: g, expit),
    OutputKind.BINARY_PROBABILITY: _Form(lambda g, o: g * o * (1 - o), lambda o: o),
    OutputKind.VALUES: _Form(lambda g, o: g, lambda o: o),
}


def consistent_kind(said: OutputKind | str | None, shown: OutputKind | None) -> OutputKind | None:
    """What the user says of the outputs, or else what the loss shows.

    Raises:
        ValueError: for an unknown name, or if the loss takes the outputs for something else.
    """
    kind = output_kind_named(said)
    # A squared error is taken of probabilities too, and logits may be normalised already.
    if kind is None or shown in (None, kind, OutputKind.VALUES):
        return kind or shown
    if {kind, shown} == {OutputKind.LOGITS, OutputKind.LOG_PROBABILITIES}:
        return kind
    raise ValueError(
        f"outputs={kind.value!r}, but the loss takes the outputs for {shown}. Leave outputs out, or pass the "
        "loss that fits them."
    )


def output_kind_of_loss(
    loss: Callable[[Outputs, np.ndarray], float],
    derivative: Callable[[Outputs], Outputs],
    shape: tuple[int, ...],
    targets: np.ndarray,
) -> OutputKind | None:
    """What outputs of this shape are to a loss; None where its form is none of those known.

    Args:
        loss: of outputs and targets.
        derivative: of the loss by the outputs, at the targets.
        shape: of the outputs, points first.
        targets: of the points.
    """
    # Inside (0, 1), where every one of the losses has a value.
    outputs = np.random.default_rng(20_265).uniform(0.1, 0.9, size=(_N_DRAWS, *shape))
    derivatives = np.array([derivative(o) for o in outputs])
    if np.isfinite(derivatives).all() and np.any(derivatives):
        # A row of one output has no softmax, and no other class to be the right one. The classes come first:
        # −a/o is a form of binary cross-entropy as well, that of outputs which all should be one.
        has_classes = len(shape) == 2 and shape[1] > 1
        forms = (_FORMS_OF_CLASSES if has_classes else {}) | _FORMS_OF_ONE_OUTPUT
        for kind, form in forms.items():
            asked = _asked_for(form, derivatives, outputs)
            if asked is not None and _is_said_by(targets, asked, kind):
                return kind
    return OutputKind.VALUES if _is_of_residuals(loss, outputs, targets) else None


def _asked_for(
    form: _Form,
    derivatives: Float[np.ndarray, "draws ..."],
    outputs: Float[np.ndarray, "draws ..."],
) -> Outputs | None:
    """What the loss asks of the outputs if it is of this form, NaN without weight; else None."""
    scaled = np.array([form.scaled(g, o) for g, o in zip(derivatives, outputs, strict=True)])
    changes, tolerance = scaled[1:] - scaled[0], _AGREEMENT * np.abs(scaled).max()
    if form.curve is None:
        is_constant = np.abs(changes).max() <= tolerance and scaled.max() <= tolerance
        return -scaled[0] if is_constant else None
    curves = np.array([form.curve(o) for o in outputs])
    curve_changes = curves[1:] - curves[0]
    axes = (0, 2) if form.is_by_row else (0,)
    weights = np.sum(changes * curve_changes, axis=axes, keepdims=True) / np.sum(
        curve_changes**2, axis=axes, keepdims=True
    )
    is_weighted = np.broadcast_to(weights > tolerance, scaled.shape)
    # A point without weight adds nothing at all.
    has_form = (
        is_weighted.any()
        and np.abs(changes - weights * curve_changes).max() <= tolerance
        and np.all(is_weighted | (np.abs(scaled) <= tolerance))
    )
    if not has_form:
        return None
    asked = np.full(outputs[0].shape, np.nan)
    np.divide(scaled, weights, out=(ratios := np.zeros_like(scaled)), where=is_weighted)
    np.copyto(asked, (curves - ratios)[0], where=is_weighted[0])
    return asked


def _is_said_by(targets: np.ndarray, asked: Outputs, kind: OutputKind) -> bool:
    """Whether the targets say the same as the loss asks for: the class, its number, or the value."""
    if kind in _FORMS_OF_CLASSES:
        is_one_hot = targets.shape == asked.shape
        classes = targets.argmax(axis=1) if is_one_hot else targets.ravel()
        has_weight = np.nan_to_num(asked).any(axis=1)
        return len(classes) == len(asked) and np.array_equal(
            np.nan_to_num(asked).argmax(axis=1)[has_weight], classes[has_weight]
        )
    if targets.size != asked.size:
        return False
    has_weight = ~np.isnan(asked.ravel())
    asked, said = asked.ravel()[has_weight], targets.ravel()[has_weight].astype(np.float64)
    if kind is OutputKind.VALUES:
        return bool(np.allclose(asked, said, rtol=_AGREEMENT, atol=_AGREEMENT * np.abs(said).max()))
    # Labels may be 0 and 1 or −1 and 1, and smoothed: the more of the second class, the more is asked for.
    in_order = asked[np.argsort(said)]
    return bool(said.min() == said.max() or in_order[-1] > in_order[0] + _AGREEMENT) and bool(
        (np.diff(in_order) >= -_AGREEMENT).all()
    )


def _is_of_residuals(
    loss: Callable[[Outputs, np.ndarray], float], outputs: Outputs, targets: np.ndarray
) -> bool:
    """Whether the loss depends on outputs less targets alone, as absolute and Huber errors do."""
    if targets.dtype.kind != "f" or targets.size != outputs[0].size:
        return False
    values = []
    for shift in (outputs[1], outputs[2], np.zeros_like(outputs[0])):
        values.append(loss(outputs[0] + shift, targets + shift.reshape(targets.shape)))
    scale = abs(values[-1]) + abs(loss(outputs[1], targets))
    return bool(np.ptp(values) <= _AGREEMENT * scale and loss(outputs[1], targets) != values[-1])
