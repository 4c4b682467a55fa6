"""Which branches meet in a fold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...problems.symmetry import Symmetry
from .branches import Branch, BranchEnd, Fold

SAME_POINT = 1e-4
"""Distance after alignment below which two points are one."""


@dataclass(frozen=True)
class Merger:
    """Two points that end in one fold.

    Attributes:
        pair: their numbers among the branches; None for one that was not followed itself.
        fold: where they merge.
    """

    pair: tuple[int, int | None]
    fold: Fold


def mergers(
    branches: Sequence[Branch], symmetry: Symmetry, *, tolerance: float = SAME_POINT
) -> tuple[Merger, ...]:
    """The pairs of branches that meet in a fold.

    A branch that comes back to its first value has passed a fold and arrived at its partner: followed
    itself, that one passes the same fold, and the pair is given once.

    Args:
        branches: minima and transition states of one problem, followed between the same values.
        symmetry: of the problem.
        tolerance: distance after alignment below which two points are one.
    """
    pairs = []
    for i, branch in enumerate(branches):
        if branch.end is not BranchEnd.RETURNED or len(branch.folds) != 1:
            continue
        distances = [symmetry.distance(b.coordinates[0], branch.coordinates[-1]) for b in branches]
        partner = int(np.argmin(distances)) if min(distances) < tolerance else None
        if partner is None or partner > i:
            pairs.append(Merger((i, partner), branch.folds[0]))
    return tuple(pairs)
