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
        n_conserving: groups that conserve a weight.
        n_minima: minima in any of those.
        largest_conserving: members of the largest of those; 0 without any.
    """

    n_groups: int
    largest_group: int
    conserved_in_largest: int
    n_parameters: int
    median_conserved: float
    n_conserving: int
    n_minima: int
    largest_conserving: int


def summarise_conserved(groups: Sequence[ConservedWeights]) -> ConservedSummary:
    """Count the conserved weights of groups in the order of `conserved_weights`, one or more."""
    conserving = [group.members for group in groups if group.n_conserved]
    return ConservedSummary(
        n_groups=len(groups),
        largest_group=len(groups[0].members),
        conserved_in_largest=groups[0].n_conserved,
        n_parameters=len(groups[0].is_conserved),
        median_conserved=float(np.median([group.n_conserved for group in groups])),
        n_conserving=len(conserving),
        n_minima=len(np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *conserving]))),
        largest_conserving=max((len(members) for members in conserving), default=0),
    )
