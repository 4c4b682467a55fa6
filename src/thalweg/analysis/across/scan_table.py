"""What a scan says at each value of its parameter, and which values lie beside its folds."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from jaxtyping import Float

from ...landscape.landscape import Landscape
from .scan import Scan, agreement_with_kmeans

_MOST_BESIDE_FOLDS = 6
_ERROR = "test mean squared error"

# Each value of the parameter has minima of its own number.
_Metrics = Mapping[str, Float[np.ndarray, " _"]]


def scan_table(
    landscapes: Sequence[tuple[float, Landscape]], metrics: Sequence[_Metrics]
) -> pd.DataFrame:
    """One row for each value: counts, the lowest loss, and the metrics of the lowest minimum.

    Args:
        landscapes: one for each value.
        metrics: of the minima of each; empty where nothing was measured.

    Returns:
        Indexed by value; what is undefined is NaN.
    """
    rows = {
        value: _row(landscape, by_name)
        for (value, landscape), by_name in zip(landscapes, metrics, strict=True)
    }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.name = "value"
    return table


def _row(landscape: Landscape, metrics: _Metrics) -> dict[str, float | int]:
    network = landscape.network()
    row: dict[str, float | int] = {
        "minima": network.n_minima,
        "transition states": landscape.n_transition_states,
        "quenches that ended at the bounds": landscape.counts().at_bounds,
        "lowest loss": network.lowest_loss if network.n_minima else np.nan,
    }
    return row | {name: float(v[network.global_minimum]) for name, v in metrics.items()}


def published_grouping_agreement(
    scan: Scan,
    landscapes: Sequence[tuple[float, Landscape]],
    metrics: Sequence[_Metrics],
) -> float | None:
    """Adjusted Rand index of the published grouping by (loss, test error) and the minima as followed.

    Args:
        scan: which says which minima are one.
        landscapes, metrics: as for `scan_table`.

    Returns:
        None where the test error of some landscape was not measured.
    """
    if not all(_ERROR in by_name for by_name in metrics):
        return None
    losses = [landscape.network().losses for _, landscape in landscapes]
    return agreement_with_kmeans(scan, losses, [by_name[_ERROR] for by_name in metrics])


def values_beside_folds(scan: Scan, most: int = _MOST_BESIDE_FOLDS) -> list[float]:
    """The scanned values next to the folds, ascending, at most so many."""
    values: set[float] = set()
    for catastrophe in scan.catastrophes:
        above = np.searchsorted(scan.values, catastrophe.fold.value)
        k = int(np.clip(above, 1, len(scan.values) - 1))
        values |= {float(scan.values[k - 1]), float(scan.values[k])}
    return sorted(values)[:most]
