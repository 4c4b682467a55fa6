"""What a loss says of a network's outputs on a block of data: over points, or over pairs of points.

Both kinds answer the same questions, so that the network sums blocks without asking which it has. A
loss over pairs needs a first pass over all data (`totals`, `field`) before any block has derivatives.
"""

import abc
from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float, Num

from ..losses.approximate_auc import ApproximateAUC, ClassScores, class_counts, class_scores
from ..losses.base import Loss, OutputTerms
from .layers import LayerState, backward, point_gradients

Share = Float[Array, ""] | Float[Array, " B"]
"""What each data point contributes to the mean: one number for all, or one for each; 0 for padding."""


class LossAggregation(abc.ABC):
    """How one loss reads outputs [k B] and targets of a block."""

    needs_first_pass: bool

    @abc.abstractmethod
    def totals(
        self, outputs: Float[Array, "k B"], targets: Num[Array, "... B"], share: Share
    ) -> Any:
        """What the first pass sums over blocks."""

    @abc.abstractmethod
    def field(self, totals: Any, targets: Num[Array, "... N"]) -> Any:
        """What all points feel, from the totals over all data and all targets."""

    @abc.abstractmethod
    def value_and_residuals(
        self,
        outputs: Float[Array, "k B"],
        targets: Num[Array, "... B"],
        share: Share,
        field: Any,
    ) -> tuple[Float[Array, ""], Float[Array, "k B"]]:
        """This block's part of the loss, and its derivatives by the outputs."""

    @abc.abstractmethod
    def curvatures(
        self,
        outputs: Float[Array, "k B"],
        targets: Num[Array, "... B"],
        share: Share,
        field: Any,
    ) -> Float[Array, "k k B"]:
        """Second derivatives by the outputs of one point each."""

    def slope_totals(
        self,
        matrices: list[Float[Array, "_ _"]],
        inputs: Float[Array, "m B"],
        states: list[LayerState],
        targets: Num[Array, "... B"],
        share: Share,
    ) -> Any:
        """What the coupling of points needs of this block; nothing by default."""
        return ()

    def coupling(self, slope_totals: Any, field: Any) -> Float[Array, "d d"] | float:
        """What pairs of different points add to the Hessian; nothing by default."""
        return 0.0


class PointAggregation(LossAggregation):
    """A loss that is a mean over points."""

    needs_first_pass = False

    def __init__(self, loss: Loss, *, is_shift_free: bool) -> None:
        self._loss, self._is_shift_free = loss, is_shift_free

    def _terms(self, outputs: Float[Array, "k B"], targets: Num[Array, "... B"]) -> OutputTerms:
        if self._is_shift_free:
            return self._loss.shift_free_terms(outputs, targets)
        return self._loss.terms(outputs, targets)

    def totals(
        self, outputs: Float[Array, "k B"], targets: Num[Array, "... B"], share: Share
    ) -> Any:
        return ()

    def field(self, totals: Any, targets: Num[Array, "... N"]) -> Any:
        return None

    def value_and_residuals(
        self,
        outputs: Float[Array, "k B"],
        targets: Num[Array, "... B"],
        share: Share,
        field: Any,
    ) -> tuple[Float[Array, ""], Float[Array, "k B"]]:
        terms = self._terms(outputs, targets)
        return jnp.sum(terms.values * share), terms.residuals * share

    def curvatures(
        self,
        outputs: Float[Array, "k B"],
        targets: Num[Array, "... B"],
        share: Share,
        field: Any,
    ) -> Float[Array, "k k B"]:
        return self._terms(outputs, targets).curvatures * share


class PairAggregation(LossAggregation):
    """A loss that is a mean over pairs of points of different classes."""

    needs_first_pass = True

    def __init__(self, loss: ApproximateAUC, n_classes: int, *, is_shift_free: bool) -> None:
        self._loss, self._n_classes, self._is_shift_free = loss, n_classes, is_shift_free

    def _scores(self, outputs: Float[Array, "k B"], derivatives: int) -> ClassScores:
        return class_scores(outputs, is_shift_free=self._is_shift_free, derivatives=derivatives)

    def totals(
        self, outputs: Float[Array, "k B"], targets: Num[Array, "... B"], share: Share
    ) -> Any:
        return self._loss.totals(self._scores(outputs, 0), targets, _is_there(share))

    def field(self, totals: Any, targets: Num[Array, "... N"]) -> Any:
        classes = (1,) if self._n_classes == 2 else tuple(range(self._n_classes))
        return self._loss.fields(classes, totals, class_counts(targets, self._n_classes))

    def value_and_residuals(
        self,
        outputs: Float[Array, "k B"],
        targets: Num[Array, "... B"],
        share: Share,
        field: Any,
    ) -> tuple[Float[Array, ""], Float[Array, "k B"]]:
        residuals = self._loss.residuals(self._scores(outputs, 1), targets, field)
        # The mean is known from the first pass; blocks share it by their points.
        part = self._loss.mean_value(field) * jnp.sum(jnp.broadcast_to(share, targets.shape))
        return part, _without_padding(residuals, share)

    def curvatures(
        self,
        outputs: Float[Array, "k B"],
        targets: Num[Array, "... B"],
        share: Share,
        field: Any,
    ) -> Float[Array, "k k B"]:
        found = self._loss.curvatures(self._scores(outputs, 2), targets, field)
        return _without_padding(found, share)

    def slope_totals(
        self,
        matrices: list[Float[Array, "_ _"]],
        inputs: Float[Array, "m B"],
        states: list[LayerState],
        targets: Num[Array, "... B"],
        share: Share,
    ) -> Any:
        scores = self._scores(states[-1].value, 1)
        jacobians = [
            point_gradients(inputs, states, backward(matrices, states, slope))
            for slope in scores.slope
        ]
        return self._loss.slope_totals(scores, targets, _is_there(share), jacobians)

    def coupling(self, slope_totals: Any, field: Any) -> Float[Array, "d d"] | float:
        return self._loss.coupling(slope_totals, field)


def aggregation_of(loss: Loss, n_outputs: int, *, is_shift_free: bool) -> LossAggregation:
    """How a loss reads outputs."""
    if isinstance(loss, ApproximateAUC):
        return PairAggregation(loss, n_outputs, is_shift_free=is_shift_free)
    return PointAggregation(loss, is_shift_free=is_shift_free)


def _is_there(share: Share) -> Any:
    """Which points of a block are no padding; None if all are."""
    return None if share.ndim == 0 else share > 0


def _without_padding(values: Float[Array, "... B"], share: Share) -> Float[Array, "... B"]:
    return values if share.ndim == 0 else values * (share > 0)
