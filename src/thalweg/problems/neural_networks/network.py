"""Feed-forward networks with hand-derived gradients and exact Hessians in matrix form."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, Num, PRNGKeyArray

from ...numbers import Real, Whole
from ...precision import as_float64, with_float64
from .. import losses
from ..capabilities import Prediction
from ..loss_unit import unit_from
from ..losses import is_rebuilt_from_choices
from ..losses.base import Loss
from ..losses.contrasts import shift_free_basis
from ..output_kind import OutputKind
from ..own_word import is_own_word, own_word
from ..probes import N_PROBES, losses_at_probes
from ..problem import Move, Problem, Reduction
from ..registry import register
from ..symmetry import Symmetry
from ..trained_parameters import Arrays, layer_matrices
from .activations import Activation, activation_named
from .data import (
    point_weights,
    require_parameters,
    validated_choices,
    validated_inputs,
    validated_targets,
    validated_widths,
)
from .data_loss import DataLoss
from .layers import forward
from .layout import Layout
from .softmax_shift import ShiftFreeReduction
from .symmetry import HiddenUnitSymmetry

_START_WIDTH = (4.0, 16.0)
"""Range of the widths of starts by default, and of every network in files of version 0.1."""


@register
class NeuralNetwork(Problem):
    """The loss of a feed-forward network over one fixed data set.

    L(θ) = (1/N) Σ_n ℓ(outputs(x_n; θ), y_n) + l2 · Σ θ², or a mean over pairs of points in place of the
    first term; the penalty is over all weights and biases, or over the weights alone. Parameters are
    in the order of `Layout`: layer after layer the matrix [units, inputs + 1] of incoming weights with
    the bias as the last column, in row-major order.

    For softmax outputs the search runs on the equivalent problem without the shift of all logits
    that the softmax does not see (`reduction`); everything reported is for the full vector.
    """

    inputs: Float[np.ndarray | Array, "inputs_plus_1 N"]
    targets: Num[np.ndarray | Array, "... N"]
    l2: Float[np.ndarray | Array, ""]
    weights: Float[np.ndarray | Array, " N"] | None
    n_outputs: int = eqx.field(static=True)
    hidden: tuple[int, ...] = eqx.field(static=True)
    activation: Activation = eqx.field(static=True)
    loss_function: Loss = eqx.field(static=True)
    penalises_biases: bool = eqx.field(static=True)
    start_width: tuple[float, float] = eqx.field(static=True)
    is_shift_free: bool = eqx.field(static=True, default=False)

    kind = "neural_network"

    @classmethod
    def from_data(
        cls,
        x: Float[np.ndarray, "N inputs"],
        y: np.ndarray,
        *,
        hidden: Sequence[Whole] | Whole = (5,),
        loss: Loss | str | None = None,
        l2: Real = 1e-5,
        l2_on: str = "all",
        activation: str | Activation = "tanh",
        class_weights: Mapping[Any, float] | str | None = None,
        start_width: Sequence[Real] = _START_WIDTH,
    ) -> "NeuralNetwork":
        """A network for the inputs `x` [N inputs] and the targets `y`.

        Args:
            x: inputs, finite; best standardised.
            y: class of each row [N] (labels are numbered in sorted order), or real numbers [N] or
                [N outputs] for a regression loss.
            hidden: units of each hidden layer; a number for one layer.
            loss: a loss of the outputs, one of your own, or a name of `tw.losses.LOSSES` for its default
                settings; cross-entropy by default.
            l2: weight of the squared norm; not negative.
            l2_on: "all" weights and biases, or "weights" alone.
            activation: of the hidden units: tanh, erf, sigmoid, softplus, swish, gelu, softsign; one of these
                made steep, as "softplus(20)", which is near ReLU, and "sigmoid(20)", near a binary unit; or
                an `Activation` of your own.
            class_weights: weight of the points of each class by label, or "balanced" for weights that
                give every class the same share; they are scaled to a mean of one.
            start_width: random starts have normal weights with a standard deviation that is drawn
                log-uniformly from this range, once a start. Wide starts find more distinct minima.

        Raises:
            ValueError: for data or choices that cannot be used; the message names the argument.
        """
        loss = losses.DEFAULT_LOSS if loss is None else losses.loss_named(loss)
        inputs = validated_inputs(x, y)
        activation = activation_named(activation)
        units = validated_choices(hidden, l2, l2_on, activation, loss)
        targets, labels = validated_targets(y, loss)
        n_outputs = len(targets) if labels is None else len(labels)
        require_parameters((inputs.shape[1], *units, n_outputs))
        return cls(
            inputs=np.vstack([inputs.T, np.ones(len(inputs))]),
            targets=targets,
            l2=np.asarray(l2, dtype=np.float64),
            weights=point_weights(targets, labels, class_weights, loss),
            n_outputs=n_outputs,
            hidden=units,
            activation=activation,
            loss_function=loss,
            penalises_biases=l2_on == "all",
            start_width=validated_widths(start_width),
        )

    # ---- shape ----------------------------------------------------------------------------------

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of every layer, inputs first; the outputs are one fewer in the shift-free form."""
        return (self.inputs.shape[0] - 1, *self.hidden, self.n_outputs - self.is_shift_free)

    @property
    def activation_name(self) -> str:
        """Name of the activation of the hidden units."""
        return self.activation.name

    @property
    def layout(self) -> Layout:
        """Where the weights of each layer stand in the parameter vector."""
        return Layout(self.sizes)

    @property
    def dimension(self) -> int:
        return self.layout.dimension

    def layers(self, x: Float[Array | np.ndarray, " d"]) -> list[Any]:
        """The matrices [units, inputs + 1] of all layers, views of the parameter vector `x` [d]."""
        return self.layout.split(x)

    def _vector_of(self, arrays: Arrays) -> Float[np.ndarray, " d"]:
        vector: Float[np.ndarray, " d"] = Layout.join(layer_matrices(arrays, self.layout.shapes))
        return vector

    # ---- loss and derivatives -------------------------------------------------------------------

    @property
    def has_true_derivatives(self) -> bool:
        """With an activation and a loss of the package of which it is known."""
        has_true_activation = self.activation.is_built_in and self.activation.has_true_derivatives
        return has_true_activation and is_own_word(self.loss_function, "has_true_derivatives")

    def loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        return self._data_loss.value(x) + self._penalty(x)

    def value_and_gradient(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"]]:
        value, gradient = self._data_loss.value_and_gradient(x)
        return value + self._penalty(x), gradient + 2 * self.l2 * self._penalised * x

    def value_gradient_hessian(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"], Float[Array, "d d"]]:
        value, gradient, hessian = self._data_loss.value_gradient_hessian(x)
        hessian = hessian + 2 * self.l2 * jnp.diag(self._penalised * jnp.ones(x.shape))
        return value + self._penalty(x), gradient + 2 * self.l2 * self._penalised * x, hessian

    @property
    def _data_loss(self) -> DataLoss:
        """The loss without its penalty."""
        return DataLoss(
            inputs=self.inputs,
            targets=self.targets,
            weights=self.weights,
            aggregation=self.loss_function.aggregation(
                self.n_outputs, is_shift_free=self.is_shift_free
            ),
            layout=self.layout,
            activation=self.activation,
            walkers=self.walkers_per_chunk,
        )

    def predict(
        self, x: Float[Array, " d"], inputs: Float[Array, "N inputs"]
    ) -> Float[Array, "N outputs"]:
        """Class probabilities [N classes], or values [N outputs] for a regression loss."""
        kind, outputs = self.output_kind, self.traced_outputs(x, inputs)
        predicted: Float[Array, "N outputs"] = (
            kind.probabilities(outputs) if kind.is_of_classes else kind.values(outputs)
        )
        return predicted

    def traced_outputs(
        self, x: Float[Array, " d"], inputs: Float[Array, "N inputs"]
    ) -> Float[Array, "N outputs"]:
        """Logits [N classes], or values [N outputs] for a regression loss, as JAX operations."""
        ones = jnp.ones((1, inputs.shape[0]))
        outputs = forward(self.layers(x), jnp.concatenate([inputs.T, ones]), self.activation)[-1]
        if self.is_shift_free:
            return (jnp.asarray(shift_free_basis(self.n_outputs)) @ outputs.value).T
        return outputs.value.T

    @with_float64
    def outputs(self, x: Float[np.ndarray, " d"], inputs: Any) -> Float[np.ndarray, "N outputs"]:
        return np.asarray(_compiled_outputs(self, jnp.asarray(x), jnp.asarray(inputs)))

    @property
    def _is_classifier(self) -> bool:
        return self.loss_function.is_classification

    @property
    def _penalised(self) -> Float[np.ndarray, " d"] | float:
        """1 for every parameter that is penalised, 0 for the others."""
        if self.penalises_biases:
            return 1.0
        return 1.0 - self.layout.is_bias

    def _penalty(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        return jnp.asarray(self.l2) * jnp.sum(self._penalised * x * x)

    @property
    def growth_doubt(self) -> str | None:
        if float(self.l2) == 0:
            return "without a penalty (l2 = 0) it need not grow where weights do"
        if not self.penalises_biases:
            return "biases have no penalty (l2_on), and it need not grow where they do"
        if not is_rebuilt_from_choices(self.loss_function):
            return f"the loss {self.loss_function.kind!r} is not known to have a least value"
        if not self.activation.is_built_in:
            return f"the activation {self.activation.name!r} is not known to be smooth"
        # Losses of the package have a least value, and the penalty grows with every parameter.
        return None

    def penalty(self, x: Float[np.ndarray, " d"]) -> float:
        """The part of the loss at `x` [d] that is the penalty, l2 · Σ θ²."""
        return float(self.l2) * float(np.sum(self._penalised * x * x))

    def auc_of_loss(self, values: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"] | None:
        """The area under the ROC curve that values of the loss [n] stand for; None if for none."""
        return self.loss_function.auc_of(values)

    @property
    def walkers_per_chunk(self) -> int:
        # Measured: the fewest operations are left to memory with some 6,400 points at once. More than four
        # walkers save nothing, and where a few are left at the end they are paid for with idle ones.
        return int(np.clip(6400 // self.inputs.shape[1], 2, 4))

    @property
    def has_cheap_hessian(self) -> bool:
        # Measured for 3,200 points: 4 gradients for a loss over points, 20 for one over pairs.
        return not self.loss_function.is_pairwise

    @property
    def prediction(self) -> Prediction:
        is_of_classes = self.output_kind.is_of_classes
        return Prediction.CLASS_PROBABILITIES if is_of_classes else Prediction.VALUES

    @property
    def output_kind(self) -> OutputKind:
        return self.loss_function.output_kind

    # ---- search ---------------------------------------------------------------------------------

    def start(self, key: PRNGKeyArray) -> Float[Array, " d"]:
        width_key, weight_key = jax.random.split(key)
        lower, upper = np.log(self.start_width)
        width = jnp.exp(jax.random.uniform(width_key, minval=lower, maxval=upper))
        return width * jax.random.normal(weight_key, (self.dimension,))

    @property
    def start_law(self) -> str:
        return f"normal weights, log-uniform width {self.start_width[0]:g}-{self.start_width[1]:g}"

    @property
    def symmetry(self) -> Symmetry:
        return HiddenUnitSymmetry(self.sizes, is_odd=self.activation.is_odd)

    @property
    def moves(self) -> Mapping[str, Move]:
        return {"one hidden unit": self._move_one_unit}

    def _move_one_unit(
        self, key: PRNGKeyArray, x: Float[Array, " d"], step: Float[Array, ""]
    ) -> Float[Array, " d"]:
        """Perturb the incoming and outgoing weights of one hidden unit, chosen at random."""
        unit_key, step_key = jax.random.split(key)
        belongs = jnp.asarray(self.layout.belongs_to_unit)
        unit = jax.random.randint(unit_key, (), 0, belongs.shape[0])
        return x + belongs[unit] * step * jax.random.normal(step_key, x.shape)

    def reduction(self) -> Reduction:
        if self.is_shift_free or not self._is_classifier:
            return Reduction(self)
        return ShiftFreeReduction(
            dataclasses.replace(self, is_shift_free=True),
            layout=self.layout,
            curvatures=self._shift_curvatures(),
        )

    def _shift_curvatures(self) -> Float[np.ndarray, " removed"]:
        """Curvatures of the penalty along the shifts of all logits that are penalised."""
        if self.l2 == 0:
            return np.zeros(0)
        columns = self.layout.shapes[-1][1]
        return np.full(columns - (not self.penalises_biases), 2 * float(self.l2))

    def as_defined(self) -> "NeuralNetwork":
        """A loss over pairs pair by pair, of points in the order of their classes."""
        if not self._is_classifier:
            return self
        labels = np.asarray(self.targets)
        counts = tuple(np.bincount(labels, minlength=self.n_outputs).tolist())
        by_definition = own_word(self.loss_function, "by_definition", lambda _: self.loss_function)
        loss_function = by_definition(counts)
        if loss_function is self.loss_function:
            return self
        in_order = self.with_rows(np.argsort(labels, kind="stable"))
        return dataclasses.replace(in_order, loss_function=loss_function)

    def without_switches(self) -> "NeuralNetwork":
        without = own_word(self.loss_function, "without_switches", lambda: self.loss_function)
        return dataclasses.replace(self, loss_function=without())

    # ---- another penalty, other data ------------------------------------------------------------

    @property
    def parameters(self) -> Mapping[str, float]:
        return {"l2": float(self.l2)}

    def with_parameter(self, name: str, value: Float[Array, ""] | float) -> "NeuralNetwork":
        if name != "l2":
            super().with_parameter(name, value)  # which refuses it
        return dataclasses.replace(self, l2=as_float64(value))

    @property
    def n_rows(self) -> int:
        """N, the number of data points."""
        return self.inputs.shape[1]

    def with_rows(self, rows: Int[np.ndarray | Array, " M"]) -> "NeuralNetwork":
        """The same network over these rows [M] of its data; a row may occur more than once."""
        # Rows that are drawn inside a compiled loop cannot index what NumPy holds.
        as_array = jnp.asarray if isinstance(rows, jax.Array) else np.asarray
        return dataclasses.replace(
            self,
            inputs=as_array(self.inputs)[:, rows],
            targets=as_array(self.targets)[..., rows],
            weights=None if self.weights is None else as_array(self.weights)[rows],
        )

    # ---- identity -------------------------------------------------------------------------------

    def choices(self) -> dict[str, Any]:
        shared_choices = {
            "hidden": list(self.hidden),
            "activation": self.activation.name,
            "loss": self.loss_function.choices(),
            "l2": float(self.l2),
            "l2_on": "all" if self.penalises_biases else "weights",
            "n_outputs": self.n_outputs,
            **({"is_shift_free": True} if self.is_shift_free else {}),
        }
        if self.is_portable:
            return shared_choices
        probes = np.random.default_rng(20_263).normal(size=(N_PROBES, self.dimension))
        return {**shared_choices, "values": losses_at_probes(self, probes)}

    @property
    def is_portable(self) -> bool:
        """False with an activation, loss or surrogate of the user's own, which a file cannot hold."""
        is_known = self.activation.is_built_in and is_rebuilt_from_choices(self.loss_function)
        return super().is_portable and is_known

    def unhashed_choices(self) -> dict[str, Any]:
        return {"start_width": list(self.start_width)}

    @property
    def training_inputs(self) -> Float[np.ndarray, "N inputs"]:
        """Inputs of the data [N inputs]."""
        return np.asarray(self.inputs[:-1]).T

    @property
    def training_targets(self) -> np.ndarray:
        """Numbers of the classes of the data [N], or values [outputs N]."""
        return np.asarray(self.targets)

    def arrays(self) -> dict[str, np.ndarray]:
        data = {"inputs": self.training_inputs, "targets": self.training_targets}
        return data if self.weights is None else {**data, "weights": np.asarray(self.weights)}

    @property
    def loss_unit(self) -> float:
        """One for classes; the variance of the values where that is tiny or huge."""
        if self.loss_function.is_classification:
            return 1.0
        return unit_from([0.0, float(np.var(np.asarray(self.targets)))])

    def coordinate_name(self, i: int) -> str:
        """The layer, counted from 1, and the place in its matrix of weights, or its bias."""
        ends = self.layout.ends
        layer = int(np.searchsorted(ends, i, side="right"))
        units, columns = self.layout.shapes[layer]
        unit, column = divmod(i - (ends[layer] - units * columns), columns)
        if column == columns - 1:
            return f"layer {layer + 1} bias[{unit}]"
        return f"layer {layer + 1} weight[{unit}, {column}]"

    @property
    def name(self) -> str:
        layers = "-".join(str(n) for n in (self.sizes[0], *self.hidden, self.n_outputs))
        scope = "" if self.penalises_biases else " on weights"
        return (
            f"{layers} {self.activation.name} network, {self.loss_function.name}, "
            f"l2 {float(self.l2):g}{scope}"
        )

    @classmethod
    def from_record(
        cls, choices: Mapping[str, Any], arrays: Mapping[str, np.ndarray]
    ) -> "NeuralNetwork":
        inputs = arrays["inputs"]
        return cls(
            inputs=np.vstack([inputs.T, np.ones(len(inputs))]),
            targets=arrays["targets"],
            l2=np.asarray(choices["l2"], dtype=np.float64),
            weights=arrays.get("weights"),
            n_outputs=choices["n_outputs"],
            hidden=tuple(choices["hidden"]),
            activation=activation_named(choices["activation"]),
            loss_function=losses.from_choices(choices["loss"]),
            penalises_biases=choices["l2_on"] == "all",
            start_width=tuple(choices.get("start_width", _START_WIDTH)),
            is_shift_free=choices.get("is_shift_free", False),
        )


@jax.jit
def _compiled_outputs(
    problem: NeuralNetwork, x: Float[Array, " d"], inputs: Float[Array, "N inputs"]
) -> Float[Array, "N outputs"]:
    return problem.traced_outputs(x, inputs)
