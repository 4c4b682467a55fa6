"""One self-contained page about one landscape."""

from collections.abc import Sequence

from ..landscape.landscape import Landscape
from .section import ReportContext, Section, render, template_beside
from .sections import SECTIONS


def html_report(landscape: Landscape, sections: Sequence[Section] = SECTIONS) -> str:
    """The report as HTML: no network access needed, opens in any browser.

    Args:
        landscape: with one minimum or more.
        sections: in the order of the page; `(*SECTIONS, mine)` adds one. A section whose condition
            does not hold is left out.

    Raises:
        ValueError: if the landscape has no minima.
    """
    landscape.require_minima("a report")
    context = ReportContext(landscape)
    parts = [
        (section.title, section.render(context))
        for section in sections
        if section.condition(context)
    ]
    page = template_beside("thalweg.report", "page.html")
    return str(render(page, {"summary": context.summary, "sections": parts}))
