"""The area under the ROC curve as a loss: surrogates summed over all pairs of points."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, Num

from . import pair_sums
from .base import Loss, check_smoothing, shift_free_basis
from .surrogates import SURROGATES, expansion_of

_DEFAULT_BETA = {"sigmoid": 50.0, "tanh": 50.0, "exponential": 1.0}


class ApproximateAUC(Loss):
    """The area under the ROC curve with its step replaced by a surrogate, to be minimised.

    L = mean over pairs (p, n) of a point of the class and one of the others of s(z), where z is the
    difference of their probabilities of that class: −1/(1 + e^{−βz}), −tanh(βz), max(0, m − z), (m − z)²
    or e^{−βz}. For more than two classes the mean of one against the rest. The softmax probabilities
    enter, not the logits.

    The sum over pairs costs O(N) (`pair_sums`), and its value is exact to 1e-10. The hinge is linear in
    z for a margin of 1 or more; below, it has a kink, and needs `smoothing` ε to be mapped:
    max(0, u) becomes (u + √(u² + ε²))/2.

    Attributes:
        surrogate: sigmoid, tanh, hinge, quadratic or exponential.
        beta: steepness of the sigmoid, tanh (default 50) and exponential (default 1).
        margin: of the hinge and the quadratic.
        smoothing: of a hinge with a margin below 1.
    """

    surrogate: str = eqx.field(static=True, default="sigmoid")
    beta: float | None = eqx.field(static=True, default=None)
    margin: float = eqx.field(static=True, default=1.0)
    smoothing: float = eqx.field(static=True, default=0.0)

    kind = "approximate_auc"
    is_pairwise = True

    def __check_init__(self) -> None:
        if self.surrogate not in SURROGATES:
            known = ", ".join(SURROGATES)
            raise ValueError(f"surrogate must be one of {known}, got {self.surrogate!r}.")
        if self.beta is not None and not (np.isfinite(self.beta) and self.beta > 0):
            raise ValueError(
                f"beta must be positive, got {self.beta}. Published advice for the sigmoid is 50 to 60."
            )
        if not np.isfinite(self.margin):
            raise ValueError(f"margin must be finite, got {self.margin}.")
        check_smoothing(self.smoothing)

    @property
    def steepness(self) -> float:
        """β, or 1 for surrogates without one."""
        return self.beta if self.beta is not None else _DEFAULT_BETA.get(self.surrogate, 1.0)

    @property
    def expansion(self) -> pair_sums.PairExpansion:
        """The surrogate as the sums over pairs need it."""
        return expansion_of(self.surrogate, self.steepness, self.margin, self.smoothing)

    @property
    def nonsmooth_reason(self) -> str:
        if self.surrogate != "hinge" or self.margin >= 1 or self.smoothing > 0:
            return ""
        return (
            "the hinge with a margin below 1 has no derivative where a pair is apart by the margin, and "
            "its minima may lie there; pass smoothing=…, a small difference of probabilities, or a "
            "margin of 1 or more, with which it is linear"
        )

    @property
    def name(self) -> str:
        if self.surrogate in _DEFAULT_BETA:
            return f"appAUC {self.surrogate} (beta {self.steepness:g})"
        smoothing = f", smoothing {self.smoothing:g}" if self.smoothing else ""
        return f"appAUC {self.surrogate} (margin {self.margin:g}{smoothing})"

    def __call__(
        self, outputs: Float[Array, "N outputs"], targets: Num[Array, "N ..."]
    ) -> Float[Array, ""]:
        """Mean loss of the logits `outputs` [N classes] for the classes `targets` [N].

        NaN if a class has no point.
        """
        scores = class_scores(outputs.T, is_shift_free=False, derivatives=0)
        if self.nonsmooth_reason:
            pairs = zip(scores.value, scores.classes, strict=True)
            each = [_kinked_hinge(x, targets == c, self.margin) for x, c in pairs]
            return jnp.mean(jnp.stack(each))
        totals = self.totals(scores, targets, None)
        counts = class_counts(targets, outputs.shape[1])
        return self.mean_value(self.fields(scores.classes, totals, counts))

    # ---- sums over pairs, piece by piece of the data ---------------------------------------------

    def totals(
        self,
        scores: "ClassScores",
        targets: Int[Array, " B"],
        is_there: Bool[Array, " B"] | None,
    ) -> list[Float[Array, "cells q"]]:
        """For each scored class the sums over points; `is_there` [B] is false for padding."""
        return [
            pair_sums.sums(self.expansion, x, targets == c, is_there)
            for x, c in zip(scores.value, scores.classes, strict=True)
        ]

    def fields(
        self,
        classes: tuple[int, ...],
        totals: list[Float[Array, "cells q"]],
        counts: Float[Array, " classes"],
    ) -> list[pair_sums.Field]:
        """For each scored class the mean over its pairs and what each point feels."""
        every = jnp.sum(counts)
        return [
            pair_sums.field(self.expansion, total, counts[c] * (every - counts[c]))
            for total, c in zip(totals, classes, strict=True)
        ]

    @staticmethod
    def mean_value(fields: list[pair_sums.Field]) -> Float[Array, ""]:
        """The loss: the mean over the scored classes."""
        return jnp.mean(jnp.stack([felt.value for felt in fields]))

    def residuals(
        self, scores: "ClassScores", targets: Int[Array, " B"], fields: list[pair_sums.Field]
    ) -> Float[Array, "k B"]:
        """Derivatives of the loss with respect to the outputs [k B]; needs slopes of the scores."""
        slopes = self._slopes(scores, targets, fields)
        return sum(s * slope for s, slope in zip(slopes, scores.slope, strict=True))  # type: ignore[return-value]

    def curvatures(
        self, scores: "ClassScores", targets: Int[Array, " B"], fields: list[pair_sums.Field]
    ) -> Float[Array, "k k B"]:
        """Second derivatives with respect to the outputs of one point [k k B]; needs their bends."""
        slopes = self._slopes(scores, targets, fields)
        total = jnp.zeros_like(scores.bend[0])
        for at, (s, felt) in enumerate(zip(slopes, fields, strict=True)):
            is_positive, slope = targets == scores.classes[at], scores.slope[at]
            bends = pair_sums.bends(self.expansion, felt, scores.value[at], is_positive)
            total += s * scores.bend[at] + bends / len(fields) * slope[:, None] * slope[None]
        return total

    def _slopes(
        self, scores: "ClassScores", targets: Int[Array, " B"], fields: list[pair_sums.Field]
    ) -> list[Float[Array, " B"]]:
        return [
            pair_sums.slopes(self.expansion, felt, x, targets == c) / len(fields)
            for felt, x, c in zip(fields, scores.value, scores.classes, strict=True)
        ]

    def slope_totals(
        self,
        scores: "ClassScores",
        targets: Int[Array, " B"],
        is_there: Bool[Array, " B"] | None,
        jacobians: list[Float[Array, "B d"]],
    ) -> list[Float[Array, "cells q d"]]:
        """For each scored class the sums that `coupling` needs, from its scores' gradients [B d]."""
        return [
            pair_sums.slope_sums(self.expansion, x, targets == c, is_there, jacobian)
            for x, c, jacobian in zip(scores.value, scores.classes, jacobians, strict=True)
        ]

    def coupling(
        self, totals: list[Float[Array, "cells q d"]], fields: list[pair_sums.Field]
    ) -> Float[Array, "d d"]:
        """What pairs of different points add to the Hessian [d d]."""
        each = [
            pair_sums.coupling(self.expansion, total, felt.pairs)
            for total, felt in zip(totals, fields, strict=True)
        ]
        return sum(each[1:], start=each[0]) / len(fields)


