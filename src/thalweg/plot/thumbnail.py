"""A disconnectivity graph small enough to stand beside a table."""

import io

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from ..analysis.graph.disconnectivity import disconnectivity_graph
from ..landscape.network import Network
from .disconnectivity import disconnectivity
from .labels import missing_glyphs_as_boxes

_SIZE = (3.2, 2.4)
_MOST_MINIMA = 20_000
"""More would take longer to draw than a reader waits for a table."""


def graph_svg(network: Network, unit: str = "loss") -> str:
    """The disconnectivity graph of a network as an SVG element; empty text for more than 20,000 minima."""
    if network.n_minima > _MOST_MINIMA:
        return ""
    # Apart from pyplot, whose figures are the user's.
    figure = Figure(figsize=_SIZE, layout="constrained")
    FigureCanvasSVG(figure)
    ax = figure.subplots()
    graph = disconnectivity_graph(network, arrangement="stems")
    with missing_glyphs_as_boxes():
        disconnectivity(graph, ax, unit=unit)
        ax.tick_params(labelsize=6)
        ax.set_xlabel("")
        ax.yaxis.label.set_fontsize(7)
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None})
    text = stream.getvalue()
    return text[text.index("<svg") :]
