"""Losses that are a mean over points."""

import abc
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Num

from ..own_word import own_word
from .aggregation import LossAggregation, Share
from .base import Loss
from .contrasts import traced_shift_free_basis


class OutputTerms(NamedTuple):
    """A loss and its derivatives with respect to the outputs, one data point each.

    `values` [N], `residuals` [outputs N] (first derivatives), `curvatures` [outputs outputs N].
    """

    values: Float[Array, " N"]
    residuals: Float[Array, "m N"]
    curvatures: Float[Array, "m m N"]


class PointLoss(Loss):
    """A mean over points of a function of a point's outputs and target.

    `values` is all that a new loss has to supply, besides `kind`; derivatives come from automatic
    differentiation unless `terms` gives them by hand.
    """

    @abc.abstractmethod
    def values(
        self, outputs: Float[Array, "outputs N"], targets: Num[Array, "... N"]
    ) -> Float[Array, " N"]:
        """The loss of each point [N], twice differentiable in its outputs [outputs N]."""

    def terms(
        self, outputs: Float[Array, "outputs N"], targets: Num[Array, "... N"]
    ) -> OutputTerms:
        """Loss and derivatives of each point for the outputs [outputs N]."""

        def of_one(y: Float[Array, " outputs"], target: Num[Array, "..."]) -> Float[Array, ""]:
            return self.values(y[:, None], target[..., None])[0]

        def batched(function: Any) -> Any:
            return jax.vmap(function, in_axes=-1, out_axes=-1)(outputs, targets)

        return OutputTerms(
            self.values(outputs, targets), batched(jax.grad(of_one)), batched(jax.hessian(of_one))
        )

    def shift_free_terms(
        self, outputs: Float[Array, "contrasts N"], targets: Num[Array, "... N"]
    ) -> OutputTerms:
        """As `terms`, for logits given by their `shift_free_basis` contrasts [classes − 1, N]."""
        basis = traced_shift_free_basis(outputs.shape[0] + 1)
        values, residuals, curvatures = _terms_of(self)(basis @ outputs, targets)
        return OutputTerms(
            values, basis.T @ residuals, jnp.einsum("ka,kln,lb->abn", basis, curvatures, basis)
        )

    def __call__(
        self, outputs: Float[Array, "N outputs"], targets: Num[Array, "N ..."]
    ) -> Float[Array, ""]:
        return jnp.mean(self.values(outputs.T, targets.T))

    def aggregation(self, n_classes: int, *, is_shift_free: bool) -> LossAggregation:
        return PointAggregation(self, is_shift_free=is_shift_free)


_Terms = Callable[[Float[Array, "m N"], Num[Array, "... N"]], OutputTerms]


def _terms_of(loss: PointLoss) -> _Terms:
    """Values and derivatives by hand, but where these are of other values than the loss has."""
    terms: _Terms = own_word(loss, "terms", partial(PointLoss.terms, loss))
    return terms


def _shift_free_terms_of(loss: PointLoss) -> _Terms:
    terms: _Terms = own_word(loss, "shift_free_terms", partial(PointLoss.shift_free_terms, loss))
    return terms


class PointAggregation(LossAggregation):
    """Sums a loss over points: each block adds the terms of its own points."""

    def __init__(self, loss: PointLoss, *, is_shift_free: bool) -> None:
        self._terms = _shift_free_terms_of(loss) if is_shift_free else _terms_of(loss)

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
