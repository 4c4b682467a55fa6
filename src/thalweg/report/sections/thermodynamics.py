"""Heat capacity, its peaks, the minima that exchange occupation there, entropy and frustration."""

from functools import partial
from typing import Any

import numpy as np
from markupsafe import Markup

from ... import analysis, plot
from ..picture import picture
from ..section import ReportContext, Section, template_beside

_MOST_PEAKS = 3


def _build(context: ReportContext) -> dict[str, Any]:
    network, curve, peaks = context.network, context.heat_capacity, context.overview.peaks
    return {
        "heat_capacity": picture(lambda ax: plot.heat_capacity(curve, ax), (9.0, 4.5)),
        "peaks": peaks,
        "contributors": [
            picture(
                partial(plot.peak_contributors, network, peak),
                (9.0, 6.0),
                as_image=context.is_large,
            )
            for peak in curve.peaks[:_MOST_PEAKS]
        ],
        "relations": _relations(context),
        "at_search": context.overview.at_temperatures,
        "frustration": _frustration(context),
        "entropy": _entropy(context),
        "largest_left_out": max((p.frustration.left_out_occupation for p in peaks), default=0),
    }


def _frustration(context: ReportContext) -> Markup | None:
    """F over temperature, if it is defined."""
    curve = analysis.frustration_curve(context.network, context.heat_capacity.temperatures)
    if not curve or curve[0].reason:
        return None
    marks = _marks(context)
    return picture(lambda ax: plot.frustration(curve, ax, marks=marks), (9.0, 4.0))


def _relations(context: ReportContext) -> list[tuple[int, analysis.ContributorRelation]]:
    """How |g| at each peak goes with the saved metrics and with flatness; none without metrics."""
    network = context.network
    measured = {name: v for name, v in context.annotations.items() if np.isfinite(v).sum() >= 8}
    if not measured:
        return []
    values = {**measured, "LPPHE": network.lpphe, "rise": context.robustness.measured_rise}
    return [
        (number, relation)
        for number, peak in enumerate(context.heat_capacity.peaks[:_MOST_PEAKS], start=1)
        for relation in analysis.contributor_relations(network, peak.temperature, values)
    ]


def _entropy(context: ReportContext) -> Markup:
    """S over temperature."""
    averages = analysis.thermodynamics(context.network, context.heat_capacity.temperatures)
    marks = _marks(context)
    return picture(lambda ax: plot.shannon_entropy(averages, ax, marks=marks), (9.0, 4.0))


def _marks(context: ReportContext) -> dict[str, float]:
    return {
        f"T of the search, {state.temperature:g}": state.temperature
        for state in context.overview.at_temperatures
    }


THERMODYNAMICS = Section(
    "Thermodynamics", template_beside(__package__, "thermodynamics.html"), _build
)
