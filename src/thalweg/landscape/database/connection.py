"""Connections to the database of a landscape: one code path for SQLite files and PostgreSQL."""

import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from ..errors import LandscapeError, NotALandscape

_WAIT_FOR_WRITER = 60.0
"""Seconds that a writer waits for another one; a batch is written in milliseconds."""


def database_file(location: str | Path | None) -> Path | None:
    """The file behind a file name or a plain SQLite URL; None for memory and for databases elsewhere."""
    if location is None or not _is_url(location):
        return None if location is None else Path(location)
    url = sa.make_url(str(location))
    is_plain = url.get_backend_name() == "sqlite" and "uri" not in url.query
    return Path(url.database) if is_plain and url.database not in (None, "", ":memory:") else None


class Database:
    """Opens transactions and turns the errors of the driver into `LandscapeError`.

    A writing transaction excludes other writers from its start, so that what it has read is still
    true when it writes; readers are never held up (write-ahead log).
    """

    def __init__(self, location: str | Path | None) -> None:
        self.location = "memory" if location is None else str(location)
        self._engine = _engine(location)
        # A landscape that nobody closed closes its connections when it is forgotten.
        weakref.finalize(self, self._engine.dispose)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one consistent state."""
        with self._clear_errors(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that is committed as a whole at the end, or not at all."""
        with self._clear_errors(), self._engine.connect() as plain:
            connection = plain.execution_options(is_writer=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DatabaseError as error:
            raise _translated(self.location, error) from error


def _engine(location: str | Path | None) -> sa.Engine:
    if location is None:
        # One connection for good: a second one would see another, empty database.
        engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    else:
        is_url = _is_url(location)
        url = (
            sa.make_url(str(location))
            if is_url
            else sa.URL.create("sqlite", database=str(location))
        )
        if url.get_backend_name() != "sqlite":
            return sa.create_engine(url)
        engine = sa.create_engine(url, connect_args={"timeout": _WAIT_FOR_WRITER})

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver would begin transactions at its own time: the "begin" event below does it.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        is_writer = connection.get_execution_options().get("is_writer", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")

    return engine


def _is_url(location: str | Path) -> bool:
    return isinstance(location, str) and "://" in location


def _translated(location: str, error: sa.exc.DatabaseError) -> LandscapeError:
    reason = str(error.orig).strip().splitlines()[0] if error.orig else str(error)
    if "not a database" in reason or "malformed" in reason:
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
            f"{location}: {reason} for {_WAIT_FOR_WRITER:.0f} s by another process. End it, or try again."
        )
    if "readonly" in reason or "unable to open" in reason:
        return LandscapeError(f"{location}: {reason}. Check the directory and its permissions.")
    return LandscapeError(f"{location}: {reason}")