class ClassScores(NamedTuple):
    """Probabilities that are ranked, one for each scored class, and their derivatives by the outputs.

    `classes` [scored]; lists over them of `value` [B], `slope` [k B], `bend` [k k B].
    """

    classes: tuple[int, ...]
    value: list[Float[Array, " B"]]
    slope: list[Float[Array, "k B"]]
    bend: list[Float[Array, "k k B"]]


def class_scores(
    outputs: Float[Array, "k B"], *, is_shift_free: bool, derivatives: int
) -> ClassScores:
    """Softmax probabilities of logits [classes B], or of their contrasts [classes − 1, B].

    Of two classes only the second is scored: the other's probability ranks points the same way.
    """
    basis = shift_free_basis(len(outputs) + 1) if is_shift_free else np.eye(len(outputs))
    rows = jnp.asarray(basis)
    p = jax.nn.softmax(rows @ outputs, axis=0)
    classes = (1,) if len(p) == 2 else tuple(range(len(p)))
    slope, bend = [], []
    mean = jnp.einsum("ck,cb->kb", rows, p)
    if derivatives > 0:
        slope = [p[c] * (rows[c][:, None] - mean) for c in classes]
    if derivatives > 1:
        spread = jnp.einsum("ck,cl,cb->klb", rows, rows, p) - mean[:, None] * mean[None]
        for c in classes:
            apart = rows[c][:, None] - mean
            bend.append(p[c] * (apart[:, None] * apart[None] - spread))
    return ClassScores(classes, [p[c] for c in classes], slope, bend)


def class_counts(targets: Int[Array, " N"], n_classes: int) -> Float[Array, " classes"]:
    """How many points each class has."""
    return jnp.sum(targets[None] == jnp.arange(n_classes)[:, None], axis=1) * 1.0


def _kinked_hinge(
    scores: Float[Array, " N"], is_positive: Bool[Array, " N"], margin: float
) -> Float[Array, ""]:
    """Mean of max(0, m − (x_p − x_n)) over pairs by sorting, O(N log N)."""
    n = jnp.sum(is_positive)
    # Positive points stand last and weigh nothing in the sums over negative ones.
    order = jnp.argsort(jnp.where(is_positive, jnp.inf, scores))
    x = jnp.where(is_positive[order], 0.0, scores[order])
    keys = jnp.where(is_positive[order], jnp.inf, scores[order])
    before = jnp.concatenate([jnp.zeros(1), jnp.cumsum(x)])
    first = jnp.searchsorted(keys, scores - margin)
    others = len(scores) - n
    above = jnp.maximum(others - first, 0)
    each = above * (margin - scores) + before[-1] - before[jnp.minimum(first, others)]
    return jnp.sum(jnp.where(is_positive, each, 0.0)) / (n * others)
