"""What the explorer shows of a landscape, as named arrays."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from ..landscape.landscape import Landscape
from ..landscape.levels import DEFAULT_LEVELS
from ..landscape.network import Network
from ..numbers import Real, Whole
from .distances import distances_to_global_minimum
from .limits import Limits
from .packing import ExplorerData
from .shown_network import Openings, ShownNetwork


def explorer_data(
    network: Network,
    *,
    title: str = "",
    annotations: Mapping[str, ArrayLike] | None = None,
    unit: str = "loss",
    left_out: str = "",
    levels: Whole = DEFAULT_LEVELS,
    barrier_clip: Real | None = None,
    opened: Openings = (),
    limits: Limits = Limits(),  # noqa: B008 (frozen)
) -> ExplorerData:
    """What the explorer shows of a network.

    Args:
        network: minima and transition states.
        title: a line above all.
        annotations: more columns by name: values, or groups if they are texts [minima].
        unit: of the loss.
        left_out: what a reader may miss, and why it is not there; shown below the tree.
        levels, barrier_clip: as in `analysis.disconnectivity_graph`.
        opened: of a network that is not sent whole, one after the other, numbers of minima whose shallower
            ones are shown as well.
        limits: how much is sent.

    Raises:
        ValueError: for a network without minima, of rates without losses, an annotation of another length, a
            clip below the global minimum, or if more is opened than is ever sent.
    """
    shown = shown_network(
        network,
        title=title,
        annotations=annotations,
        unit=unit,
        left_out=left_out,
        levels=levels,
        barrier_clip=barrier_clip,
        limits=limits,
    )
    return shown.data(opened)


def shown_network(
    network: Network,
    *,
    title: str = "",
    annotations: Mapping[str, ArrayLike] | None = None,
    unit: str = "loss",
    left_out: str = "",
    levels: Whole = DEFAULT_LEVELS,
    barrier_clip: Real | None = None,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
) -> ShownNetwork:
    """As `explorer_data`, for what is opened later."""
    return ShownNetwork(
        network,
        title=title,
        annotations=annotations or {},
        unit=unit,
        left_out=left_out,
        levels=levels,
        barrier_clip=barrier_clip,
        limits=limits,
    )


def landscape_data(
    landscape: Landscape, *, levels: Whole = DEFAULT_LEVELS, barrier_clip: Real | None = None
) -> ExplorerData:
    """What the explorer shows of a landscape, saved values included.

    Raises: as `explorer_data`; of an empty landscape it says why it is empty.
    """
    return shown_landscape(landscape, levels=levels, barrier_clip=barrier_clip).data()


def shown_landscape(
    landscape: Landscape,
    *,
    levels: Whole = DEFAULT_LEVELS,
    barrier_clip: Real | None = None,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
) -> ShownNetwork:
    """As `landscape_data`, for what is opened later."""
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
    return shown_network(
        network,
        title=landscape.problem_name,
        annotations=annotations,
        left_out=left_out,
        levels=levels,
        barrier_clip=barrier_clip,
        limits=limits,
    )


def _as_long_as(values: np.ndarray, network: Network) -> np.ndarray:
    result = np.full(network.n_minima, np.nan)
    n = min(len(values), network.n_minima)
    result[:n] = values[:n]
    return result
