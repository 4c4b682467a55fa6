"""Errors of the database's driver as errors of a landscape: what was wrong, and what to do."""

import sqlalchemy as sa

from ..errors import ConnectionLost, LandscapeError, NotALandscape, Unreachable

WAIT_FOR_WRITER = 60.0
"""Seconds that a writer waits for another one; a batch is written in milliseconds."""

_DAMAGE = ("not a database", "malformed", "no such table", "no such column", "does not exist")

_CODES = {
    "25006": "The server, or the user, can only read.",
    "42501": "Ask for the right to it, or take another user.",
    "3F000": "Make the schema that search_path names first.",
}
"""What to do about errors of PostgreSQL, by their SQLSTATE."""


def landscape_error(location: str, error: sa.exc.DatabaseError) -> LandscapeError:
    """The error of a landscape in `location`, as it is shown, that the driver's `error` amounts to."""
    reason = str(error.orig).strip().splitlines()[0] if error.orig else str(error)
    code = getattr(error.orig, "sqlstate", None)
    if error.connection_invalidated or _is_lost(code):
        return ConnectionLost(
            f"{location}: the connection broke ({reason}). The last batch may not be written, all before it "
            "is safe. Go on with the same command."
        )
    if code == "55P03" or "locked" in reason:
        return LandscapeError(
            f"{location} was locked for {WAIT_FOR_WRITER:.0f} s by another process ({reason}). End it, or "
            "try again."
        )
    if code in _CODES:
        return LandscapeError(f"{location}: {reason}. {_CODES[code]}")
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
    if "readonly" in reason or "unable to open" in reason:
        return LandscapeError(f"{location}: {reason}. Check the directory and its permissions.")
    return LandscapeError(f"{location}: {reason}")


def unreachable(location: str, error: sa.exc.DatabaseError) -> Unreachable:
    """The error of a server to which there is no connection."""
    reason = str(error.orig).strip().splitlines()[0] if error.orig else str(error)
    what = (
        "All its connections are taken: end other runs, or raise max_connections."
        if "too many" in reason
        else "Check that the server runs, and the names of host, database and user; a password is read from "
        "PGPASSWORD or ~/.pgpass."
    )
    return Unreachable(f"{location} cannot be reached: {reason}. {what}")


def _is_lost(code: str | None) -> bool:
    """Whether an SQLSTATE says that a connection was ended: by an administrator, a crash, a time limit."""
    return code is not None and (
        code.startswith("08") or code in ("57P01", "57P02", "57P03", "25P03")
    )
