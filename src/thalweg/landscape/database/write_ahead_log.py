"""The write-ahead log of a file, and a mark by which a copy of the file without it is known.

While a run goes on, the file itself says that a log belongs to it, and the log takes that back: whoever reads
both sees no mark, whoever has the file alone does. What any program recovers from the log is without it, too.
"""

import contextlib
import sqlite3
from collections.abc import Iterator

LONGEST = 4 << 20
"""Bytes of a log at which it is brought into the file: as many as SQLite's own thousand pages."""


_MOST_FOLDS = 3
"""Times that a file is marked anew if others who do the same at this instant take the mark back."""


def is_marked(connection: sqlite3.Connection) -> bool:
    """Whether a log belongs to the file, and this connection does not see it."""
    return bool(connection.execute("PRAGMA user_version").fetchone()[0] == 1)


def fold(connection: sqlite3.Connection, *, patience: float, goes_on: bool) -> None:
    """Bring the log into the file, unless a reader elsewhere still needs it.

    Args:
        connection: outside of any transaction.
        patience: seconds to wait for such readers.
        goes_on: whether more is to be written: then the file is marked, and the log takes it back. A process
            that is killed in between leaves a mark that whoever opens the file with its log takes back.
    """
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        return
    if not goes_on:
        unmark(connection)
        _checkpoint(connection, patience)
        return
    for _ in range(_MOST_FOLDS):
        # What cannot be marked, or brought into the file now, is as sound as before.
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA user_version = 1")
            _checkpoint(connection, patience)
        # Where another process has taken the mark back before, that may have come into the file.
        if unmark(connection):
            return


def unmark(connection: sqlite3.Connection, *, patience: float | None = None) -> bool:
    """Take the mark back, if there is one; left as it is if the file cannot be written now.

    Args:
        connection: outside of any transaction.
        patience: seconds to wait for a writer; as any transaction if None.

    Returns:
        Whether there was one, or nobody could tell.
    """
    with contextlib.suppress(sqlite3.OperationalError), _waiting(connection, patience):
        if not is_marked(connection):
            return False
        connection.execute("PRAGMA user_version = 0")
    return True


def _checkpoint(connection: sqlite3.Connection, patience: float) -> None:
    with _waiting(connection, patience):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


@contextlib.contextmanager
def _waiting(connection: sqlite3.Connection, seconds: float | None) -> Iterator[None]:
    if seconds is None:
        yield
        return
    usual = connection.execute("PRAGMA busy_timeout").fetchone()[0]
    connection.execute(f"PRAGMA busy_timeout = {round(1000 * seconds)}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout = {usual}")
