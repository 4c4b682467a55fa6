"""The loss along the fastest path between minima of a landscape, and in the plane through three."""

from dataclasses import dataclass

import numpy as np

from ...display import shown
from ...landscape.landscape import Landscape
from ...numbers import Real, Whole
from ..graph.fastest_path import fastest_path
from ..graph.temperature import require_temperature
from .pathway import PathwayProfile, pathway_profile
from .slice import LossSlice, loss_slice

_SHARE_OF_RANGE = 0.1
"""Default temperature, as a share of the range of the losses of the minima."""


@shown
@dataclass(frozen=True, eq=False)
class SliceWithPathways:
    """The plane through three minima, and the pathways from the first to the others.

    Attributes:
        plane: the loss in the plane.
        pathways: both start in the same image of the first minimum, at the plane's origin.
    """

    plane: LossSlice
    pathways: tuple[PathwayProfile, PathwayProfile]


def fastest_pathway(
    landscape: Landscape, source: Whole, target: Whole, temperature: Real | None = None
) -> PathwayProfile:
    """The profile of the fastest path from one minimum to another.

    Args:
        landscape: with transition states that join the two.
        source, target: minima, by number.
        temperature: in the unit of the loss; a tenth of the range of the losses if None.

    Raises:
        ValueError: if no path of transition states joins the two, or they are the same.
    """
    network = landscape.network()
    spread = _SHARE_OF_RANGE * float(np.ptp(network.losses)) or 1.0
    t = spread if temperature is None else require_temperature(network, temperature)
    path = fastest_path(network, t, source, target)
    states = landscape.transition_states()
    return pathway_profile(network, landscape.problem, states, path.minima, path.transition_states)


def slice_with_pathways(
    landscape: Landscape, first: Whole, second: Whole, third: Whole, temperature: Real | None = None
) -> SliceWithPathways:
    """The loss in the plane through three minima, with the fastest paths from the first to the others.

    Args:
        landscape: with transition states that join the three.
        first, second, third: minima, by number.
        temperature: as for `fastest_pathway`.

    Raises:
        ValueError: as `fastest_pathway` and `loss_slice`.
    """
    to_second = fastest_pathway(landscape, first, second, temperature)
    to_third = fastest_pathway(landscape, first, third, temperature)
    # Both paths start in the same image of the first minimum; their ends are in its frame.
    corners = [to_second.coordinates[0], to_second.coordinates[-1], to_third.coordinates[-1]]
    plane = loss_slice(landscape.problem, corners, align=False)
    return SliceWithPathways(plane, (to_second, to_third))
