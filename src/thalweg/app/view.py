"""The explorer of a landscape, wherever one looks at it: a file, a server, a notebook."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ..landscape.landscape import Landscape
from ..landscape.levels import DEFAULT_LEVELS
from ..landscape.network import Network
from ..numbers import Real, Whole, whole_number
from .details import PROVIDERS, Provider, details_of
from .explorer_data import ExplorerData, explorer_data, landscape_data
from .limits import DEFAULT_DETAILS
from .page import exported_page

if TYPE_CHECKING:
    from .widget import ExplorerWidget


def view(
    landscape: Landscape | Network,
    *,
    annotations: Mapping[str, ArrayLike] | None = None,
    levels: Whole = DEFAULT_LEVELS,
    barrier_clip: Real | None = None,
    providers: Sequence[Provider] = PROVIDERS,
) -> "ExplorerWidget":
    """The explorer as a widget of a notebook; needs `anywidget`, the extra `notebook`.

    `selection` of what is returned holds the ids of the minima that are chosen, and can be set.

    Args:
        landscape: a landscape; or a network, whose single points have no details.
        annotations: more columns of a network by name: values, or groups if they are texts [minima].
        levels, barrier_clip: as in `analysis.disconnectivity_graph`.
        providers: of the sections of a detail.

    Raises:
        ImportError: without anywidget.
        ValueError: if there are no minima, or more than the explorer shows.
    """
    from .widget import ExplorerWidget

    if isinstance(landscape, Network):
        data = explorer_data(
            landscape, annotations=annotations, levels=levels, barrier_clip=barrier_clip
        )
        return ExplorerWidget.of(data, None)
    if annotations is not None:
        raise ValueError(
            "annotations are for a network; save those of a landscape, `landscape.annotate(name, values)`."
        )
    data = landscape_data(landscape, levels=levels, barrier_clip=barrier_clip)
    return ExplorerWidget.of(
        data, lambda of, numbers: details_of(landscape, of, numbers, providers)
    )


def export(
    landscape: Landscape | Network,
    *,
    details: Whole = DEFAULT_DETAILS,
    annotations: Mapping[str, ArrayLike] | None = None,
    levels: Whole = DEFAULT_LEVELS,
    barrier_clip: Real | None = None,
    providers: Sequence[Provider] = PROVIDERS,
) -> str:
    """The explorer as one HTML file, which needs no server and no network access.

    Args:
        landscape: a landscape, or a network.
        details: how many of the lowest minima have their details in it; for the others it says so.
        annotations, levels, barrier_clip, providers: as in `view`.

    Raises:
        ValueError: if there are no minima, or more than the explorer shows.
    """
    most = whole_number(details, "details", least=0)
    data: ExplorerData
    known: dict[str, Any] = {}
    if isinstance(landscape, Network):
        data = explorer_data(
            landscape, annotations=annotations, levels=levels, barrier_clip=barrier_clip
        )
    else:
        data = landscape_data(landscape, levels=levels, barrier_clip=barrier_clip)
        lowest = np.argsort(data.arrays["column 0"], kind="stable")[:most].tolist()
        known = {f"minimum {i}": details_of(landscape, "minimum", [i], providers) for i in lowest}
    return exported_page(data, known)
