"""Where the minima of one landscape go on the loss of another, in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from jaxtyping import Float

from .relaxation import Relaxation

_NO_CHANGES: Mapping[str, Float[np.ndarray, " minima"]] = MappingProxyType({})


@dataclass(frozen=True)
class RelaxationSummary:
    """A relaxation in numbers.

    Attributes:
        n_minima: that were relaxed, of which `n_converged` came to rest in a minimum.
        n_reached: different minima that they came to rest in.
        n_common: minima that are stationary points of both losses.
        n_descending: minima where the other loss has a direction of negative curvature (index one and more);
            None if it has too many parameters for a Hessian.
        median_distance: aligned distance moved; None if none came to rest.
        median_fall: of the other loss on the way; None if none came to rest.
        median_steps: of the quench; None if none came to rest.
        median_changes: median size of the change of each metric; None if none came to rest.
    """

    n_minima: int
    n_converged: int
    n_reached: int
    n_common: int
    n_descending: int | None
    median_distance: float | None
    median_fall: float | None
    median_steps: float | None
    median_changes: Mapping[str, float | None]


def summarise_relaxation(
    relaxation: Relaxation,
    changes: Mapping[str, Float[np.ndarray, " minima"]] = _NO_CHANGES,
) -> RelaxationSummary:
    """Counts and medians over the minima that were relaxed.

    Args:
        relaxation: of the minima of one landscape on the loss of another.
        changes: of metrics by name, as `Relaxation.change` gives them [minima].
    """
    is_reached = relaxation.assignment >= 0
    index = relaxation.index
    return RelaxationSummary(
        n_minima=len(relaxation.assignment),
        n_converged=int(is_reached.sum()),
        n_reached=relaxation.n_reached,
        n_common=int(relaxation.is_common.sum()),
        n_descending=None if index is None else int((index > 0).sum()),
        median_distance=_median(relaxation.distance[is_reached]),
        median_fall=_median(-relaxation.loss_change[is_reached]),
        median_steps=_median(relaxation.steps[is_reached]),
        median_changes={
            name: _median(np.abs(change[is_reached])) for name, change in changes.items()
        },
    )


def _median(values: np.ndarray) -> float | None:
    return float(np.median(values)) if len(values) else None
