"""Losses that are a mean over pairs of points of different classes."""

import abc
from functools import lru_cache

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, Num

from . import pair_sums
from .aggregation import LossAggregation, PointGradients, Share
from .base import Loss
from .pair_sums import PairExpansion, PairField, PairKernel
from .scores import ClassScores, class_scores


class PairLoss(Loss):
    """A mean over pairs (p, n) of a point of a class and one of the others of a kernel s(z).

    z is the difference of their softmax probabilities of that class, x_p − x_n. For more than two
    classes the loss is the mean of one against the rest. The sum over pairs costs O(N) (`pair_sums`),
    and its value is exact to 1e-10. `kernel` is all that a new loss has to supply, besides `kind`.
    """

    is_pairwise = True

    @property
    @abc.abstractmethod
    def kernel(self) -> PairKernel:
        """s(z), smooth for z in [−1, 1]."""

    @property
    def expansion(self) -> PairExpansion:
        """The kernel as the sums over pairs need it.

        Raises:
            ValueError: if the kernel is too steep to be expanded.
        """
        return _expansion_of(self)

    def __call__(
        self, outputs: Float[Array, "N outputs"], targets: Num[Array, "N ..."]
    ) -> Float[Array, ""]:
        """Mean loss of the logits `outputs` [N classes] for the classes `targets` [N].

        NaN if a class has no point.
        """
        aggregation = PairAggregation(self.expansion, outputs.shape[1], is_shift_free=False)
        totals = aggregation.totals(outputs.T, targets, jnp.ones(()))
        return aggregation.mean_value(aggregation.field(totals, targets))

    def aggregation(self, n_classes: int, *, is_shift_free: bool) -> LossAggregation:
        return PairAggregation(self.expansion, n_classes, is_shift_free=is_shift_free)


@lru_cache(maxsize=64)
def _expansion_of(loss: PairLoss) -> PairExpansion:
    return pair_sums.expand(loss.kernel)


class PairAggregation(LossAggregation):
    """Sums a loss over pairs: all points first, then what each point adds given all the others."""

    def __init__(self, expansion: PairExpansion, n_classes: int, *, is_shift_free: bool) -> None:
        self._expansion, self._n_classes = expansion, n_classes
        self._is_shift_free = is_shift_free

    @property
    def needs_first_pass(self) -> bool:
        return True

    def totals(
        self, outputs: Float[Array, "k B"], targets: Num[Array, "... B"], share: Share
    ) -> list[Float[Array, "cells q"]]:
        scores, is_point = self._scores(outputs, 0), _is_point(share)
        return [
            pair_sums.sums(self._expansion, x, targets == c, is_point)
            for x, c in zip(scores.value, scores.classes, strict=True)
        ]

    def field(
        self, totals: list[Float[Array, "cells q"]], targets: Num[Array, "... N"]
    ) -> list[PairField]:
        """For each scored class the mean over its pairs, and the sum over the other points."""
        classes = (1,) if self._n_classes == 2 else range(self._n_classes)
        counts = [jnp.sum(targets == c) * 1.0 for c in classes]
        n = targets.shape[-1]
        return [
            pair_sums.pair_field(self._expansion, total, count * (n - count))
            for total, count in zip(totals, counts, strict=True)
        ]

    @staticmethod
    def mean_value(field: list[PairField]) -> Float[Array, ""]:
        """The loss: the mean over the scored classes."""
        return jnp.mean(jnp.stack([of_class.value for of_class in field]))

    def value_and_residuals(
        self,
        outputs: Float[Array, "k B"],
        targets: Num[Array, "... B"],
        share: Share,
        field: list[PairField],
    ) -> tuple[Float[Array, ""], Float[Array, "k B"]]:
        scores = self._scores(outputs, 1)
        slopes = self._slopes(scores, targets, field)
        residuals = jnp.zeros_like(outputs)
        for slope, by_outputs in zip(slopes, scores.slope, strict=True):
            residuals += slope * by_outputs
        # The mean is known from the first pass; blocks share it by their points.
        part = self.mean_value(field) * jnp.sum(jnp.broadcast_to(share, targets.shape))
        return part, _without_padding(residuals, share)

    def curvatures(
        self,
        outputs: Float[Array, "k B"],
        targets: Num[Array, "... B"],
        share: Share,
        field: list[PairField],
    ) -> Float[Array, "k k B"]:
        scores = self._scores(outputs, 2)
        slopes = self._slopes(scores, targets, field)
        total = jnp.zeros_like(scores.bend[0])
        for k, of_class in enumerate(field):
            is_positive, slope = targets == scores.classes[k], scores.slope[k]
            bends = pair_sums.bends(self._expansion, of_class, scores.value[k], is_positive)
            total += slopes[k] * scores.bend[k] + bends / len(field) * slope[:, None] * slope[None]
        return _without_padding(total, share)

    def slope_totals(
        self,
        outputs: Float[Array, "k B"],
        targets: Num[Array, "... B"],
        share: Share,
        point_gradients: PointGradients,
    ) -> list[Float[Array, "cells q d"]]:
        scores, is_point = self._scores(outputs, 1), _is_point(share)
        return [
            pair_sums.slope_sums(self._expansion, x, targets == c, is_point, point_gradients(slope))
            for x, c, slope in zip(scores.value, scores.classes, scores.slope, strict=True)
        ]

    def coupling(
        self, slope_totals: list[Float[Array, "cells q d"]], field: list[PairField]
    ) -> Float[Array, "d d"]:
        each = [
            pair_sums.coupling(self._expansion, total, of_class.pairs)
            for total, of_class in zip(slope_totals, field, strict=True)
        ]
        return sum(each[1:], start=each[0]) / len(field)

    # ---- by class ----------------------------------------------------------------------------------

    def _scores(self, outputs: Float[Array, "k B"], derivatives: int) -> ClassScores:
        return class_scores(outputs, is_shift_free=self._is_shift_free, derivatives=derivatives)

    def _slopes(
        self, scores: ClassScores, targets: Int[Array, " B"], field: list[PairField]
    ) -> list[Float[Array, " B"]]:
        return [
            pair_sums.slopes(self._expansion, of_class, x, targets == c) / len(field)
            for of_class, x, c in zip(field, scores.value, scores.classes, strict=True)
        ]


def _is_point(share: Share) -> Bool[Array, " B"] | None:
    """Which entries of a block are no padding; None if all are points."""
    return None if share.ndim == 0 else share > 0


def _without_padding(values: Float[Array, "... B"], share: Share) -> Float[Array, "... B"]:
    return values if share.ndim == 0 else values * (share > 0)
