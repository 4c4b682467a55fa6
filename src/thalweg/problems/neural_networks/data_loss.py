"""The part of a network's loss that the data make, with its gradient and Hessian in matrix form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Num

from ..losses.aggregation import LossAggregation, Share
from .activations import Activation
from .hessian import hessian_blocks
from .layers import backward, forward, layer_gradients, point_gradients, with_biases
from .layout import Layout
from .pieces import T, number_of_pieces, sum_in_pieces


@dataclass(frozen=True)
class DataLoss:
    """Σ_n share_n ℓ(outputs(x_n; θ), y_n), or a mean over pairs of points, without a penalty.

    Attributes:
        inputs: of all points, with a last row of ones.
        targets: as the loss wants them.
        weights: of the points, of mean one; None if all count the same.
        aggregation: how outputs and targets become a number.
        layout: of the parameters.
        activation: of the hidden units.
        walkers: how many of them are evaluated at once, which decides how many points are.
    """

    inputs: Float[np.ndarray | Array, "inputs_plus_1 N"]
    targets: Num[np.ndarray | Array, "... N"]
    weights: Float[np.ndarray | Array, " N"] | None
    aggregation: LossAggregation
    layout: Layout
    activation: Activation
    walkers: int

    def value(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        """The loss at `x` [d]."""
        matrices, aggregation = self.layout.split(x), self.aggregation
        field = self._field(matrices)

        def block(
            inputs: Float[Array, "m B"], targets: Num[Array, "... B"], share: Share
        ) -> Float[Array, ""]:
            outputs = forward(matrices, inputs, self.activation)[-1].value
            return aggregation.value_and_residuals(outputs, targets, share, field)[0]

        return self._sum(block, rows=self._rows_of_a_pass)

    def value_and_gradient(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"]]:
        """Loss and gradient [d] at `x` [d]."""
        matrices, aggregation = self.layout.split(x), self.aggregation
        field = self._field(matrices)

        def block(
            inputs: Float[Array, "m B"], targets: Num[Array, "... B"], share: Share
        ) -> tuple[Float[Array, ""], list[Float[Array, "_ _"]]]:
            states = forward(matrices, inputs, self.activation)
            value, residuals = aggregation.value_and_residuals(
                states[-1].value, targets, share, field
            )
            return value, layer_gradients(inputs, states, backward(matrices, states, residuals))

        value, gradients = self._sum(block, rows=self._rows_of_a_pass)
        return value, self.layout.join(gradients)

    def value_gradient_hessian(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"], Float[Array, "d d"]]:
        """Loss, gradient [d] and Hessian [d d] at `x` [d]."""
        matrices, aggregation = self.layout.split(x), self.aggregation
        field = self._field(matrices)

        def block(
            inputs: Float[Array, "m B"], targets: Num[Array, "... B"], share: Share
        ) -> tuple[Any, ...]:
            states = forward(matrices, inputs, self.activation)
            outputs = states[-1].value
            value, residuals = aggregation.value_and_residuals(outputs, targets, share, field)
            deltas = backward(matrices, states, residuals)
            curvatures = aggregation.curvatures(outputs, targets, share, field)
            below = with_biases(inputs, states)
            blocks = hessian_blocks(matrices, below, states, deltas, curvatures, self.activation)

            def gradients_of(slopes: Float[Array, "k B"]) -> Float[Array, "B d"]:
                return point_gradients(inputs, states, backward(matrices, states, slopes))

            pairs = aggregation.slope_totals(outputs, targets, share, gradients_of)
            return value, layer_gradients(inputs, states, deltas), blocks, pairs

        value, gradients, blocks, pairs = self._sum(block, rows=2 * self.layout.dimension)
        hessian = jnp.block(blocks) + aggregation.coupling(pairs, field)
        return value, self.layout.join(gradients), hessian

    @property
    def _rows_of_a_pass(self) -> int:
        """Intermediate numbers per point of a pass forward and back."""
        return 4 * sum(self.layout.sizes[1:])

    def _field(self, matrices: list[Float[Array, "_ _"]]) -> Any:
        """What each point needs from all the others, computed in a first pass, if the loss needs one."""
        aggregation = self.aggregation
        if not aggregation.needs_first_pass:
            return None

        def block(inputs: Float[Array, "m B"], targets: Num[Array, "... B"], share: Share) -> Any:
            outputs = forward(matrices, inputs, self.activation)[-1].value
            return aggregation.totals(outputs, targets, share)

        totals = self._sum(block, rows=self._rows_of_a_pass)
        return aggregation.field(totals, jnp.asarray(self.targets))

    def _sum(self, block: Callable[..., T], rows: int) -> T:
        """Sum `block` over the data; it has `rows` intermediate numbers per point."""
        n = self.inputs.shape[1]
        share = np.asarray(1 / n) if self.weights is None else self.weights / n
        n_pieces = number_of_pieces(n, rows=rows, walkers=self.walkers)
        if self.aggregation.needs_all_points:
            n_pieces = 1
        inputs, targets = jnp.asarray(self.inputs), jnp.asarray(self.targets)
        return sum_in_pieces(block, inputs, targets, jnp.asarray(share), n_pieces)
