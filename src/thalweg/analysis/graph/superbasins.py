"""Superbasins: the minima that can reach each other below a loss, at equally spaced losses."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from ...display import shown
from .arrangement import Placement


@shown
@dataclass(frozen=True, eq=False)
class Level:
    """The superbasins at one threshold: positions start … stop − 1 in the order of the minima.

    Attributes:
        loss: the threshold.
        start, stop: bounds of each superbasin, left to right [superbasins].
        x: where each superbasin stands [superbasins].
    """

    loss: float
    start: Int[np.ndarray, " superbasins"]
    stop: Int[np.ndarray, " superbasins"]
    x: Float[np.ndarray, " superbasins"]

    @property
    def is_shared(self) -> Bool[np.ndarray, " superbasins"]:
        """Whether each superbasin holds more than one minimum."""
        return np.asarray(self.stop - self.start > 1)

    def lowest(self, losses: Float[np.ndarray, " n"]) -> Float[np.ndarray, " superbasins"]:
        """Loss of the lowest minimum of each superbasin, from the losses in the order of the minima."""
        padded_losses = np.append(losses, np.inf)
        bounds = np.stack([self.start, self.stop], axis=1).ravel()
        return np.minimum.reduceat(padded_losses, bounds)[::2] if len(bounds) else np.zeros(0)


def superbasin_levels(
    places: Placement, barriers: Float[np.ndarray, " n_less_one"], levels: int
) -> tuple[Level, ...]:
    """The superbasins at equally spaced losses, from the highest barrier, or minimum, to the lowest minimum.

    Args:
        places: of the minima in their order, with their losses [n].
        barriers: loss at which each minimum meets its right neighbour; infinite if never [n − 1].
        levels: how many; of one alone it is the upper end.
    """
    losses, finite = places.losses, barriers[np.isfinite(barriers)]
    bottom, top = float(losses.min()), float(max(losses.max(), finite.max(initial=-np.inf)))
    thresholds = np.linspace(top, bottom, levels)
    superbasins = []
    for threshold in thresholds:
        start = np.concatenate([[0], 1 + np.flatnonzero(barriers > threshold)])
        stop = np.append(start[1:], len(losses))
        # A lone minimum above the threshold is not there yet.
        is_there = (stop - start > 1) | (losses[start] <= threshold)
        start, stop = start[is_there], stop[is_there]
        superbasins.append(Level(float(threshold), start, stop, places.of_nodes(start, stop)))
    return tuple(superbasins)


def holders(above: Level, below: Level) -> Int[np.ndarray, " superbasins"]:
    """For each superbasin of a level, the index of the one that holds it a level higher."""
    return np.searchsorted(above.start, below.start, side="right") - 1
