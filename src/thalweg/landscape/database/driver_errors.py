"""Errors of the database's driver as errors of a landscape: what was wrong, and what to do."""

import sqlalchemy as sa

from ..errors import LandscapeError, NotALandscape

WAIT_FOR_WRITER = 60.0
"""Seconds that a writer waits for another one; a batch is written in milliseconds."""

_DAMAGE = ("not a database", "malformed", "no such table", "no such column", "does not exist")


def landscape_error(location: str, error: sa.exc.DatabaseError) -> LandscapeError:
    """The error of a landscape in `location` that the driver's `error` amounts to."""
    reason = str(error.orig).strip().splitlines()[0] if error.orig else str(error)
    if any(words in reason for words in _DAMAGE):
        return NotALandscape(
            f"{location} is not a landscape file or is damaged ({reason}). Restore a copy, or write to "
            "a new file with `--to`."
        )
    if "full" in reason:
        return LandscapeError(
            f"{location}: {reason}. The last batch was not written, all before it is safe. Free some "
            "space and go on with the same command."
        )
    if "locked" in reason:
        return LandscapeError(
            f"{location}: {reason} for {WAIT_FOR_WRITER:.0f} s by another process. End it, or try again."
        )
    if "readonly" in reason or "unable to open" in reason:
        return LandscapeError(f"{location}: {reason}. Check the directory and its permissions.")
    return LandscapeError(f"{location}: {reason}")
