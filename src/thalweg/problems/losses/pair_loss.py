"""Losses that are a mean over pairs of points of different classes."""

import abc
from functools import lru_cache

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Num

from . import pair_sums
from .aggregation import LossAggregation, PointGradients, Share
from .base import Loss
from .pair_aggregation import PairAggregation
from .pair_sums import PairExpansion, PairField, PairKernel


class PairLoss(Loss):
    """A mean over pairs (p, n) of a point of a class and one of the others of a kernel s(z).

    z is the difference of their softmax probabilities of that class, x_p − x_n. For more than two
    classes the loss is the mean of one against the rest. The sum over pairs costs O(N) (`pair_sums`),
    and its value is exact to 1e-10. `kernel` is all that a new loss has to supply, besides `kind`.
    """

    is_pairwise = True
    makes_loss = Loss.makes_loss | {"kernel", "expansion"}

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

    @property
    def has_plain_kernel(self) -> bool:
        """Whether the kernel is made of operations that JAX derives exactly; not known of one of your own."""
        return False

    def __call__(
        self, outputs: Float[Array, "N outputs"], targets: Num[Array, "N ..."]
    ) -> Float[Array, ""]:
        """Mean loss of the logits `outputs` [N classes] for the classes `targets` [N].

        NaN if a class has no point.
        """
        aggregation = ExpandedPairs(self.expansion, outputs.shape[1], is_shift_free=False)
        totals = aggregation.totals(outputs.T, targets, jnp.ones(()))
        return aggregation.mean_value(aggregation.field(totals, targets))

    def aggregation(self, n_classes: int, *, is_shift_free: bool) -> LossAggregation:
        return ExpandedPairs(self.expansion, n_classes, is_shift_free=is_shift_free)

    def by_definition(self, counts: tuple[int, ...]) -> Loss:
        """The mean over all pairs of points that stand in the order of their classes, `counts` of each."""
        from .double_sum import DoubleSum

        return DoubleSum(self, counts)


@lru_cache(maxsize=64)
def _expansion_of(loss: PairLoss) -> PairExpansion:
    return pair_sums.expand(loss.kernel)


class ExpandedPairs(PairAggregation):
    """Sums over pairs by the expansion of the kernel, in time linear in the points."""

    def __init__(self, expansion: PairExpansion, n_classes: int, *, is_shift_free: bool) -> None:
        super().__init__(n_classes, is_shift_free=is_shift_free)
        self._expansion = expansion

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
        counts = [jnp.sum(targets == c) * 1.0 for c in self.scored_classes]
        n = targets.shape[-1]
        return [
            pair_sums.pair_field(self._expansion, total, count * (n - count))
            for total, count in zip(totals, counts, strict=True)
        ]

    def slopes_of(
        self, scores: Float[Array, " B"], is_positive: Bool[Array, " B"], field: PairField
    ) -> Float[Array, " B"]:
        return pair_sums.slopes(self._expansion, field, scores, is_positive)

    def bends_of(
        self, scores: Float[Array, " B"], is_positive: Bool[Array, " B"], field: PairField
    ) -> Float[Array, " B"]:
        return pair_sums.bends(self._expansion, field, scores, is_positive)

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

    def coupling_of(
        self, slope_totals: Float[Array, "cells q d"], field: PairField
    ) -> Float[Array, "d d"]:
        return pair_sums.coupling(self._expansion, slope_totals, field.pairs)


def _is_point(share: Share) -> Bool[Array, " B"] | None:
    """Which entries of a block are no padding; None if all are points."""
    return None if share.ndim == 0 else share > 0
