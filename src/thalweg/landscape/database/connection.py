"""Connections to the database of a landscape: one code path for SQLite files and PostgreSQL."""

import sqlite3
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool, StaticPool

from ...paths import shown
from ..errors import DamagedRow, FileGone, LandscapeError, NotALandscape
from . import schema
from .driver_errors import landscape_error, unreachable
from .rows import RowError
from .server import server_engine, server_url
from .sqlite_file import SqliteFile, prepared
from .write_ahead_log import fold, unmark

_PATIENCE_WITH_READERS = 1.0
"""Seconds that a run waits at its end for readers who keep its last rows from going into the file."""

_PATIENCE_WITH_SERVER = 60.0
"""Seconds that a landscape waits for its server to come back; a restart takes a few."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 5.0
"""Seconds between two attempts to reach it."""


def database_file(location: str | Path | None) -> Path | None:
    """The file behind a file name or a plain SQLite URL; None for memory and for databases elsewhere."""
    if location is None or not _is_url(location):
        return None if location is None else Path(location)
    url = server_url(str(location))
    is_plain = url.get_backend_name() == "sqlite" and "uri" not in url.query
    return Path(url.database) if is_plain and url.database not in (None, "", ":memory:") else None


class Database:
    """Opens transactions and turns the errors of the driver into `LandscapeError`.

    A writing transaction excludes other writers from its start, so that what it has read is still
    true when it writes; readers are never held up (write-ahead log), and take no lock of a writer. In
    PostgreSQL writers hold an advisory lock, and readers see a snapshot. A server that was reached before and
    does not answer is waited for at the beginning of a transaction.

    Attributes:
        location: file name, or URL as it was given, with its password.
        shown: the same without password, as all messages have it.
        lacks_log: whether it is a copy of a file, made while a run wrote to that, without the log beside it.

    Args:
        location: file name or URL; memory if None.
        may_create: whether a file that is not there is made; without it that is an error.
    """

    def __init__(self, location: str | Path | None, *, may_create: bool = False) -> None:
        self.location, self.shown = location, shown(location)
        self.lacks_log = False
        self._was_reached = False
        file = database_file(location)
        self._file = None if file is None else SqliteFile(file, may_create=may_create)
        self._use(_engine(location, self._file))

    def _use(self, engine: sa.Engine) -> None:
        self._engine = engine
        # A landscape that nobody closed closes its connections when it is forgotten.
        weakref.finalize(self, engine.dispose)

    @property
    def file(self) -> Path | None:
        """The file, from the root; None for memory and for databases elsewhere."""
        return None if self._file is None else self._file.path

    @property
    def is_read_only(self) -> bool:
        """Whether it is a file that cannot be written."""
        return self._file is not None and self._file.is_read_only

    @property
    def is_whole(self) -> bool:
        """Whether the file alone holds all that was committed: no part of it is in a log beside it."""
        return self._file is None or self._file.is_whole

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one consistent state."""
        with self._clear_errors(), self._connected() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, *, is_making: bool = False) -> Iterator[sa.Connection]:
        """A transaction that is committed as a whole at the end, or not at all.

        Args:
            is_making: whether it makes or upgrades the tables, of a copy in memory too.

        Raises:
            FileGone: if the file was deleted, moved or replaced since it was opened.
            LandscapeError: if it cannot be written.
        """
        if not is_making:
            self._require_writable()
        with self._clear_errors(), self._connected() as plain:
            connection = plain.execution_options(is_writer=True, is_making=is_making)
            with connection.begin():
                yield connection
        if self._file is not None and self._file.wants_mark():
            self.keep_log()

    def into_memory(self) -> None:
        """Go on with a copy in memory of a file that can be read only."""
        assert self._file is not None
        copy = self._file.in_memory()
        self._engine.dispose()
        self._use(_sqlite_engine(lambda: copy, StaticPool))

    def checkpoint(self) -> None:
        """Bring what is in the log into the file, unless a reader elsewhere still needs the log."""
        if not self.is_whole:
            self._with_driver(partial(fold, patience=_PATIENCE_WITH_READERS, goes_on=False))

    def keep_log(self) -> None:
        """Bring what is in the log into the file, and mark it as one to which a log belongs from now on."""
        self._with_driver(partial(fold, patience=0.0, goes_on=True))

    def look_for_log(self) -> None:
        """Find out whether the file `lacks_log`."""
        if self._file is None or not self._is_marked():
            return
        if not self._file.had_log and not self.is_read_only:
            # The last connection that closes takes the log away: what stays is that of a run elsewhere, which
            # began after the file was opened here.
            self._engine.dispose()
        self.lacks_log = not (self._file.had_log or self._file.has_log)
        if not self.lacks_log:
            # A run sets it at this instant, or was killed then; nothing is missing.
            self._with_driver(partial(unmark, patience=0.0))

    def _is_marked(self) -> bool:
        with self._clear_errors(), self._connected() as connection:
            return bool(connection.exec_driver_sql("PRAGMA user_version").scalar() == 1)

    def _with_driver(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Do something outside of any transaction, if it is a file that can be written."""
        if self._file is None or self.is_read_only:
            return
        with self._clear_errors():
            pooled = self._engine.raw_connection()
            try:
                assert isinstance(pooled.driver_connection, sqlite3.Connection)
                work(pooled.driver_connection)
            finally:
                pooled.close()
                self._file.note_log()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _connected(self) -> sa.Connection:
        """A connection; of a server that has been reached before, once it answers again.

        Raises:
            Unreachable: if a server does not answer.
        """
        if self._engine.dialect.name != "postgresql":
            return self._engine.connect()
        end, pause = time.monotonic() + _PATIENCE_WITH_SERVER, _FIRST_PAUSE
        while True:
            try:
                connection = self._engine.connect()
            except sa.exc.OperationalError as error:
                if not self._was_reached or time.monotonic() + pause > end:
                    raise unreachable(self.shown, error) from None
                time.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                self._was_reached = True
                return connection

    def _require_writable(self) -> None:
        if self._file is None:
            return
        if self._file.is_read_only:
            raise LandscapeError(
                f"{self.shown} can be read but not written: the file or its folder is read-only. Copy it "
                f"to another place first: `thalweg export {self.shown} copy.db --format sqlite`."
            )
        if not self._file.is_there:
            raise FileGone(f"{self.shown} was deleted, moved or replaced while it was open.")

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DatabaseError as error:
            raise landscape_error(self.shown, error) from error
        except UnicodeDecodeError as error:
            # The driver takes what SQLite says of a damaged table for text.
            raise NotALandscape(
                f"{self.shown} is damaged: the definition of a table is no text. Restore a copy."
            ) from error
        except RowError as error:
            remedy = (
                f"`thalweg check {self.shown} --config CONFIG` writes it anew"
                if error.table == schema.problem.name
                else f"`thalweg check {self.shown}` mends what can be mended"
            )
            raise DamagedRow(
                f"{self.shown} is damaged: {error}. {remedy}; or restore a copy."
            ) from error


def _engine(location: str | Path | None, file: SqliteFile | None) -> sa.Engine:
    if location is None:
        # One connection for good: a second one would see another, empty database.
        return _sqlite_engine(lambda: prepared(":memory:"), StaticPool)
    if file is not None:
        return _sqlite_engine(file.connect, QueuePool)
    url = server_url(str(location))
    if url.get_backend_name() != "sqlite":
        return server_engine(url)
    address = url.database or ":memory:"
    options = "&".join(f"{key}={value}" for key, value in url.query.items() if key != "uri")
    return _sqlite_engine(
        lambda: prepared(f"{address}?{options}" if options else address),
        StaticPool if address == ":memory:" else QueuePool,
    )


def _sqlite_engine(connect: Callable[[], sqlite3.Connection], pool: type[sa.Pool]) -> sa.Engine:
    engine = sa.create_engine("sqlite://", creator=connect, poolclass=pool)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        options = connection.get_execution_options()
        if options.get("is_writer", False):
            if not options.get("is_making", False):
                _use_log(connection)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _use_log(connection: sa.Connection) -> None:
    """Have the file keep a write-ahead log from now on, so that readers are never held up."""
    if connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete":
        try:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        except sa.exc.OperationalError:
            # Another process has the file open at this instant: the next transaction tries again.
            return


def _is_url(location: str | Path) -> bool:
    return isinstance(location, str) and "://" in location
