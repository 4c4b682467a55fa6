"""What the explorer shows of a landscape, as named arrays."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import colormaps
from numpy.typing import ArrayLike

from ..analysis.graph.disconnectivity import disconnectivity_graph
from ..analysis.graph.frustration import frustration_curve
from ..analysis.graph.thermodynamics import heat_capacity
from ..landscape.landscape import Landscape
from ..landscape.levels import DEFAULT_LEVELS
from ..landscape.merge_tree import merge_tree
from ..landscape.network import Network
from ..numbers import Real, Whole
from ..plot import palette
from .columns import columns_of
from .distances import distances_to_global_minimum
from .limits import MOST_MINIMA
from .packing import pack


@dataclass(frozen=True, eq=False)
class ExplorerData:
    """Arrays by name, and what belongs to them; docs/explorer.md says what each holds.

    Attributes:
        arrays: as `packing.pack` takes them.
        notes: title, counts, unit, columns, levels, colours.
    """

    arrays: Mapping[str, np.ndarray]
    notes: Mapping[str, Any]

    def to_bytes(self) -> bytes:
        """As one piece, which the front end reads."""
        return pack(self.arrays, self.notes)


def explorer_data(
    network: Network,
    *,
    title: str = "",
    annotations: Mapping[str, ArrayLike] | None = None,
    unit: str = "loss",
    left_out: str = "",
    levels: Whole = DEFAULT_LEVELS,
    barrier_clip: Real | None = None,
) -> ExplorerData:
    """What the explorer shows of a network.

    Args:
        network: minima and transition states.
        title: a line above all.
        annotations: more columns by name: values, or groups if they are texts [minima].
        unit: of the loss.
        left_out: what a reader may miss, and why it is not there; shown below the tree.
        levels, barrier_clip: as in `analysis.disconnectivity_graph`.

    Raises:
        ValueError: for a network without minima, with more than `MOST_MINIMA`, of rates without losses,
            an annotation of another length, or a clip below the global minimum.
    """
    network.require_losses("the explorer")
    if network.n_minima > MOST_MINIMA:
        raise ValueError(
            f"the explorer shows up to {MOST_MINIMA:,} minima, and there are {network.n_minima:,}: none "
            "are left out in silence. Show `analysis.basin_network(network)`, the bottoms of its basins."
        )
    graph = disconnectivity_graph(
        network, levels=levels, barrier_clip=barrier_clip, arrangement="stems"
    )
    columns = columns_of(network, annotations or {}, unit)
    tree = merge_tree(network)
    ends = graph.segments.ends
    arrays = {
        "order": graph.order,
        "drawn_loss": graph.losses,
        "barrier_to_right": graph.barriers,
        "place_x": graph.x.astype(np.float32),
        "level_loss": np.array([level.loss for level in graph.levels]),
        "segment_x": ends[:, :, 0].astype(np.float32),
        "segment_loss": ends[:, :, 1],
        "segment_start": graph.segments.start,
        "segment_stop": graph.segments.stop,
        "minimum_id": network.minimum_ids,
        "transition_state_id": network.transition_state_ids,
        "edge": network.edges,
        "barrier_loss": network.barrier_losses,
        "forest": tree.transition_states,
        "colours_of_values": _colours_of_values(),
        **{f"column {k}": column.values for k, column in enumerate(columns)},
        **_thermodynamic_arrays(network),
    }
    notes = {
        "title": title,
        "unit": unit,
        "left_out": left_out,
        "n_minima": network.n_minima,
        "n_transition_states": network.n_transition_states,
        "n_joined": int(network.is_joined.sum()),
        "n_components": network.n_components,
        "n_modes": network.n_modes,
        "global_minimum": network.global_minimum,
        "has_temperature": network.chain is None,
        **_clipped(network, barrier_clip),
        "columns": [
            {"name": column.name, "groups": column.groups, "meaning": column.meaning}
            for column in columns
        ],
        "colours_of_groups": palette.GROUPS,
    }
    return ExplorerData(arrays, notes)


def landscape_data(
    landscape: Landscape, *, levels: Whole = DEFAULT_LEVELS, barrier_clip: Real | None = None
) -> ExplorerData:
    """What the explorer shows of a landscape, saved values included.

    Raises: as `explorer_data`; of an empty landscape it says why it is empty.
    """
    landscape.require_minima("the explorer")
    network = landscape.network()
    annotations = {name: landscape.annotation(name) for name in landscape.annotation_names()}
    distances = distances_to_global_minimum(landscape, network)
    if isinstance(distances, str):
        left_out = f"Distance to the global minimum is no column: {distances}."
    else:
        left_out, annotations = "", {"distance": distances, **annotations}
    # A landscape may grow between the calls: minima are numbered in the order in which they came.
    annotations = {name: _as_long_as(values, network) for name, values in annotations.items()}
    return explorer_data(
        network,
        title=landscape.problem_name,
        annotations=annotations,
        left_out=left_out,
        levels=levels,
        barrier_clip=barrier_clip,
    )


def _as_long_as(values: np.ndarray, network: Network) -> np.ndarray:
    result = np.full(network.n_minima, np.nan)
    n = min(len(values), network.n_minima)
    result[:n] = values[:n]
    return result


def _clipped(network: Network, clip: Real | None) -> dict[str, Any]:
    """What the tree shows lower than it is."""
    limit = np.inf if clip is None else float(clip)
    return {
        "barrier_clip": None if clip is None else limit,
        "n_clipped_minima": int((network.losses > limit).sum()),
        "n_clipped_transition_states": int((network.barrier_losses > limit).sum()),
    }


def _colours_of_values() -> np.ndarray:
    """The colour map of values, as red, green and blue from 0 to 255 [256 3]."""
    table = colormaps[palette.VALUES](np.arange(256))[:, :3]
    return np.round(255 * table).astype(np.uint8)


def _thermodynamic_arrays(network: Network) -> dict[str, np.ndarray]:
    if network.chain is not None:
        return {}
    curve = heat_capacity(network)
    index = frustration_curve(network, curve.temperatures)
    return {
        "log_weight": network.log_degeneracy - 0.5 * network.lpphe,
        "temperature": curve.temperatures,
        "heat_capacity": curve.values,
        "heat_capacity_positive": curve.positive,
        "heat_capacity_negative": curve.negative,
        "frustration_excess": np.array([one.excess for one in index]),
        "peak_temperature": np.array([peak.temperature for peak in curve.peaks], dtype=np.float64),
        "peak_heat_capacity": np.array([peak.value for peak in curve.peaks], dtype=np.float64),
    }
