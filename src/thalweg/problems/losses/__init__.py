"""Losses of a model's outputs: means over points, and over pairs of points of different classes."""

from collections.abc import Mapping
from typing import Any

from ...spelling import nearest_spelling
from .aggregation import LossAggregation
from .approximate_auc import ApproximateAUC
from .base import Loss
from .pair_loss import PairLoss
from .pair_sums import PairKernel
from .point_loss import OutputTerms, PointLoss
from .pointwise import CrossEntropy, MeanAbsoluteError, MeanSquaredError
from .surrogates import SURROGATES, Surrogate, SurrogateSettings
from .top_k import TopKCrossEntropy

__all__ = [
    "DEFAULT_LOSS",
    "LOSSES",
    "SURROGATES",
    "ApproximateAUC",
    "CrossEntropy",
    "Loss",
    "LossAggregation",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "OutputTerms",
    "PairKernel",
    "PairLoss",
    "PointLoss",
    "Surrogate",
    "SurrogateSettings",
    "TopKCrossEntropy",
    "from_choices",
    "is_rebuilt_from_choices",
    "loss_named",
]

LOSSES: dict[str, type[Loss]] = {
    loss.kind: loss
    for loss in (
        CrossEntropy,
        TopKCrossEntropy,
        MeanSquaredError,
        MeanAbsoluteError,
        ApproximateAUC,
    )
}

DEFAULT_LOSS: Loss = CrossEntropy()
"""The loss of a network for which none is chosen."""


def from_choices(choices: Mapping[str, Any]) -> Loss:
    """The loss whose `choices` these are.

    Raises:
        ValueError: if the kind is unknown.
    """
    settings = dict(choices)
    kind = settings.pop("kind")
    if kind not in LOSSES:
        raise ValueError(
            f"loss must be one of {', '.join(LOSSES)}, got {kind!r}. Pass a loss of your own as the "
            "object it was made with."
        )
    return LOSSES[kind](**settings)


def loss_named(loss: Any) -> Loss:
    """The loss of this name with its default settings; a loss is returned as it is.

    Raises:
        ValueError: for a name that is not known, a class, or what is no loss.
    """
    if isinstance(loss, Loss):
        return loss
    if isinstance(loss, str):
        if loss not in LOSSES:
            raise ValueError(f"loss {loss!r} is not known{nearest_spelling(loss, LOSSES)}")
        return LOSSES[loss]()
    if isinstance(loss, type) and issubclass(loss, Loss):
        raise ValueError(f"loss must be an object, got the class: write {loss.__name__}().")
    raise ValueError(
        f"loss must be a loss of tw.losses, one of your own (a PointLoss or a PairLoss), or a name of "
        f"{', '.join(LOSSES)}; got a {type(loss).__name__}. A loss of another library goes with a model of "
        "it: from_torch, from_equinox, from_flax."
    )


def is_rebuilt_from_choices(loss: Loss) -> bool:
    """Whether the loss can be rebuilt from its `choices`: not if it or its surrogate is the user's own."""
    if LOSSES.get(loss.kind) is not type(loss):
        return False
    try:
        return bool(from_choices(loss.choices()) == loss)
    except ValueError:
        return False
