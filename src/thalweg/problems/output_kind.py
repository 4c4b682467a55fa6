"""What the outputs of a model are, and how classes or values are read from them."""

import enum
from typing import Any

import numpy as np

from ..spelling import nearest_spelling

_TINY = float(np.finfo(np.float64).tiny)
"""A probability that has underflowed to zero counts as this, so that its logarithm stays finite."""


class OutputKind(enum.StrEnum):
    """What the outputs of a model are: one row a point, one column a class unless it says otherwise.

    The conversions take arrays of NumPy or JAX and give the same kind of array.
    """

    LOGITS = "logits"
    LOG_PROBABILITIES = "log_probabilities"
    PROBABILITIES = "probabilities"
    BINARY_LOGIT = "binary_logit"
    """One number a row: the logit of the second of two classes."""
    BINARY_PROBABILITY = "binary_probability"
    """One number a row: the probability of the second of two classes."""
    VALUES = "values"
    """Real numbers that are predicted, not classes."""

    @property
    def is_of_classes(self) -> bool:
        """Whether the outputs stand for class probabilities."""
        return self is not OutputKind.VALUES

    def log_probabilities(self, outputs: Any) -> Any:
        """Logarithms of the class probabilities [N classes] that `outputs` stand for.

        Raises:
            ValueError: for values, or outputs of another shape than the kind has.
        """
        xp = outputs.__array_namespace__()
        columns = self._checked(outputs)
        match self:
            case OutputKind.LOGITS:
                shifted = columns - xp.max(columns, axis=1, keepdims=True)
                return shifted - xp.log(xp.sum(xp.exp(shifted), axis=1, keepdims=True))
            case OutputKind.BINARY_LOGIT:
                both = xp.concat([columns, -columns], axis=1)
                return -xp.logaddexp(xp.zeros_like(both), both)
            case OutputKind.LOG_PROBABILITIES:
                return columns
            case OutputKind.BINARY_PROBABILITY:
                p = columns
                return xp.log(xp.maximum(xp.concat([1 - p, p], axis=1), _TINY))
        return xp.log(xp.maximum(columns, _TINY))

    def probabilities(self, outputs: Any) -> Any:
        """The class probabilities [N classes] that `outputs` stand for.

        Raises:
            ValueError: as `log_probabilities`.
        """
        xp = outputs.__array_namespace__()
        columns = self._checked(outputs)
        match self:
            case OutputKind.LOGITS:
                weights = xp.exp(columns - xp.max(columns, axis=1, keepdims=True))
                return weights / xp.sum(weights, axis=1, keepdims=True)
            case OutputKind.PROBABILITIES:
                return columns
            case OutputKind.BINARY_PROBABILITY:
                return xp.concat([1 - columns, columns], axis=1)
        return xp.exp(self.log_probabilities(outputs))

    def values(self, outputs: Any) -> Any:
        """The predicted values [N outputs].

        Raises:
            ValueError: if the outputs stand for classes.
        """
        if self.is_of_classes:
            raise ValueError(f"{self} stand for classes; they are no predicted values.")
        return outputs.reshape(outputs.shape[0], -1)

    def _checked(self, outputs: Any) -> Any:
        """The outputs as columns: one of a binary kind, one a class of the others."""
        if not self.is_of_classes:
            raise ValueError("the model predicts values, which have no class probabilities.")
        is_binary = self in (OutputKind.BINARY_LOGIT, OutputKind.BINARY_PROBABILITY)
        if is_binary and (outputs.ndim == 1 or (outputs.ndim == 2 and outputs.shape[1] == 1)):
            return outputs.reshape(-1, 1)
        if is_binary:
            raise ValueError(
                f"outputs of the kind {self} are one number a row, got shape {outputs.shape}: several "
                "labels a row that do not exclude one another are no classes."
            )
        if outputs.ndim != 2 or outputs.shape[1] < 2:
            raise ValueError(
                f"outputs of the kind {self} have one row a point and a column for each of two or more "
                f"classes, got shape {outputs.shape}. One number a row is a binary_logit or a "
                "binary_probability."
            )
        return outputs


def output_kind_named(kind: OutputKind | str | None) -> OutputKind | None:
    """The kind of that name; None for None.

    Raises:
        ValueError: for an unknown name.
    """
    if kind is None:
        return None
    if kind not in list(OutputKind):
        names = [known.value for known in OutputKind]
        raise ValueError(f"outputs={kind!r} is not known{nearest_spelling(str(kind), names)}")
    return OutputKind(kind)
