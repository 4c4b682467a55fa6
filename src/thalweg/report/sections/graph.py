"""The disconnectivity graph."""

from typing import Any

from ... import plot
from ..picture import picture
from ..section import ReportContext, Section, template_beside


def _build(context: ReportContext) -> dict[str, Any]:
    graph = picture(
        lambda ax: plot.disconnectivity(context.network, ax),
        (9.0, 6.5),
        as_image=context.is_large,
    )
    return {"graph": graph}


GRAPH = Section("The graph", template_beside(__package__, "graph.html"), _build)
