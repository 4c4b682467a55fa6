"""Every minimum of every value of a scan, with its loss, its error, its group and its branch."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from jaxtyping import Float

from ...landscape.landscape import Landscape
from .scan import Scan, group_by_kmeans

_ERROR = "test mean squared error"


def scan_minima(
    scan: Scan,
    landscapes: Sequence[tuple[float, Landscape]],
    metrics: Sequence[Mapping[str, Float[np.ndarray, " _"]]],
) -> pd.DataFrame:
    """One row for each minimum at each value of the parameter.

    The published grouping is k-means of (loss, test error), with k the largest number of minima at any
    value (`group_by_kmeans`). The branch says which minima are one in fact: those that continuation takes
    into each other (`Scan.tracks`).

    Args:
        scan: of `landscapes`.
        landscapes: one for each value, ascending.
        metrics: of the minima of each value; groups need the test error of all.

    Returns:
        Columns `value`, `minimum`, `loss`, `branch`, and where the error was measured
        `test mean squared error` and `group`.
    """
    networks = [landscape.network() for _, landscape in landscapes]
    counts = [network.n_minima for network in networks]
    table = pd.DataFrame(
        {
            "value": np.repeat([value for value, _ in landscapes], counts),
            "minimum": np.concatenate([np.arange(n) for n in counts]),
            "loss": np.concatenate([network.losses for network in networks]),
            "branch": np.concatenate(scan.tracks),
        }
    )
    if len(table) and all(_ERROR in by_name for by_name in metrics):
        errors = [np.asarray(by_name[_ERROR]) for by_name in metrics]
        table[_ERROR] = np.concatenate(errors)
        groups = group_by_kmeans([network.losses for network in networks], errors)
        table["group"] = np.concatenate(groups)
    return table
