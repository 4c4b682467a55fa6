"""Several landscapes side by side, in one table."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from jaxtyping import Float

from ...landscape.coverage import least_covered
from ...landscape.landscape import Landscape
from ..graph.basins import monotonic_sequence_basins
from ..graph.frustration import frustration
from ..graph.spearman import spearman
from ..graph.thermodynamics import heat_capacity
from ..minima.linear_fit import linear_fit
from ..minima.metric_direction import best_value, metric_direction


def landscape_table(landscapes: Sequence[tuple[str, Landscape]]) -> pd.DataFrame:
    """Several landscapes side by side, one row each, by name.

    Columns: minima, transition_states, joined (share of the minima), coverage and chao1 of the random
    starts, best_loss, lpphe_mean and lpphe_sd, steps_per_quench, basins (monotonic sequence basins),
    peaks (of C_V), frustration (normalised, at the highest peak), and for each saved value its best (if
    `metric_direction` knows which end that is), mean, median and variance over minima; its correlation
    with the loss over minima (Spearman and Pearson), the slope of a straight line and its standard error
    (`linear_fit`). What is undefined is NaN.
    """
    rows = {name: _row(landscape) for name, landscape in landscapes}
    return pd.DataFrame.from_dict(rows, orient="index")


def _over_the_loss(
    name: str, losses: Float[np.ndarray, " minima"], values: Float[np.ndarray, " minima"]
) -> dict[str, float]:
    """How a saved value goes with the loss over the minima that have it; nothing for fewer than two."""
    is_known = np.isfinite(values)
    if is_known.sum() < 2:
        return {}
    losses, values = losses[is_known], values[is_known]
    fit = linear_fit(losses, values)
    return {
        f"spearman of loss and {name}": spearman(losses, values).coefficient,
        f"pearson of loss and {name}": fit.pearson,
        f"slope of {name} over loss": fit.slope,
        f"error of slope of {name}": fit.slope_error,
    }


def _row(landscape: Landscape) -> dict[str, float | int]:
    network, counts, coverage = (
        landscape.network(),
        landscape.counts(),
        least_covered(landscape.coverages()),
    )
    if network.n_minima == 0:
        return {"minima": 0, "transition_states": 0}
    peaks = heat_capacity(network).peaks
    highest = max(peaks, key=lambda peak: peak.value, default=None)
    row: dict[str, float | int] = {
        "minima": network.n_minima,
        "transition_states": network.n_transition_states,
        "joined": float(network.is_joined.mean()),
        "coverage": coverage.good_turing,
        "chao1": coverage.chao1,
        "best_loss": network.lowest_loss,
        "lpphe_mean": float(network.lpphe.mean()),
        "lpphe_sd": float(network.lpphe.std()),
        "steps_per_quench": counts.steps / max(counts.quenches, 1),
        "basins": len(monotonic_sequence_basins(network).bottoms),
        "peaks": len(peaks),
        "frustration": np.nan
        if highest is None
        else frustration(network, highest.temperature).normalised,
    }
    for name in landscape.annotation_names():
        values = landscape.annotation(name)
        if metric_direction(name) is not None:
            row[f"best {name}"] = best_value(name, values)
        row[f"mean {name}"] = float(np.nanmean(values))
        row[f"median {name}"] = float(np.nanmedian(values))
        row[f"variance of {name}"] = float(np.nanvar(values))
        row |= _over_the_loss(name, network.losses, values)
    return row
