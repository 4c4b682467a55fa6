"""What was probably meant by a name that is not known."""

import difflib
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
