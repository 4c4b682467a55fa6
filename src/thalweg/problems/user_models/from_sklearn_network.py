"""A multi-layer perceptron of scikit-learn as a problem."""

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from ...precision import with_float64
from ..neural_networks.activations import ACTIVATIONS
from ..output_kind import OutputKind
from ..trained_parameters import perceptron_arrays
from .jax_model import JaxModel, validated_jax_model
from .origin import Origin, Parameter
from .validation import validate_numbers

Perceptron: TypeAlias = MLPClassifier | MLPRegressor

_ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "tanh": ACTIVATIONS["tanh"].value,
    "logistic": ACTIVATIONS["sigmoid"].value,
    # Not among ours, because it is only piecewise smooth.
    "relu": jax.nn.relu,
}
"""By scikit-learn's names."""

_OUTPUT_KINDS = {
    "softmax": OutputKind.LOGITS,
    "logistic": OutputKind.BINARY_LOGIT,
    "identity": OutputKind.VALUES,
}
"""What goes into each output activation."""


class PerceptronModel(JaxModel):
    """The loss of a perceptron of scikit-learn. Its outputs are logits; scikit-learn shows none.

    Attributes:
        out_activation: by scikit-learn's name.
    """

    out_activation: str = eqx.field(static=True, kw_only=True)

    @with_float64
    def predict(self, x: Float[np.ndarray | Array, " d"], inputs: Any) -> Any:
        """Class probabilities as `predict_proba` has them, or values as `predict` has them."""
        predicted = _response(self.traced_outputs(x, inputs), self.out_activation)
        return predicted if isinstance(predicted, jax.core.Tracer) else np.asarray(predicted)


def from_sklearn_network(model: Any, x: Any, y: Any, *, start_width: float = 1.0) -> JaxModel:
    """The landscape of an `MLPClassifier` or `MLPRegressor` over the data `x` [N inputs] and `y`.

    The loss is scikit-learn's own, penalty included: mean log loss, or half the mean squared error, plus
    alpha/(2N) times the squared weights without biases. `landscape.minimum(i).to_sklearn()` is a fitted
    model of the same kind.

    Args:
        model: fitted or not; if it is, its weights are the problem's `initial`. It is left as it is.
        x: inputs, finite.
        y: labels, or real numbers.
        start_width: standard deviation of the normal random starts.

    Raises:
        ValueError: for data that scikit-learn refuses, a model that was fitted to another shape or other
            columns, a linear model (activation 'identity'), which has no isolated minima, or a loss that
            is not known here.

    Warns:
        UserWarning: for the activation 'relu', which has kinks.
    """
    validate_numbers(0.0, start_width)
    _check_model(model)
    inputs = np.asarray(x, dtype=np.float64)
    template = _fitted_once(model, inputs, y)
    names = _feature_names(model, x)
    targets = _targets(template, y)
    named_arrays = perceptron_arrays(template)
    arrays = list(named_arrays.values())
    initial = _initial(model, arrays)
    activation, kind = _ACTIVATIONS[model.activation], template.out_activation_
    alpha, n = float(model.alpha), len(inputs)
    loss = partial(_loss, activation, kind, alpha / n)
    origin = Origin(
        framework="scikit-learn",
        label=f"{type(model).__name__} with alpha {float(model.alpha):g}",
        parameters=tuple(Parameter(name, a.shape) for name, a in named_arrays.items()),
        rebuild=partial(_with_weights, clone(model), template, names, loss, (inputs, targets)),
    )

    problem = PerceptronModel(
        initial=initial,
        l2=np.zeros(()),
        origin=origin,
        start_width=float(start_width),
        data=(inputs, targets),
        function=loss,
        predictor=partial(_forward, activation),
        known_output_kind=_OUTPUT_KINDS[kind],
        out_activation=kind,
    )
    return validated_jax_model(problem, remedy="activation='tanh' has")


def _check_model(model: Any) -> None:
    if not isinstance(model, MLPClassifier | MLPRegressor):
        raise ValueError(
            f"model must be an MLPClassifier or MLPRegressor, got {type(model).__name__}. For other models "
            "use from_numpy with a loss and its gradient."
        )
    if getattr(model, "loss", "squared_error") not in ("squared_error", "log_loss"):
        raise ValueError(f"the loss {model.loss!r} is not known here; use loss='squared_error'.")
    if model.activation == "identity":
        raise ValueError(
            "activation='identity' makes a linear model: its minima are not isolated. Use 'tanh'."
        )


