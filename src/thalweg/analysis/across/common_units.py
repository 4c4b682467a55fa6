"""Landscapes of different models in common units: those of what a random start costs above the lowest."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...landscape.coverage import least_covered
from ...landscape.landscape import Landscape
from ...landscape.network import Network
from ..graph.basins import monotonic_sequence_basins
from ..graph.deep_basins import deep_basins
from ..graph.frustration import frustration
from ..graph.minimax import minimax_barriers
from ..graph.thermodynamics import thermodynamics

_DEPTH = 0.1
"""Depth, in units, beyond which a basin counts as deep: a tenth of what a random start costs."""


@dataclass(frozen=True)
class LandscapeShape:
    """The shape of one landscape in numbers that have no unit, or that of `loss_unit`.

    Attributes:
        unit: `loss_unit`, in the unit of the model's own loss.
        parameters: d.
        minima, transition_states: how many are known, and `joined` the share of minima in the component of
            the lowest.
        coverage: Good–Turing, of the law of starts that covers least.
        steps_per_quench: of all quenches.
        share_of_lowest: share of the hits that are in the lowest minimum.
        basins: monotonic sequence basins, and `basins_per_minimum`.
        deep_basins: deeper than a tenth of a unit; minima that nothing joins count one each.
        barrier: median rise of a pass above the lower of its two minima; NaN without passes.
        escape: largest barrier that a joined minimum has on its lowest path to the lowest; NaN likewise.
        occupied: e^S, the number of minima that share the occupation at a temperature of one unit.
        occupied_share: of all minima.
        excess: of the normalised frustration over 1 at that temperature; 0 for a single minimum, NaN where
            nothing is joined to the lowest.
    """

    unit: float
    parameters: int
    minima: int
    transition_states: int
    joined: float
    coverage: float
    steps_per_quench: float
    share_of_lowest: float
    basins: int
    basins_per_minimum: float
    deep_basins: int
    barrier: float
    escape: float
    occupied: float
    occupied_share: float
    excess: float


def loss_unit(network: Network) -> float:
    """The loss of a hit above the lowest minimum, on average: what one training costs by its start.

    Minima without hits count once each. A landscape of one minimum has no such loss; its unit is 1.

    Raises:
        ValueError: if the network has no minima.
    """
    hits = network.hits if network.hits.any() else np.ones(network.n_minima)
    rise = network.losses - network.lowest_loss
    return float(hits @ rise / hits.sum()) or 1.0


def in_common_units(network: Network) -> Network:
    """The same network with losses above the lowest one, in units of `loss_unit`.

    Losses that differ by a factor, a constant or the scale of the parameters give the same network but for a
    constant in all LPPHE, which no probability shows.

    Raises:
        ValueError: if the network has no minima, or was made from rates.
    """
    unit, lowest = loss_unit(network), network.lowest_loss
    if network.chain is not None:
        raise ValueError("a network of rates has no losses to put in common units.")
    return dataclasses.replace(
        network,
        losses=(network.losses - lowest) / unit,
        barrier_losses=(network.barrier_losses - lowest) / unit,
    )


def landscape_shape(landscape: Landscape) -> LandscapeShape:
    """The shape of one landscape in common units.

    Raises:
        ValueError: if the landscape has no minima.
    """
    landscape.require_minima("a shape")
    counts, network = landscape.counts(), landscape.network()
    scaled = in_common_units(network)
    hits = network.hits if network.hits.any() else np.ones(network.n_minima)
    basins = len(monotonic_sequence_basins(network).bottoms)
    index = frustration(scaled, 1.0)
    occupied = float(np.exp(thermodynamics(scaled, [1.0]).entropy[0]))
    joins_two = ~scaled.is_degenerate
    lower_ends = scaled.losses[scaled.edges[joins_two]].min(axis=1)
    rises = scaled.barrier_losses[joins_two] - lower_ends
    climbs = (minimax_barriers(scaled).to(scaled.global_minimum) - scaled.losses)[
        scaled.is_joined & (np.arange(scaled.n_minima) != scaled.global_minimum)
    ]
    return LandscapeShape(
        unit=loss_unit(network),
        parameters=landscape.dimension,
        minima=network.n_minima,
        transition_states=network.n_transition_states,
        joined=float(network.is_joined.mean()),
        coverage=least_covered(landscape.coverages()).good_turing,
        steps_per_quench=counts.steps / max(counts.quenches, 1),
        share_of_lowest=float(hits[network.global_minimum] / hits.sum()),
        basins=basins,
        basins_per_minimum=basins / network.n_minima,
        deep_basins=len(deep_basins(scaled, _DEPTH).bottoms),
        barrier=float(np.median(rises)) if len(rises) else np.nan,
        escape=float(climbs.max()) if len(climbs) else np.nan,
        occupied=occupied,
        occupied_share=occupied / network.n_minima,
        excess=0.0 if network.n_minima == 1 else index.excess,
    )


def common_units_table(landscapes: Sequence[tuple[str, Landscape]]) -> pd.DataFrame:
    """Landscapes of different models side by side in common units: one row each, columns of `LandscapeShape`.

    Reference:
        The question is that of Niroomand, "On Machine Learning Loss Landscapes", section 1.8.1: "entirely
        different models" compared by their landscapes. The unit is ours.
    """
    rows = {name: dataclasses.asdict(landscape_shape(one)) for name, one in landscapes}
    return pd.DataFrame.from_dict(rows, orient="index")
