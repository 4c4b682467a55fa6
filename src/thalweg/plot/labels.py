"""Texts in figures: names of the user's, of which nothing may be markup and nothing may be too long."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from matplotlib import mathtext
from matplotlib.cbook import is_math_text

from ..spelling import one_line

NAME, CAPTION = 24, 90
"""Characters of a name beside others of its kind, and of a text that stands alone, at most."""


def name_label(name: object, most: int = NAME) -> str:
    """A name as it is drawn: in one line, without control characters, clipped, and no mathtext."""
    label = one_line(name, most).replace("$", r"\$")
    # matplotlib leaves labels that begin with an underscore out of legends.
    return f" {label}" if label.startswith("_") else label


def caption(text: object, most: int = CAPTION) -> str:
    """A text of the caller's own, which may hold mathtext; what is no valid mathtext is drawn as it is."""
    line = one_line(text)
    is_math = bool(is_math_text(line))
    if is_math and len(line) <= 4 * most and _is_valid(line):
        return line
    return name_label(line, most)


@contextmanager
def missing_glyphs_as_boxes() -> Iterator[None]:
    """Draw characters that the font lacks as boxes, without a warning for each."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def _is_valid(text: str) -> bool:
    try:
        mathtext.MathTextParser("path").parse(text)
    except (ValueError, RuntimeError, RecursionError):
        return False
    return True