def _fitted_once(model: Perceptron, x: Float[np.ndarray, "N inputs"], y: Any) -> Perceptron:
    """A copy that scikit-learn has given its shape, classes and output activation."""
    fresh = clone(model).set_params(
        max_iter=1, solver="adam", early_stopping=False, warm_start=False, random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fresh.fit(x, y)
    return fresh


def _initial(model: Perceptron, arrays: list[np.ndarray]) -> Float[np.ndarray, " d"]:
    if hasattr(model, "coefs_"):
        fitted_arrays = list(perceptron_arrays(model).values())
        if [a.shape for a in fitted_arrays] != [a.shape for a in arrays]:
            raise ValueError(
                f"the model was fitted with arrays of shapes {[a.shape for a in fitted_arrays]}; "
                f"these data need {[a.shape for a in arrays]}. Pass the data that it was fitted to."
            )
        arrays = fitted_arrays
    return np.concatenate([np.asarray(a, dtype=np.float64).ravel() for a in arrays])


def _targets(model: Perceptron, y: Any) -> Float[np.ndarray, "N outputs"]:
    is_classifier = isinstance(model, MLPClassifier)
    targets = model._label_binarizer.transform(y) if is_classifier else np.asarray(y)
    return np.asarray(targets, dtype=np.float64).reshape(-1, model.n_outputs_)


def _feature_names(model: Perceptron, x: Any) -> np.ndarray | None:
    """The names of the columns, of a table or of the data that the model was fitted to; None without.

    Raises:
        ValueError: if the two have different names, or the same in another order.
    """
    columns = [name for name in getattr(x, "columns", ()) if isinstance(name, str)]
    # As scikit-learn has it: names are kept if all of them are text.
    given = columns if columns and len(columns) == np.shape(x)[1] else None
    fitted = getattr(model, "feature_names_in_", None)
    if given is not None and fitted is not None and given != list(fitted):
        raise ValueError(
            f"the model was fitted to the columns {', '.join(fitted)}, but x has {', '.join(given)}. Pass "
            "the columns in the order of the fit."
        )
    return fitted if given is None else np.array(given, dtype=object)


@with_float64
def _with_weights(
    model: Perceptron,
    template: Perceptron,
    names: np.ndarray | None,
    loss: Callable[..., Any],
    data: tuple[np.ndarray, np.ndarray],
    arrays: list[np.ndarray],
) -> Perceptron:
    """A fitted model with these arrays and the parameters of `model`; shapes and classes of the template."""
    new = clone(model)
    for name, value in vars(template).items():
        # Parameters are those of the user's model; an optimiser would go on changing the template.
        if name not in model.get_params(deep=False) and name != "_optimizer":
            setattr(new, name, value)
    arrays = [np.array(a, dtype=np.float64) for a in arrays]
    new.coefs_, new.intercepts_ = arrays[::2], arrays[1::2]
    if names is not None:
        new.feature_names_in_ = names
    new.loss_ = new.best_loss_ = float(loss(arrays, *data))
    # No solver of scikit-learn has run.
    new.loss_curve_, new.n_iter_, new.t_ = [new.loss_], 0, 0
    return new


def _loss(
    activation: Callable[[Array], Array],
    kind: str,
    penalty: float,
    arrays: list[Any],
    inputs: Any,
    targets: Any,
) -> Any:
    weights = sum((jnp.sum(a**2) for a in arrays[::2]), start=jnp.zeros(()))
    return (
        _output_loss(_forward(activation, arrays, inputs), targets, kind) + 0.5 * penalty * weights
    )


def _forward(activation: Callable[[Array], Array], arrays: list[Any], inputs: Any) -> Any:
    h, last = inputs, len(arrays) - 2
    for k in range(0, len(arrays), 2):
        h = h @ arrays[k] + arrays[k + 1]
        h = h if k == last else activation(h)
    return h


def _response(outputs: Any, kind: str) -> Any:
    """Class probabilities as `predict_proba` has them, or values as `predict` has them."""
    if kind == "softmax":
        return jax.nn.softmax(outputs, axis=1)
    if kind == "identity":
        return outputs[:, 0] if outputs.shape[1] == 1 else outputs
    probability = jax.nn.sigmoid(outputs)
    is_binary = outputs.shape[1] == 1
    return jnp.concatenate([1 - probability, probability], axis=1) if is_binary else probability


def _output_loss(outputs: Any, targets: Any, kind: str) -> Any:
    if kind == "identity":
        return 0.5 * jnp.mean((outputs - targets) ** 2)
    if kind == "softmax":
        return -jnp.mean(jnp.sum(targets * jax.nn.log_softmax(outputs, axis=1), axis=1))
    return jnp.mean(jnp.sum(jax.nn.softplus(outputs) - targets * outputs, axis=1))
