"""What all ways to sum a loss over pairs share: derivatives by the outputs from those by the scores."""

import abc
from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, Num

from .aggregation import LossAggregation, Share
from .scores import ClassScores, class_scores


class PairAggregation(LossAggregation):
    """Sums a loss over pairs: all points first, then what each point adds given all the others.

    The field has an entry for each scored class, with the mean over its pairs as `value`.
    """

    def __init__(self, n_classes: int, *, is_shift_free: bool) -> None:
        self._n_classes, self._is_shift_free = n_classes, is_shift_free

    @property
    def scored_classes(self) -> tuple[int, ...]:
        """The classes that are ranked against the rest: of two, the second."""
        return (1,) if self._n_classes == 2 else tuple(range(self._n_classes))

    @property
    def needs_first_pass(self) -> bool:
        return True

    @staticmethod
    def mean_value(field: list[Any]) -> Float[Array, ""]:
        """The loss: the mean over the scored classes."""
        return jnp.mean(jnp.stack([of_class.value for of_class in field]))

    @abc.abstractmethod
    def slopes_of(
        self, scores: Float[Array, " B"], is_positive: Bool[Array, " B"], field: Any
    ) -> Float[Array, " B"]:
        """Derivatives [B] of the mean over the pairs of a class by the scores [B]."""

    @abc.abstractmethod
    def bends_of(
        self, scores: Float[Array, " B"], is_positive: Bool[Array, " B"], field: Any
    ) -> Float[Array, " B"]:
        """Second derivatives [B] of that mean by each score alone."""

    @abc.abstractmethod
    def coupling_of(self, slope_totals: Any, field: Any) -> Float[Array, "d d"]:
        """Contribution of pairs of different points to the Hessian of that mean."""

    def value_and_residuals(
        self,
        outputs: Float[Array, "k B"],
        targets: Num[Array, "... B"],
        share: Share,
        field: list[Any],
    ) -> tuple[Float[Array, ""], Float[Array, "k B"]]:
        scores = self._scores(outputs, 1)
        slopes = self._slopes(scores, targets, field)
        residuals = jnp.zeros_like(outputs)
        for slope, by_outputs in zip(slopes, scores.slope, strict=True):
            residuals += slope * by_outputs
        # The mean is known from the first pass; blocks share it by their points.
        part = self.mean_value(field) * jnp.sum(jnp.broadcast_to(share, targets.shape))
        return part, without_padding(residuals, share)

    def curvatures(
        self,
        outputs: Float[Array, "k B"],
        targets: Num[Array, "... B"],
        share: Share,
        field: list[Any],
    ) -> Float[Array, "k k B"]:
        scores = self._scores(outputs, 2)
        slopes = self._slopes(scores, targets, field)
        total = jnp.zeros_like(scores.bend[0])
        for k, of_class in enumerate(field):
            is_positive, slope = targets == scores.classes[k], scores.slope[k]
            bends = self.bends_of(scores.value[k], is_positive, of_class)
            total += slopes[k] * scores.bend[k] + bends / len(field) * slope[:, None] * slope[None]
        return without_padding(total, share)

    def coupling(self, slope_totals: list[Any], field: list[Any]) -> Float[Array, "d d"]:
        each = [self.coupling_of(*pair) for pair in zip(slope_totals, field, strict=True)]
        return sum(each[1:], start=each[0]) / len(field)

    def _scores(self, outputs: Float[Array, "k B"], derivatives: int) -> ClassScores:
        return class_scores(outputs, is_shift_free=self._is_shift_free, derivatives=derivatives)

    def _slopes(
        self, scores: ClassScores, targets: Int[Array, " B"], field: list[Any]
    ) -> list[Float[Array, " B"]]:
        return [
            self.slopes_of(x, targets == c, of_class) / len(field)
            for of_class, x, c in zip(field, scores.value, scores.classes, strict=True)
        ]


def without_padding(values: Float[Array, "... B"], share: Share) -> Float[Array, "... B"]:
    """Zero where a block has no point."""
    return values if share.ndim == 0 else values * (share > 0)
