"""The explorer of a landscape, wherever one looks at it: a file, a server, a notebook."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ..analysis.across.scan import Scan
from ..landscape.landscape import Landscape
from ..landscape.levels import DEFAULT_LEVELS
from ..landscape.network import Network
from ..numbers import Real, Whole, whole_number
from .comparison import Comparison, comparison_of
from .details import PROVIDERS, Details, Provider, details_of
from .explorer_data import shown_landscape, shown_network
from .followed import Followed
from .limits import DEFAULT_DETAILS
from .packing import ExplorerData
from .page import exported_comparison, exported_page
from .shown_network import ShownNetwork

if TYPE_CHECKING:
    from .widget import ComparisonWidget, ExplorerWidget


def view(
    landscape: Landscape | Network,
    *others: Landscape | Network,
    names: Sequence[str] | None = None,
    scan: Scan | None = None,
    annotations: Mapping[str, ArrayLike] | None = None,
    levels: Whole = DEFAULT_LEVELS,
    barrier_clip: Real | None = None,
    providers: Sequence[Provider] = PROVIDERS,
) -> "ExplorerWidget | ComparisonWidget":
    """The explorer as a widget of a notebook; needs `anywidget`, the extra `notebook`.

    `selection` of what is returned holds the ids of the minima that are chosen, and can be set. Of several
    landscapes two are shown side by side, with the minima matched that are one.

    Args:
        landscape: a landscape; or a network, whose single points have no details.
        others: more of them, to be compared with the first, or with one another in their order.
        names: of the landscapes that are compared; titles, or the values of the scan, if None.
        scan: of `analysis.scan`, which followed the minima of these landscapes, and whose folds are marked.
        annotations: more columns of a network by name: values, or groups if they are texts [minima].
        levels, barrier_clip: as in `analysis.disconnectivity_graph`.
        providers: of the sections of a detail.

    Raises:
        ImportError: without anywidget.
        ValueError: if there are no minima, or more than the explorer shows; for names, or a scan, of a single
            landscape, and annotations of several.
    """
    from .widget import ComparisonWidget, ExplorerWidget

    followed = None if scan is None else Followed.of(scan)
    if others:
        every = (landscape, *others)
        comparison = _compared(every, names, followed, annotations, levels, barrier_clip)
        return ComparisonWidget.of(comparison, [_details(one, providers) for one in every])
    _require_several(names, followed)
    shown = _one(landscape, annotations, levels, barrier_clip)
    return ExplorerWidget.of(shown.data, _details(landscape, providers))


def export(
    landscape: Landscape | Network,
    *others: Landscape | Network,
    names: Sequence[str] | None = None,
    scan: Scan | None = None,
    details: Whole = DEFAULT_DETAILS,
    annotations: Mapping[str, ArrayLike] | None = None,
    levels: Whole = DEFAULT_LEVELS,
    barrier_clip: Real | None = None,
    providers: Sequence[Provider] = PROVIDERS,
) -> str:
    """The explorer as one HTML file, which needs no server and no network access.

    Args:
        landscape: a landscape, or a network.
        others, names, scan: as in `view`.
        details: how many of the lowest minima have their details in it; for the others it says so.
        annotations, levels, barrier_clip, providers: as in `view`.

    Raises:
        ValueError: if there are no minima, or more than the explorer shows.
    """
    return exported(
        (landscape, *others),
        names=names,
        followed=None if scan is None else Followed.of(scan),
        details=details,
        annotations=annotations,
        levels=levels,
        barrier_clip=barrier_clip,
        providers=providers,
    )


def exported(
    landscapes: Sequence[Landscape | Network],
    *,
    names: Sequence[str] | None = None,
    followed: Followed | None = None,
    details: Whole = DEFAULT_DETAILS,
    annotations: Mapping[str, ArrayLike] | None = None,
    levels: Whole = DEFAULT_LEVELS,
    barrier_clip: Real | None = None,
    providers: Sequence[Provider] = PROVIDERS,
) -> str:
    """As `export`, with what a scan says in the form in which it is kept in a file."""
    most = whole_number(details, "details", least=0)
    if len(landscapes) > 1:
        comparison = _compared(landscapes, names, followed, annotations, levels, barrier_clip)
        pairs = zip(landscapes, comparison.parts, strict=True)
        return exported_comparison(
            comparison, [_lowest(one, data, most, providers) for one, data in pairs]
        )
    _require_several(names, followed)
    data = _one(landscapes[0], annotations, levels, barrier_clip).data()
    return exported_page(data, _lowest(landscapes[0], data, most, providers))


def _one(
    landscape: Landscape | Network,
    annotations: Mapping[str, ArrayLike] | None,
    levels: Whole,
    barrier_clip: Real | None,
) -> ShownNetwork:
    """What is shown of a single landscape."""
    if isinstance(landscape, Network):
        return shown_network(
            landscape, annotations=annotations, levels=levels, barrier_clip=barrier_clip
        )
    if annotations is not None:
        raise ValueError(
            "annotations are for a network; save those of a landscape, `landscape.annotate(name, values)`."
        )
    return shown_landscape(landscape, levels=levels, barrier_clip=barrier_clip)


def _compared(
    landscapes: Sequence[Landscape | Network],
    names: Sequence[str] | None,
    followed: Followed | None,
    annotations: Mapping[str, ArrayLike] | None,
    levels: Whole,
    barrier_clip: Real | None,
) -> Comparison:
    if annotations is not None:
        raise ValueError("annotations are for one network; save those of a landscape before.")
    return comparison_of(
        landscapes,
        names=names,
        followed=followed,
        levels=levels,
        barrier_clip=barrier_clip,
    )


def _require_several(names: Sequence[str] | None, followed: Followed | None) -> None:
    if names is not None or followed is not None:
        raise ValueError("names and a scan are for several landscapes: pass the others as well.")


def _details(landscape: Landscape | Network, providers: Sequence[Provider]) -> Details | None:
    """What answers for single points; None for a network, which knows nothing of them."""
    if isinstance(landscape, Network):
        return None
    return lambda of, numbers: details_of(landscape, of, numbers, providers)


def _lowest(
    landscape: Landscape | Network, data: ExplorerData, most: int, providers: Sequence[Provider]
) -> dict[str, Any]:
    """The details of the lowest minima, by key."""
    if isinstance(landscape, Network):
        return {}
    numbers = data.arrays.get("minimum_number", np.arange(data.notes["n_minima"]))
    lowest = numbers[np.argsort(data.arrays["column 0"], kind="stable")[:most]].tolist()
    return {f"minimum {i}": details_of(landscape, "minimum", [i], providers) for i in lowest}
