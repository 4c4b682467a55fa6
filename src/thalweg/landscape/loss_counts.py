"""How many stationary points there are by their losses alone, as published counts have it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sortedcontainers import SortedList

from ..numbers import Real, real_number
from .network import Network


@dataclass(frozen=True)
class LossCounts:
    """Counts under the rule that points of one loss are one point, wherever they lie.

    Attributes:
        edifftol: loss difference below which two points count as one.
        minima, transition_states: how many there are by that rule.
    """

    edifftol: float
    minima: int
    transition_states: int


def counts_by_loss(network: Network, edifftol: Real) -> LossCounts:
    """Minima and transition states by loss alone: each counts if none before it lies within `edifftol`.

    In the order of discovery, as a program would that drops what it takes for a duplicate. Different minima
    of nearly the same loss are then one, so the count is never above that by loss and place, and published
    counts compare with it. Of minima equally spaced by less than the tolerance every second one counts.

    Args:
        network: minima and transition states.
        edifftol: in the unit of the loss; positive.

    Raises:
        ValueError: if `edifftol` is not positive.

    Reference:
        Niroomand, "On Machine Learning Loss Landscapes", section 1.5.3 (EDIFFTOL).
    """
    tolerance = real_number(edifftol, "edifftol", above=0)
    return LossCounts(
        tolerance,
        _n_apart(network.losses.tolist(), tolerance),
        _n_apart(network.barrier_losses.tolist(), tolerance),
    )


def _n_apart(losses: Iterable[float], tolerance: float) -> int:
    kept = SortedList()
    for loss in losses:
        place = kept.bisect_left(loss - tolerance)
        if place == len(kept) or kept[place] > loss + tolerance:
            kept.add(loss)
    return len(kept)
