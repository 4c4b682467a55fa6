"""How long the slowest minimum takes to the lowest one, and by which path."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ... import analysis, plot
from ..picture import picture
from ..section import ReportContext, Section, template_beside


@dataclass(frozen=True)
class _Pathway:
    """The fastest path home from the minimum that takes longest."""

    figure: Markup
    start: int
    temperature: float
    gap: float


def _build(context: ReportContext) -> dict[str, Any]:
    peaks = context.overview.peaks
    return {
        "slow": [peak for peak in peaks if peak.log10_slowest_escape is not None],
        "unknown": [peak for peak in peaks if peak.log10_slowest_escape is None],
        "pathway": _pathway(context),
    }


def _pathway(context: ReportContext) -> _Pathway | None:
    """The slowest pathway, at the first peak at which a minimum has a path to the lowest one."""
    peaks = context.overview.peaks
    starts = [(p.slowest_minimum, p.temperature) for p in peaks if p.slowest_minimum is not None]
    if not starts:
        return None
    start, temperature = starts[0]
    lowest = context.network.global_minimum
    profile = analysis.fastest_pathway(context.landscape, start, lowest, temperature)
    figure = picture(lambda ax: plot.pathway(profile, ax), (9.0, 4.0))
    return _Pathway(figure, start, temperature, profile.gap)


KINETICS = Section("Kinetics", template_beside(__package__, "kinetics.html"), _build)
