"""Figure 2.12: minima of appAUC relaxed on the loss landscape of cross-entropy."""

from functools import partial

import numpy as np
from jaxtyping import Float
from matplotlib.figure import Figure

from .. import plot
from ..analysis import Relaxation, relax_on
from ..analysis.graph.spearman import spearman
from .auc_landscapes import (
    LOSSES,
    metrics_on_test_rows,
    problem_on,
    read,
    spiral_data,
    study,
)
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, stated

_CASE = "appAUC relaxed on CE"
_PUBLISHED: dict[str, Measurements] = {
    _CASE: {
        "minima": 13948,
        "minima reached": 700,
        "common to both": 0,
        "median |change of AUC|": 0.03,
    }
}
_PANELS = {
    "distance": "Euclidean distance, aligned",
    "fall": "Δ cross-entropy loss",
    "change": "Δ test AUC",
    "steps": "steps of L-BFGS",
}


def relaxed_minima(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """How far and how deep appAUC minima go when they are relaxed on cross-entropy, by L-BFGS."""
    scale = study(scale)
    data = spiral_data(scale)
    app, ce = (problem_on(data, scale, LOSSES[name]) for name in ("sigmoid", "CE"))
    measurements: dict[str, list[Measurements]] = {_CASE: []}
    densities: dict[str, Float[np.ndarray, " minima"]] = {}
    for seed in scale.seeds:
        progress(f"seed {seed}")
        reading = read(landscapes, app, data, scale, seed)
        relaxation = relax_on(reading.network, ce, "lbfgs")
        after = metrics_on_test_rows(relaxation.network(), ce, data).auc
        change = relaxation.change(reading.metrics.auc, after)
        measurements[_CASE].append(_measured(relaxation, change))
        densities = densities or _values(relaxation, change)
    statements = (
        stated(
            "several appAUC minima relax to one of cross-entropy",
            measurements,
            lambda r: r[_CASE]["minima reached"] < r[_CASE]["minima at rest"],
        ),
        stated(
            "no minimum is common to both: the CE gradient vanishes at none",
            measurements,
            lambda r: r[_CASE]["common to both"] == 0 and r[_CASE]["smallest RMS gradient"] > 1e-8,
        ),
        stated(
            "the median |change of AUC| is near 0.03 (within a factor of two)",
            measurements,
            lambda r: 0.015 <= r[_CASE]["median |change of AUC|"] <= 0.06,
        ),
        stated(
            "the AUC changes little even of those that move far (median of the farther half below 0.06)",
            measurements,
            lambda r: r[_CASE]["median |change of AUC|, farther half"] < 0.06,
        ),
        stated(
            "steps have a longer tail than distances (95 % quantile over the median)",
            measurements,
            lambda r: r[_CASE]["tail of the steps"] > r[_CASE]["tail of the distance"],
        ),
        stated(
            "large distances and large changes of loss do not belong together (|Spearman| < 0.3)",
            measurements,
            lambda r: abs(r[_CASE]["Spearman of distance and loss"]) < 0.3,
        ),
    )
    caption = (
        "Densities over the minima of appAUC (first seed) of what happens on relaxing them on cross-entropy; "
        "Δ is the value at the appAUC minimum minus that at the CE minimum it maps to. Ticks: each minimum."
    )
    return Reproduction(
        "figure-2.12",
        "appAUC minima relaxed on cross-entropy",
        side_by_side(measurements, _PUBLISHED),
        statements,
        scale,
        f"2-{scale.hidden}-2 network; distances after alignment over symmetry images",
        (Picture("", caption, partial(_draw, densities), (9.0, 6.0)),),
    )


def _values(
    relaxation: Relaxation, change: Float[np.ndarray, " minima"]
) -> dict[str, Float[np.ndarray, " minima"]]:
    """What is drawn, of the minima that came to rest; with the published sign, start minus end."""
    is_reached = relaxation.assignment >= 0
    return {
        "distance": relaxation.distance[is_reached],
        "fall": -relaxation.loss_change[is_reached],
        "change": -change[is_reached],
        "steps": relaxation.steps[is_reached].astype(np.float64),
    }


def _measured(
    relaxation: Relaxation, change: Float[np.ndarray, " minima"]
) -> dict[str, float | int]:
    values = _values(relaxation, change)
    distance, fall, size = values["distance"], values["fall"], np.abs(values["change"])
    far = distance >= np.median(distance)
    # No network of this study is too large for a Hessian.
    index = np.zeros(0) if relaxation.index is None else relaxation.index
    return {
        "minima": len(relaxation.assignment),
        "minima at rest": len(distance),
        "minima reached": relaxation.n_reached,
        "common to both": int(relaxation.is_common.sum()),
        "smallest RMS gradient": float(relaxation.rms_gradient.min()),
        "share with negative curvature": float(np.mean(index > 0)),
        "median Hessian index": float(np.median(index)),
        "median distance": float(np.median(distance)),
        "median change of loss": float(np.median(fall)),
        "median |change of AUC|": float(np.median(size)),
        "median |change of AUC|, farther half": float(np.median(size[far])),
        "median steps": float(np.median(values["steps"])),
        "tail of the distance": _tail(distance),
        "tail of the steps": _tail(values["steps"]),
        "Spearman of distance and loss": spearman(distance, fall).coefficient,
    }


def _tail(values: Float[np.ndarray, " n"]) -> float:
    return float(np.quantile(values, 0.95) / np.median(values))


def _draw(values: dict[str, Float[np.ndarray, " minima"]], figure: Figure) -> None:
    for ax, (name, label) in zip(np.ravel(figure.subplots(2, 2)), _PANELS.items(), strict=True):
        plot.density(values[name], label, ax)
