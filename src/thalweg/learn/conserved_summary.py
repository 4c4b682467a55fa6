"""How many weights the groups of minima conserve, in numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .conserved import ConservedWeights


@dataclass(frozen=True)
class ConservedSummary:
    """Conserved weights over groups, the largest group first.

    Attributes:
        n_groups: groups of minima.
        largest_group: members of the largest.
        conserved_in_largest: weights that it conserves, of `n_parameters`.
        median_conserved: weights conserved, median over groups.
    """

    n_groups: int
    largest_group: int
    conserved_in_largest: int
    n_parameters: int
    median_conserved: float


def summarise_conserved(groups: Sequence[ConservedWeights]) -> ConservedSummary:
    """Count the conserved weights of groups in the order of `conserved_weights`, one or more."""
    return ConservedSummary(
        n_groups=len(groups),
        largest_group=len(groups[0].members),
        conserved_in_largest=int(groups[0].is_conserved.sum()),
        n_parameters=len(groups[0].is_conserved),
        median_conserved=float(np.median([group.is_conserved.sum() for group in groups])),
    )
