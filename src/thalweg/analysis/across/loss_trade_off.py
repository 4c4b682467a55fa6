"""Landscapes as a guide to the choice of a loss: quality against flatness against cost."""

from collections.abc import Sequence

import numpy as np

from ...landscape.landscape import Landscape
from ..minima.metric_direction import MetricDirection, metric_direction
from .trade_off import TradeOff, trade_off

QUALITIES = ("test auc", "test mean squared error", "test log density")
"""Saved metrics by which losses are weighed; the first that all landscapes have."""
_SPREAD = "resampled test auc sd"


def loss_trade_off(
    landscapes: Sequence[tuple[str, Landscape]], quality: str | None = None
) -> TradeOff:
    """Weigh losses by their landscapes: held-out quality, flatness and robustness, and cost.

    Objectives are the saved metric (over minima), the LPPHE (lower is flatter, which is the published
    argument for robustness; of losses in different units it compares the units too), the spread of the test
    AUC when training rows are drawn anew where all landscapes have it saved (which no unit enters), and the
    steps per quench.

    Args:
        landscapes: of the losses, by name.
        quality: a saved metric with a better end; the first of `QUALITIES` that all have if None.

    Raises:
        ValueError: if there is no such metric, or a landscape has no minima.

    Reference: the thesis on neural-network loss landscapes, section 2.3.9: by-minimum AUC, LPPHE and cost.
    """
    shared = set.intersection(*({*landscape.annotation_names()} for _, landscape in landscapes))
    chosen = quality or next((name for name in QUALITIES if name in shared), None)
    direction = None if chosen is None else metric_direction(chosen)
    if chosen is None or chosen not in shared or direction is None:
        raise ValueError(
            f"a trade-off needs {chosen or 'one of ' + ', '.join(QUALITIES)}, saved for every landscape; "
            "`thalweg metrics` saves them."
        )
    objectives = {
        chosen: direction,
        "LPPHE": MetricDirection.LOWER,
        **({_SPREAD: MetricDirection.LOWER} if _SPREAD in shared else {}),
        "steps per quench": MetricDirection.LOWER,
    }
    return trade_off(
        {name: _values_of(landscape, chosen, objectives) for name, landscape in landscapes},
        objectives,
    )


def _values_of(
    landscape: Landscape, quality: str, objectives: dict[str, MetricDirection]
) -> dict[str, np.ndarray]:
    counts = landscape.counts()
    saved = [name for name in (quality, _SPREAD) if name in objectives]
    values = {name: landscape.annotation(name) for name in saved}
    values["LPPHE"] = landscape.network().lpphe
    values["steps per quench"] = np.array([counts.steps / max(counts.quenches, 1)])
    # A minimum that was found after the metric was saved has none.
    return {name: array[np.isfinite(array)] for name, array in values.items()}
