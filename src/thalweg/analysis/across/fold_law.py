"""How a pair of stationary points separates from its fold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...precision import with_float64
from ...problems.family import OneParameterFamily
from .branches import Fold
from .corrector import Corrector

_PROBE = 1e-2
"""Distance from the fold, in length scales, at which the curvature of the branch is measured."""


@dataclass(frozen=True)
class FoldLaw:
    """How a pair of points separates from its fold, as powers of the distance in the parameter.

    A fold has eigenvalue ~ δ^1/2, distance ~ δ^1/2 and barrier ~ δ^3/2 (Wales, Science 293, 2067, 2001).

    Attributes:
        eigenvalue, distance, barrier: fitted exponents.
        offsets: values of δ that the fit is over, in e-folds for a positive parameter.
    """

    eigenvalue: float
    distance: float
    barrier: float
    offsets: tuple[float, ...]


@with_float64
def fold_law(
    family: OneParameterFamily,
    fold: Fold,
    *,
    offsets: Sequence[float] = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3),
) -> FoldLaw:
    """Fit how eigenvalue, distance and barrier of the merging pair grow away from their fold.

    Args:
        family: of the branch with the fold.
        fold: of a minimum and a transition state, or of any two points of neighbouring index.
        offsets: distances from the fold in the parameter, in e-folds of a positive one.

    Raises:
        ValueError: if the pair cannot be distinguished at one of the offsets.
    """
    corrector = Corrector.of(family, fold.value)
    space, position = corrector.space, corrector.position_of(fold.value)
    z = corrector.z_of(space.contract(fold.coordinates), position)
    along = np.append(space.contract(fold.direction), 0.0)
    probe = corrector.in_plane(z + _PROBE * along, along)
    curvature = abs(float(probe.z[-1]) - position) / _PROBE**2
    rows = []
    for offset in offsets:
        reach = np.sqrt(offset / curvature)
        pair = [
            corrector.at_position(z + sign * reach * along, position + fold.towards * offset)
            for sign in (1, -1)
        ]
        a, b = sorted(pair, key=lambda point: point.index)
        distance = float(np.linalg.norm(a.z - b.z))
        if not (a.converged and b.converged and distance > 0.1 * reach):
            raise ValueError(
                f"the pair cannot be distinguished {offset:g} from its fold; take larger offsets."
            )
        softest = float(np.abs(np.asarray(a.spectrum)).min())
        rows.append(np.log([softest, distance, float(b.loss - a.loss)]))
    slopes = np.polyfit(np.log(offsets), np.array(rows), 1)[0]
    eigenvalue, separation, barrier = (float(slope) for slope in slopes)
    return FoldLaw(eigenvalue, separation, barrier, tuple(offsets))
