"""One self-contained page about one landscape."""

import time
from collections.abc import Sequence

from ..landscape.landscape import Landscape
from ..numbers import Real, real_number
from .section import ReportContext, Section, render, template_beside
from .sections import SECTIONS


def html_report(
    landscape: Landscape, sections: Sequence[Section] = SECTIONS, *, seconds: Real | None = None
) -> str:
    """The report as HTML: no network access needed, opens in any browser.

    Args:
        landscape: with one minimum or more.
        sections: in the order of the page; `(*SECTIONS, mine)` adds one. A section whose condition
            does not hold is left out.
        seconds: no section is begun after this wall time; the page names those that are missing.

    Raises:
        ValueError: if the landscape has no minima, or for a time that is none.
    """
    landscape.require_minima("a report")
    limit = None if seconds is None else real_number(seconds, "seconds", above=0)
    began = time.monotonic()
    context = ReportContext(landscape)
    parts, left_out = [], []
    for section in sections:
        if limit is not None and time.monotonic() - began > limit:
            left_out.append(section.title)
        elif section.condition(context):
            parts.append((section.title, section.render(context)))
    page = template_beside("thalweg.report", "page.html")
    values = {
        "summary": context.summary,
        "sections": parts,
        "left_out": left_out,
        "limit": limit,
    }
    return str(render(page, values))
