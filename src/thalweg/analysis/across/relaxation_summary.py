"""Where the minima of one landscape go on the loss of another, in numbers."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from .relaxation import Relaxation


@dataclass(frozen=True)
class RelaxationSummary:
    """A relaxation in numbers.

    Attributes:
        n_minima: that were relaxed, of which `n_converged` came to rest in a minimum.
        n_reached: different minima that they came to rest in.
        n_common: minima that are stationary points of both losses.
        median_distance: aligned distance moved; None if none came to rest.
        median_fall: of the other loss on the way; None if none came to rest.
    """

    n_minima: int
    n_converged: int
    n_reached: int
    n_common: int
    median_distance: float | None
    median_fall: float | None


def summarise_relaxation(relaxation: Relaxation) -> RelaxationSummary:
    """Counts and medians over the minima that were relaxed."""
    is_reached = relaxation.assignment >= 0
    fall = relaxation.loss_before - relaxation.loss_after
    return RelaxationSummary(
        n_minima=len(relaxation.assignment),
        n_converged=int(is_reached.sum()),
        n_reached=relaxation.n_reached,
        n_common=int(relaxation.is_common.sum()),
        median_distance=_median(relaxation.distance[is_reached]),
        median_fall=_median(fall[is_reached]),
    )


def _median(values: Float[np.ndarray, " _"]) -> float | None:
    return float(np.median(values)) if len(values) else None
