"""What was probably meant by a name that is not known, and texts of any kind in one line."""

import difflib
import unicodedata
from collections.abc import Iterable

_MOST_NAMES = 12


def nearest_spelling(name: str, known: Iterable[str]) -> str:
    """The end of an error message: the nearest known name, or the known names, the first dozen at most."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"; expected one of {', '.join(names[:_MOST_NAMES])}{more}."


def one_line(text: object, most: int | None = None) -> str:
    """A text in one line, without control characters and marks that turn the direction of others.

    Args:
        text: of the user's: a name, a value, a message.
        most: characters; what is longer ends in an ellipsis. None for no limit.
    """
    # Lone halves of characters, as file names may hold, cannot be written to any file.
    whole = str(text).encode("utf-8", "replace").decode("utf-8")
    visible = "".join(c for c in whole if c.isspace() or unicodedata.category(c)[0] != "C")
    line = " ".join(visible.split())
    return line if most is None or len(line) <= most else line[: most - 1] + "…"
