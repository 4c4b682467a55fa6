"""Feed-forward networks with hand-derived gradients and exact Hessians in matrix form."""

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from .activations import ACTIVATIONS, Activation
from .layered_hessian import LayerState, hessian_blocks
from .losses import CrossEntropy, OutputTerms, shift_free_basis
from .problem import Move, Problem, Reduction
from .symmetry import HiddenUnitSymmetry, Symmetry

# Intermediates of one chunk of walkers and data should stay within a core's second-level cache.
_CACHE_BYTES = 2 << 20
_LOSSES = {"cross_entropy": CrossEntropy}

Share = Float[Array, ""] | Float[Array, " B"]
"""What each data point contributes to the mean: one number for all, or one for each."""


class NeuralNetwork(Problem):
    """The loss of a feed-forward classifier over one fixed data set.

    L(θ) = (1/N) Σ_n −ln p_{c_n}(x_n; θ) + l2 · Σ θ², the penalty over all weights and biases.
    The parameter vector holds, layer after layer, the matrix [units, inputs + 1] of incoming
    weights with the bias as the last column, in row-major order.

    For softmax outputs the search runs on the equivalent problem without the shift of all logits
    that the softmax does not see (`reduction`); everything reported is for the full vector.
    """

    inputs: Float[np.ndarray | Array, "inputs_plus_1 N"]
    targets: Int[np.ndarray | Array, " N"]
    l2: Float[np.ndarray | Array, ""]
    n_classes: int = eqx.field(static=True)
    hidden: tuple[int, ...] = eqx.field(static=True)
    activation_name: str = eqx.field(static=True)
    loss_function: CrossEntropy = eqx.field(static=True)
    start_width: tuple[float, float] = eqx.field(static=True)
    is_shift_free: bool = eqx.field(static=True, default=False)

    kind = "neural_network"

    @classmethod
    def from_data(
        cls,
        x: Float[np.ndarray, "N inputs"],
        y: np.ndarray,
        *,
        hidden: Sequence[int] = (5,),
        loss: CrossEntropy | None = None,
        l2: float = 1e-5,
        activation: str = "tanh",
        start_width: tuple[float, float] = (4.0, 16.0),
    ) -> "NeuralNetwork":
        """A network for the inputs `x` [N inputs] and the class labels `y` [N].

        Args:
            x: inputs, finite; best standardised.
            y: class of each row; labels are numbered in sorted order.
            hidden: units of each hidden layer.
            loss: a loss of the outputs; cross-entropy by default.
            l2: weight of the squared norm of all weights and biases; not negative.
            activation: of the hidden units: tanh, erf, sigmoid, softplus or swish.
            start_width: random starts have normal weights with a standard deviation that is drawn
                log-uniformly from this range, once a start. Wide starts find more distinct minima.

        Raises:
            ValueError: for data or choices that cannot be used; the message names the argument.
        """
        x, classes = _checked_data(x, y)
        hidden = _checked_choices(hidden, l2, activation, start_width)
        labels, targets = np.unique(classes, return_inverse=True)
        if len(labels) < 2:
            raise ValueError(
                f"y holds one class only ({labels[0]!r}); a classifier needs at least two. "
                "Check the target column."
            )
        n = len(x)
        return cls(
            inputs=np.vstack([x.T, np.ones(n)]),
            targets=targets.astype(np.int64),
            l2=np.asarray(l2, dtype=np.float64),
            n_classes=len(labels),
            hidden=hidden,
            activation_name=activation,
            loss_function=loss or CrossEntropy(),
            start_width=(float(start_width[0]), float(start_width[1])),
        )

    # ---- shape ----------------------------------------------------------------------------------

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of every layer, inputs first; the outputs are one fewer in the shift-free form."""
        return (self.inputs.shape[0] - 1, *self.hidden, self.n_classes - self.is_shift_free)

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Shape (units, inputs + 1) of each layer's matrix."""
        return tuple((n, m + 1) for m, n in zip(self.sizes[:-1], self.sizes[1:], strict=True))

    @property
    def dimension(self) -> int:
        return sum(n * m for n, m in self.shapes)

    @property
    def activation(self) -> Activation:
        return ACTIVATIONS[self.activation_name]

    def layers(self, x: Float[Array | np.ndarray, " d"]) -> list[Any]:
        """The matrices [units, inputs + 1] of all layers, views of the parameter vector `x` [d]."""
        matrices, at = [], 0
        for n, m in self.shapes:
            matrices.append(x[at : at + n * m].reshape(n, m))
            at += n * m
        return matrices

    # ---- loss and derivatives -------------------------------------------------------------------

    def loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        outputs = self._forward(self.layers(x), jnp.asarray(self.inputs))[-1].value
        values = self._output_terms(outputs, jnp.asarray(self.targets)).values
        return jnp.mean(values) + self.l2 * jnp.sum(x * x)

    def value_and_gradient(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"]]:
        matrices = self.layers(x)

        def block(
            inputs: Float[Array, "m B"], targets: Int[Array, " B"], share: Share
        ) -> tuple[Float[Array, ""], list[Float[Array, "_ _"]]]:
            states = self._forward(matrices, inputs)
            terms = self._output_terms(states[-1].value, targets)
            deltas = _backward(matrices, states, terms.residuals * share)
            return jnp.sum(terms.values * share), _layer_gradients(inputs, states, deltas)

        value, gradients = self._sum_over_data(block, rows=4 * sum(self.sizes[1:]))
        gradient = jnp.concatenate([g.ravel() for g in gradients])
        return value + self.l2 * jnp.sum(x * x), gradient + 2 * self.l2 * x

    def value_gradient_hessian(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"], Float[Array, "d d"]]:
        matrices = self.layers(x)

        def block(
            inputs: Float[Array, "m B"], targets: Int[Array, " B"], share: Share
        ) -> tuple[Any, ...]:
            states = self._forward(matrices, inputs)
            terms = self._output_terms(states[-1].value, targets)
            deltas = _backward(matrices, states, terms.residuals * share)
            with_ones = [inputs] + [jnp.concatenate([s.below, inputs[-1:]]) for s in states[1:]]
            blocks = hessian_blocks(
                matrices, with_ones, states, deltas, terms.curvatures * share, self.activation
            )
            return jnp.sum(terms.values * share), _layer_gradients(inputs, states, deltas), blocks

        value, gradients, blocks = self._sum_over_data(block, rows=2 * self.dimension)
        gradient = jnp.concatenate([g.ravel() for g in gradients])
        hessian = jnp.block(blocks) + 2 * self.l2 * jnp.eye(self.dimension)
        return value + self.l2 * jnp.sum(x * x), gradient + 2 * self.l2 * x, hessian

    def predict(
        self, x: Float[Array, " d"], inputs: Float[Array, "N inputs"]
    ) -> Float[Array, "N classes"]:
        """Class probabilities [N classes] of the network with parameters `x` [d]."""
        ones = jnp.ones((1, inputs.shape[0]))
        outputs = self._forward(self.layers(x), jnp.concatenate([inputs.T, ones]))[-1].value
        return jax.nn.softmax(outputs, axis=0).T

    def _forward(
        self, matrices: list[Float[Array, "_ _"]], inputs: Float[Array, "m B"]
    ) -> list[LayerState]:
        """State of every layer, inputs to outputs."""
        states, below = [], inputs[:-1]
        for at, matrix in enumerate(matrices):
            # The row of ones spares a pass over the data for the bias where the inputs are constant.
            a = matrix @ inputs if at == 0 else matrix[:, :-1] @ below + matrix[:, -1:]
            h = self.activation.value(a) if at < len(matrices) - 1 else a
            states.append(LayerState(below, a, h, self.activation.slope(a, h)))
            below = h
        return states

    def _output_terms(self, outputs: Float[Array, "m B"], targets: Int[Array, " B"]) -> OutputTerms:
        if self.is_shift_free:
            return self.loss_function.shift_free_terms(outputs, targets)
        return self.loss_function.terms(outputs, targets)

    def _sum_over_data(self, block: Any, rows: int) -> Any:
        """Sum `block` over pieces of the data small enough for `rows` doubles a point to stay cached."""
        n = self.inputs.shape[1]
        pieces = max(1, min(n // 64, round(rows * n * 8 * self.walkers_per_chunk / _CACHE_BYTES)))
        if pieces == 1:
            return block(jnp.asarray(self.inputs), jnp.asarray(self.targets), jnp.asarray(1 / n))
        size = -(-n // pieces)
        # Points of padding have no share in the mean.
        padded = [
            _pad_last(a, pieces * size).reshape(*a.shape[:-1], pieces, size)
            for a in (self.inputs, self.targets, np.full(n, 1 / n))
        ]
        pieces_first = (jnp.moveaxis(padded[0], 1, 0), padded[1], padded[2])
        shapes = jax.eval_shape(block, *(a[0] for a in pieces_first))
        zero = jax.tree.map(lambda s: jnp.zeros(s.shape, s.dtype), shapes)

        def add(total: Any, piece: Any) -> tuple[Any, None]:
            return jax.tree.map(jnp.add, total, block(*piece)), None

        return jax.lax.scan(add, zero, pieces_first)[0]

    @property
    def walkers_per_chunk(self) -> int:
        # Measured: the fewest operations are left to memory with some 6,400 points at once.
        return int(np.clip(6400 // self.inputs.shape[1], 2, 16))

    # ---- search ---------------------------------------------------------------------------------

    def start(self, key: PRNGKeyArray) -> Float[Array, " d"]:
        width_key, weight_key = jax.random.split(key)
        low, high = np.log(self.start_width)
        width = jnp.exp(jax.random.uniform(width_key, minval=low, maxval=high))
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
        owners = jnp.asarray(_unit_membership(self.sizes))
        unit = jax.random.randint(unit_key, (), 0, owners.shape[0])
        return x + owners[unit] * step * jax.random.normal(step_key, x.shape)

    def reduction(self) -> Reduction:
        if self.is_shift_free:
            return Reduction(self)
        return _ShiftFreeReduction(dataclasses.replace(self, is_shift_free=True))

    # ---- other data -----------------------------------------------------------------------------

    @property
    def n_rows(self) -> int:
        """N, the number of data points."""
        return self.inputs.shape[1]

    def with_rows(self, rows: Int[np.ndarray, " M"]) -> "NeuralNetwork":
        """The same network over these rows [M] of its data; a row may occur more than once."""
        return dataclasses.replace(
            self, inputs=np.asarray(self.inputs)[:, rows], targets=np.asarray(self.targets)[rows]
        )

    # ---- identity -------------------------------------------------------------------------------

    def choices(self) -> dict[str, Any]:
        return {
            "hidden": list(self.hidden),
            "activation": self.activation_name,
            "loss": self.loss_function.name,
            "l2": float(self.l2),
            "n_classes": self.n_classes,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        return {"inputs": np.asarray(self.inputs[:-1]).T, "targets": np.asarray(self.targets)}

    @property
    def name(self) -> str:
        layers = "-".join(str(n) for n in (self.sizes[0], *self.hidden, self.n_classes))
        return f"{layers} {self.activation_name} network, {self.loss_function.name}, l2 {float(self.l2):g}"

    @classmethod
    def from_record(
        cls, choices: Mapping[str, Any], arrays: Mapping[str, np.ndarray]
    ) -> "NeuralNetwork":
        return cls.from_data(
            arrays["inputs"],
            arrays["targets"],
            hidden=choices["hidden"],
            loss=_LOSSES[choices["loss"]](),
            l2=choices["l2"],
            activation=choices["activation"],
        )


class _ShiftFreeReduction(Reduction):
    """Output weights and biases in an orthonormal basis of the logits that sum to zero.

    Softmax does not see the removed directions; only the penalty does, with curvature 2·l2 along
    each of them (SCIENCE: LPPHE of the full vector has (units + 1) ln(2·l2) more).
    """

    problem: NeuralNetwork

    def expand(self, z: Float[np.ndarray, "... m"]) -> Float[np.ndarray, "... d"]:
        body, output = self._split(z, self.problem.n_classes - 1)
        return self._join(body, self._basis @ output)

    def contract(self, x: Float[np.ndarray, "... d"]) -> Float[np.ndarray, "... m"]:
        body, output = self._split(x, self.problem.n_classes)
        return self._join(body, self._basis.T @ output)

    @property
    def complement_spectrum(self) -> Float[np.ndarray, " removed"]:
        removed = self.problem.shapes[-1][1]
        l2 = float(self.problem.l2)
        return np.full(removed, 2 * l2) if l2 > 0 else np.zeros(0)

    @property
    def _basis(self) -> Float[np.ndarray, "classes contrasts"]:
        return shift_free_basis(self.problem.n_classes)

    def _split(
        self, x: Float[np.ndarray, "... d"], rows: int
    ) -> tuple[Float[np.ndarray, "... b"], Float[np.ndarray, "... rows columns"]]:
        x = np.asarray(x, dtype=np.float64)
        columns = self.problem.shapes[-1][1]
        at = x.shape[-1] - rows * columns
        return x[..., :at], x[..., at:].reshape(*x.shape[:-1], rows, columns)

    @staticmethod
    def _join(
        body: Float[np.ndarray, "... b"], output: Float[np.ndarray, "... rows columns"]
    ) -> Float[np.ndarray, "... d"]:
        flat = output.reshape(*body.shape[:-1], output.shape[-2] * output.shape[-1])
        return np.concatenate([body, flat], axis=-1)


def _backward(
    matrices: list[Float[Array, "_ _"]], states: list[LayerState], residuals: Float[Array, "k B"]
) -> list[Float[Array, "_ B"]]:
    """∂L/∂a of every layer, inputs to outputs."""
    deltas = [residuals]
    for matrix, state in zip(matrices[:0:-1], states[-2::-1], strict=True):
        deltas.insert(0, (matrix[:, :-1].T @ deltas[0]) * state.slope)
    return deltas


def _layer_gradients(
    inputs: Float[Array, "m B"], states: list[LayerState], deltas: list[Float[Array, "_ B"]]
) -> list[Float[Array, "_ _"]]:
    first = deltas[0] @ inputs.T
    return [first] + [
        jnp.concatenate([delta @ state.below.T, delta.sum(axis=1, keepdims=True)], axis=1)
        for state, delta in zip(states[1:], deltas[1:], strict=True)
    ]


def _pad_last(a: Array | np.ndarray, length: int) -> Array:
    """Pad the last axis with zeros: points of zero weight add nothing."""
    return jnp.pad(jnp.asarray(a), [(0, 0)] * (a.ndim - 1) + [(0, length - a.shape[-1])])


def _unit_membership(sizes: tuple[int, ...]) -> Float[np.ndarray, "units d"]:
    """For every hidden unit, 1 at its incoming weights, bias and outgoing weights, 0 elsewhere."""
    shapes = [(n, m + 1) for m, n in itertools.pairwise(sizes)]
    rows = []
    for layer in range(len(shapes) - 1):
        for unit in range(shapes[layer][0]):
            masks = [np.zeros(shape) for shape in shapes]
            masks[layer][unit] = 1
            masks[layer + 1][:, unit] = 1
            rows.append(np.concatenate([mask.ravel() for mask in masks]))
    return np.array(rows)


def _checked_data(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y)
    if x.ndim != 2 or y.shape != x.shape[:1]:
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
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        raise ValueError("y holds NaN or infinite values. Drop those rows.")
    return x, y


def _checked_choices(
    hidden: Sequence[int], l2: float, activation: str, start_width: tuple[float, float]
) -> tuple[int, ...]:
    units = tuple(int(n) for n in hidden)
    if not units or min(units) < 1:
        raise ValueError(
            f"hidden must list at least one layer of at least one unit, got {list(hidden)}."
        )
    if not (np.isfinite(l2) and l2 >= 0):
        raise ValueError(f"l2 must be zero or positive, got {l2}. The default is 1e-5.")
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, got {activation!r}.")
    if not 0 < start_width[0] <= start_width[1]:
        raise ValueError(f"start_width must be 0 < low <= high, got {start_width}.")
    return units
