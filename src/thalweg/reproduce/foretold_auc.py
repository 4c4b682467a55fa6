"""Figure 2.13: cross-entropy against test AUC, for the minima of cross-entropy and of appAUC."""

from collections.abc import Mapping
from functools import partial

import numpy as np
from jaxtyping import Float
from matplotlib.figure import Figure

from .. import plot
from ..analysis import linear_fit, loss_metric_correlation
from ..analysis.minima.metrics import classification_metrics
from .auc_landscapes import (
    LOSSES,
    NEVER_NEGATIVE,
    problem_on,
    read,
    spiral_data,
    study,
    training_classes,
)
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, exceeds, published_statements, stated

_CE, _APP = "CE minima", "appAUC minima"
_PUBLISHED: dict[str, Measurements] = {_APP: {"mean CE loss": 1.2, "median CE loss": 0.8}}
Pairs = tuple[Float[np.ndarray, " minima"], Float[np.ndarray, " minima"]]


def foretold_auc(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """Whether the cross-entropy of a minimum tells its test AUC, in either landscape."""
    scale = study(scale)
    data = spiral_data(scale)
    ce = problem_on(data, scale, LOSSES["CE"])
    measurements: dict[str, list[Measurements]] = {}
    drawn: dict[str, Pairs] = {}
    for case, loss in ((_CE, "CE"), (_APP, "sigmoid")):
        problem = problem_on(data, scale, LOSSES[loss])
        for seed in scale.seeds:
            progress(f"{case}, seed {seed}")
            reading = read(landscapes, problem, data, scale, seed)
            training = classification_metrics(
                reading.network, ce, data.inputs, training_classes(ce)
            ).loss
            measurements.setdefault(case, []).append(_measured(training, reading.metrics.auc))
            drawn.setdefault(case, (training, reading.metrics.auc))
    statements = (
        *published_statements(measurements, _PUBLISHED, never_negative=NEVER_NEGATIVE),
        *(
            stated(
                f"a lower cross-entropy goes with a higher test AUC: {case}",
                measurements,
                partial(_is_negative, case),
            )
            for case in (_CE, _APP)
        ),
        stated(
            "the correlation is much stronger for CE minima (Pearson, by half and more)",
            measurements,
            lambda r: r[_CE]["Pearson"] < 1.5 * r[_APP]["Pearson"] < 0,
        ),
        stated(
            "it is stronger at all (Pearson)",
            measurements,
            exceeds((_APP, "Pearson"), (_CE, "Pearson")),
        ),
        stated(
            "the fitted line is steeper for CE minima",
            measurements,
            exceeds((_APP, "slope"), (_CE, "slope")),
        ),
        stated(
            "the mean cross-entropy of appAUC minima is nearly twice that of CE minima (1.5 to 2.5)",
            measurements,
            lambda r: 1.5 <= r[_APP]["mean CE loss"] / r[_CE]["mean CE loss"] <= 2.5,
        ),
        stated(
            "their median is below their mean: few have a very high loss",
            measurements,
            lambda r: r[_APP]["median CE loss"] < r[_APP]["mean CE loss"],
        ),
    )
    caption = (
        "Cross-entropy on the training rows against test AUC over the minima of either landscape (first "
        "seed), with a straight line through each and Pearson's coefficient r."
    )
    return Reproduction(
        "figure-2.13",
        "cross-entropy loss against test AUC",
        side_by_side(measurements, _PUBLISHED),
        statements,
        scale,
        f"2-{scale.hidden}-2 network; cross-entropy without penalty",
        (Picture("", caption, partial(_draw, drawn), (10.0, 4.5)),),
    )


def _is_negative(case: str, r: Mapping[str, Measurements]) -> bool:
    return r[case]["Pearson"] < 0


def _measured(
    loss: Float[np.ndarray, " minima"], auc: Float[np.ndarray, " minima"]
) -> dict[str, float]:
    fit = linear_fit(loss, auc)
    return {
        "Pearson": fit.pearson,
        "Spearman": loss_metric_correlation(loss, auc).coefficient,
        "slope": fit.slope,
        "error of the slope": fit.slope_error,
        "mean CE loss": float(loss.mean()),
        "median CE loss": float(np.median(loss)),
    }


def _draw(drawn: dict[str, Pairs], figure: Figure) -> None:
    # One range of the AUC for both, so that the slopes can be compared by eye.
    panels = figure.subplots(1, 2, sharey=True)
    for k, (ax, (case, (loss, auc))) in enumerate(zip(panels, drawn.items(), strict=True)):
        plot.metric_over_loss(
            loss,
            auc,
            linear_fit(loss, auc),
            ax,
            labels=("cross-entropy loss (nats)", "test AUC"),
            name=case,
            group=k,
        )
