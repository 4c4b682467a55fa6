"""What a loss of a model's outputs must offer."""

import abc
import dataclasses
from typing import Any, ClassVar

import equinox as eqx
import numpy as np
from jaxtyping import Array, Float, Num

from ..output_kind import OutputKind
from .aggregation import LossAggregation


class Loss(eqx.Module):
    """Base of the losses; its fields are the settings: static, hashable and JSON-serialisable.

    Derive a mean over points from `PointLoss`, one over pairs of points from `PairLoss`. A loss of your
    own is passed as an object; a landscape knows it by its kind, its settings and its values, and asks
    for the problem to be passed again when it is opened.

    Attributes:
        kind: name in a configuration and in a database.
        is_classification: whether outputs are logits of classes, of which only differences
            matter to the loss, as with softmax; else they are predicted values.
        is_pairwise: whether the loss is a mean over pairs of points instead of over points, so that
            points have no weights and a Hessian costs many gradients.
    """

    kind: ClassVar[str]
    is_classification: ClassVar[bool] = True
    is_pairwise: ClassVar[bool] = False
    makes_loss: ClassVar[frozenset[str]] = frozenset({"aggregation", "makes_loss"})
    """Members that make values and derivatives, with all that a subclass adds: see `own_word`."""

    @abc.abstractmethod
    def __call__(
        self, outputs: Float[Array, "N outputs"], targets: Num[Array, "N ..."]
    ) -> Float[Array, ""]:
        """Mean loss of the outputs [N outputs] for the targets [N], or [N outputs] of real numbers."""

    @abc.abstractmethod
    def aggregation(self, n_classes: int, *, is_shift_free: bool) -> LossAggregation:
        """How the loss is summed over blocks of data, with its derivatives by the outputs.

        Args:
            n_classes: of a classification; for other losses the number of outputs.
            is_shift_free: whether the outputs are the `shift_free_basis` contrasts of the logits.
        """

    def by_definition(self, counts: tuple[int, ...]) -> "Loss":
        """The same loss evaluated as it is defined, without the error of a faster way; itself by default.

        It may rely on the points' standing in the order of their classes, `counts` of each.
        """
        return self

    def without_switches(self) -> "Loss":
        """The same function without comparisons that guard against overflow; itself by default."""
        return self

    @property
    def has_true_derivatives(self) -> bool:
        """Whether its derivatives by the outputs are those of its values in real arithmetic.

        Where it is not known, the default, proofs derive the values themselves. It holds for the class that
        says so, and for none that changes what it computes.
        """
        return False

    @property
    def nonsmooth_reason(self) -> str:
        """Where the loss has no derivative and what to do about it; empty for a smooth one."""
        return ""

    @property
    def output_kind(self) -> OutputKind:
        """What the outputs of a model with this loss are."""
        return OutputKind.LOGITS if self.is_classification else OutputKind.VALUES

    def auc_of(self, values: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"] | None:
        """The area under the ROC curve that values of the loss [n] stand for; None if for none."""
        return None

    @property
    def name(self) -> str:
        """For people."""
        return self.kind

    def choices(self) -> dict[str, Any]:
        """The kind and all settings, as JSON can hold them."""
        settings = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {"kind": self.kind, **settings}
