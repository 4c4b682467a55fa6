"""The best and the flattest minima, correlations over all, spectra, and a drawing of the lowest."""

from typing import Any

import numpy as np
from jaxtyping import Float
from markupsafe import Markup

from ... import analysis, plot
from ...problems.capabilities import Layered
from ..picture import picture
from ..section import DISPLACEMENT, ReportContext, Section, template_beside

_MOST_ROWS = 10


def _build(context: ReportContext) -> dict[str, Any]:
    network = context.network
    return {
        "tables": [
            ("Lowest loss", _rows(context, network.losses)),
            ("Flattest", _rows(context, network.lpphe)),
        ],
        "saved_names": list(context.annotations),
        "radius": DISPLACEMENT,
        "correlations": _correlations(context),
        "doubtful_below": analysis.chance_correlation(network.n_minima),
        "spectra": _spectra(context),
        "weights": _weights(context),
    }


def _rows(context: ReportContext, order: Float[np.ndarray, " minima"]) -> list[dict[str, Any]]:
    return [_row(context, int(i)) for i in np.argsort(order, kind="stable")[:_MOST_ROWS]]


def _row(context: ReportContext, minimum: int) -> dict[str, Any]:
    network, flatness = context.network, context.robustness
    return {
        "minimum": minimum,
        "loss": network.losses[minimum],
        "lpphe": network.lpphe[minimum],
        "trace": flatness.trace[minimum],
        "largest": flatness.largest_eigenvalue[minimum],
        "n_flat": int(flatness.n_flat[minimum]),
        "expected": flatness.expected_rise[minimum],
        "rise": flatness.measured_rise[minimum],
        "error": flatness.measured_error[minimum],
        "hits": int(network.hits[minimum]),
        "saved": [values[minimum] for values in context.annotations.values()],
    }


def _correlations(context: ReportContext) -> list[tuple[str, list[str]]]:
    """Spearman's rank correlations over all minima, as text; none for fewer than three minima."""
    network, flatness = context.network, context.robustness
    if network.n_minima < 3:
        return []
    table = analysis.rank_correlations(
        {
            "loss": network.losses,
            **context.annotations,
            "LPPHE": network.lpphe,
            "trace": flatness.trace,
            "largest eigenvalue": flatness.largest_eigenvalue,
            "rise": flatness.measured_rise,
            "hits": network.hits.astype(np.float64),
        }
    )
    rows = [("", [str(name) for name in table.columns])]
    for name, values in table.iterrows():
        # A constant column has no correlation.
        rows.append((str(name), ["—" if np.isnan(v) else f"{v:.2f}" for v in values]))
    return rows


def _spectra(context: ReportContext) -> Markup:
    lowest = analysis.lowest_points(context.landscape.minima())
    return picture(lambda ax: plot.spectra(lowest, ax), (9.0, 4.5))


def _weights(context: ReportContext) -> Markup | None:
    """The lowest minimum drawn as a network, if it is one."""
    problem, network = context.problem, context.network
    if not isinstance(problem, Layered):
        return None
    layers = problem.layers(network.coordinates[network.global_minimum])
    return picture(lambda ax: plot.weight_diagram(layers, ax), (7.0, 4.5))


MINIMA = Section(
    "The best and the flattest minima", template_beside(__package__, "minima.html"), _build
)
