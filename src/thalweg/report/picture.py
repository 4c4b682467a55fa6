"""A figure as a part of a page."""

import base64
import io
from collections.abc import Callable
from typing import Any

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..plot.labels import missing_glyphs_as_boxes


def picture(
    draw: Callable[[Axes], Any], size: tuple[float, float], *, as_image: bool = False
) -> Markup:
    """What `draw` puts on an axes, as HTML without a source elsewhere.

    Args:
        draw: called with an empty axes.
        size: width and height, in inches.
        as_image: a PNG image in place of vectors, which is smaller for many thousand lines.
    """
    figure = Figure(figsize=size, layout="constrained")
    draw(figure.subplots())
    buffer = io.BytesIO()
    with missing_glyphs_as_boxes():
        figure.savefig(
            buffer, format="png" if as_image else "svg", dpi=200 if as_image else "figure"
        )
    if as_image:
        data = base64.b64encode(buffer.getvalue()).decode()
        return Markup('<img alt="" src="data:image/png;base64,{}">').format(data)
    text = buffer.getvalue().decode()
    return Markup(text[text.index("<svg") :])
