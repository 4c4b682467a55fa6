"""A loss over pairs by its definition, pair by pair: slow, and without the error of an expansion."""

from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Num

from ..own_word import is_own_word
from .aggregation import LossAggregation, PointGradients, Share
from .pair_aggregation import PairAggregation
from .pair_loss import PairLoss
from .pair_sums import PairKernel
from .traced_kernel import kernel_derivatives


class DoubleSum(PairLoss):
    """`loss` as the mean over all pairs that it stands for, of points in the order of their classes.

    It costs a kernel and two derivatives for each pair, N²/4 of them for two classes: for proofs.

    Attributes:
        loss: a mean over pairs.
        counts: number of points of each class, which stand one class after the other.
    """

    loss: PairLoss = eqx.field(static=True)
    counts: tuple[int, ...] = eqx.field(static=True)

    kind = "double sum"

    @property
    def kernel(self) -> PairKernel:
        return self.loss.kernel

    @property
    def has_true_derivatives(self) -> bool:
        return is_own_word(self.loss, "has_plain_kernel")

    @property
    def nonsmooth_reason(self) -> str:
        return self.loss.nonsmooth_reason

    @property
    def name(self) -> str:
        return f"{self.loss.name}, pair by pair"

    def __call__(
        self, outputs: Float[Array, "N outputs"], targets: Num[Array, "N ..."]
    ) -> Float[Array, ""]:
        return self.loss(outputs, targets)

    def aggregation(self, n_classes: int, *, is_shift_free: bool) -> LossAggregation:
        return _AllPairs(self.kernel, self.counts, is_shift_free=is_shift_free)


class _Field(NamedTuple):
    """Derivatives of the mean over the pairs of one class with the others.

    `of_class` its number, `value` []; by the score of each point alone `slope` and `bend` [N]; by those of
    one point of the class and of one of the others `mixed` [n_class N − n_class].
    """

    of_class: int
    value: Float[Array, ""]
    slope: Float[Array, " N"]
    bend: Float[Array, " N"]
    mixed: Float[Array, "positive negative"]


class _AllPairs(PairAggregation):
    """Sums over pairs themselves. All points come in one block."""

    def __init__(self, kernel: PairKernel, counts: tuple[int, ...], *, is_shift_free: bool) -> None:
        super().__init__(len(counts), is_shift_free=is_shift_free)
        self._kernel, self._counts = kernel, counts

    @property
    def needs_all_points(self) -> bool:
        return True

    def totals(
        self, outputs: Float[Array, "k B"], targets: Num[Array, "... B"], share: Share
    ) -> list[Float[Array, " N"]]:
        """The scores of each scored class."""
        return self._scores(outputs, 0).value

    def field(self, totals: list[Float[Array, " N"]], targets: Num[Array, "... N"]) -> list[_Field]:
        return [
            self._field(c, scores) for c, scores in zip(self.scored_classes, totals, strict=True)
        ]

    def _field(self, c: int, scores: Float[Array, " N"]) -> _Field:
        own, others = self._split(c, scores)
        s = kernel_derivatives(self._kernel, own[:, None] - others[None])
        n = 1.0 * s.value.size
        slope = self._joined(c, s.slope.sum(axis=1), -s.slope.sum(axis=0))
        bend = self._joined(c, s.bend.sum(axis=1), s.bend.sum(axis=0))
        return _Field(c, s.value.sum() / n, slope / n, bend / n, s.bend / n)

    def slopes_of(
        self, scores: Float[Array, " B"], is_positive: Bool[Array, " B"], field: _Field
    ) -> Float[Array, " N"]:
        return field.slope

    def bends_of(
        self, scores: Float[Array, " B"], is_positive: Bool[Array, " B"], field: _Field
    ) -> Float[Array, " N"]:
        return field.bend

    def slope_totals(
        self,
        outputs: Float[Array, "k B"],
        targets: Num[Array, "... B"],
        share: Share,
        point_gradients: PointGradients,
    ) -> list[Float[Array, "N d"]]:
        """Gradients of all scores by the parameters."""
        return [point_gradients(slope) for slope in self._scores(outputs, 1).slope]

    def coupling_of(self, slope_totals: Float[Array, "N d"], field: _Field) -> Float[Array, "d d"]:
        own, others = self._split(field.of_class, slope_totals)
        half = own.T @ (field.mixed @ others)
        return -(half + half.T)

    def _split(self, c: int, values: Float[Array, "N ..."]) -> tuple[Array, Array]:
        """The rows of the points of a class, and those of all others."""
        first = sum(self._counts[:c])
        last = first + self._counts[c]
        return values[first:last], jnp.concatenate([values[:first], values[last:]])

    def _joined(
        self, c: int, own: Float[Array, " n"], others: Float[Array, " m"]
    ) -> Float[Array, " N"]:
        """One value for each point again, in their order."""
        first = sum(self._counts[:c])
        return jnp.concatenate([others[:first], own, others[first:]])
