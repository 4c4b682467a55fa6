"""Heat capacity, its peaks, the minima that exchange occupation there, and frustration."""

from functools import partial
from typing import Any

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
        "frustration": _frustration(context),
        "largest_left_out": max((p.frustration.left_out_occupation for p in peaks), default=0),
    }


def _frustration(context: ReportContext) -> Markup | None:
    """F over temperature, if it is defined."""
    curve = analysis.frustration_curve(context.network, context.heat_capacity.temperatures)
    if not curve or curve[0].reason:
        return None
    return picture(lambda ax: plot.frustration(curve, ax), (9.0, 4.0))


THERMODYNAMICS = Section(
    "Thermodynamics", template_beside(__package__, "thermodynamics.html"), _build
)
