"""Minima that serve different points well."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ...problems.predictions import class_probabilities, predicted_values
from ..merit import merits
from .base import Selection, SelectionContext, SelectionMethod


@dataclass(frozen=True)
class Complementary(SelectionMethod):
    """The minimum that serves the rows best, then each time the one that adds most to what a gate can reach.

    That is, for a gate that knows the best minimum of each row: the mean over rows of the largest probability
    of the right class, or of the least squared error. It needs the targets of the rows, and serves values as
    well as classes.
    """

    name = "complementary"

    def choose(self, context: SelectionContext, n: int) -> Selection:
        """Chosen by predictions and targets of the rows.

        Raises:
            ValueError: if the targets are not known.
        """
        if context.targets is None:
            raise ValueError("select='complementary' needs the targets of the rows; pass them.")
        merit = merits(_predictions(context), context.targets)
        chosen: list[int] = []
        best = np.full(merit.shape[1], -np.inf)
        for _ in range(min(n, len(merit))):
            together = np.maximum(merit, best).mean(axis=1)
            together[chosen] = -np.inf
            chosen.append(int(together.argmax()))
            best = np.maximum(best, merit[chosen[-1]])
        return Selection(np.array(chosen, dtype=np.int64), self.name, float(best.mean()))


def _predictions(context: SelectionContext) -> Float[np.ndarray, "minima N outputs"]:
    context.network.require_coordinates()
    is_of_classes = context.problem.require_output_kind().is_of_classes
    predict = class_probabilities if is_of_classes else predicted_values
    return np.array(
        [predict(context.problem, x, context.inputs) for x in context.network.coordinates]
    )
