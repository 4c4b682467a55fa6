"""One SQLite file: how it is opened, and whether it is still there."""

import functools
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from . import write_ahead_log
from .driver_errors import WAIT_FOR_WRITER

_LOG_HEADER = 32
"""Bytes at the beginning of a log that say which one it is."""


class SqliteFile:
    """One SQLite file, as it was when it was first opened.

    Opening it to read takes no lock that a writer holds, and leaves a file of any other program as it was:
    the write-ahead log begins with the first writing transaction.

    Attributes:
        path: of the file, from the root.
        is_read_only: whether the file or its folder cannot be written.
        had_log: whether a log was beside it before it was opened.
    """

    def __init__(self, path: Path, *, may_create: bool) -> None:
        self.path = path.absolute()
        self.is_read_only = self.path.exists() and not _can_be_written(self.path)
        self.had_log = self.has_log
        self._log_header = b""
        self._may_create = may_create
        self._inode: tuple[int, int] | None = None

    def connect(self) -> sqlite3.Connection:
        """A new connection to the file that was opened first.

        Raises:
            sqlite3.Error: if it cannot be opened, or is not there any more.
        """
        if self._inode is None:
            connection = self._first_connection()
            self._inode = _inode(self.path)
            return connection
        if not self.is_there:
            raise sqlite3.OperationalError("unable to open database file: it was replaced")
        return prepared(self._address("rw")) if not self.is_read_only else self._read_only()

    @property
    def is_there(self) -> bool:
        """Whether the path still leads to the file that was opened first."""
        return self._inode is None or _inode(self.path) == self._inode

    def wants_mark(self) -> bool:
        """Whether the log has begun anew, without a mark, or is so long that it should go into the file.

        Another process cuts it that ends its run, and takes the mark for that run with it.
        """
        before = self._log_header
        self.note_log()
        if self._log_size() >= write_ahead_log.LONGEST:
            return True
        return self._log_header not in (before, b"") and not self._is_marked

    @property
    def has_log(self) -> bool:
        """Whether a log is beside it; any connection to the file makes one, which may be empty."""
        return self._log.exists()

    def note_log(self) -> None:
        """Note the header of the log as it is now, to see later whether it has begun anew.

        Its checkpoint sequence number and its salts change each time.

        Reference: https://www.sqlite.org/fileformat2.html#walformat
        """
        try:
            with self._log.open("rb") as log:
                self._log_header = log.read(_LOG_HEADER)
        except OSError:
            self._log_header = b""

    @property
    def _is_marked(self) -> bool:
        """Whether the file alone is marked: what is in the log takes that back."""
        # SQLite's own connection: to close the file by other means would give up the locks of this process.
        with closing(sqlite3.connect(self._address("ro", immutable=True), uri=True)) as alone:
            return write_ahead_log.is_marked(alone)

    @property
    def is_whole(self) -> bool:
        """Whether the file holds all that was committed, and nothing is left in the log beside it."""
        return self._log_size() == 0

    def _log_size(self) -> int:
        try:
            return self._log.stat().st_size
        except FileNotFoundError:
            return 0

    def in_memory(self) -> sqlite3.Connection:
        """A copy in memory of the file with its log."""
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "copy.db"
            shutil.copyfile(self.path, copy)
            if not self.is_whole:
                shutil.copyfile(self._log, copy.with_name(f"{copy.name}-wal"))
            memory = prepared(":memory:")
            with closing(sqlite3.connect(copy)) as connection:
                connection.backup(memory)
        return memory

    @property
    def _log(self) -> Path:
        return self.path.with_name(f"{self.path.name}-wal")

    def _first_connection(self) -> sqlite3.Connection:
        if self.is_read_only:
            return self._read_only()
        return prepared(self._address("rwc" if self._may_create else "rw"))

    def _read_only(self) -> sqlite3.Connection:
        # Without a log nobody writes, and SQLite need not make the files by which writers are told apart.
        if self.is_whole:
            return prepared(self._address("ro", immutable=True))
        try:
            return prepared(self._address("ro"))
        except sqlite3.OperationalError:
            # A log that a writer left behind, in a folder where SQLite cannot read it.
            return self.in_memory()

    def _address(self, mode: str, *, immutable: bool = False) -> str:
        return f"{self.path.as_uri()}?mode={mode}{'&immutable=1' if immutable else ''}"


def prepared(address: str) -> sqlite3.Connection:
    """A connection with the settings that transactions rely on."""
    connection = sqlite3.connect(
        address,
        uri=True,
        timeout=WAIT_FOR_WRITER,
        # The driver would begin transactions at its own time: the "begin" event does it.
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        # Text that is damaged is compared and refused with its row; the driver would not say which row.
        connection.text_factory = functools.partial(str, encoding="utf-8", errors="replace")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        # `Database.writing` does it, with the mark.
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        # Reads the first page: what is no database, or cannot be read, is refused here.
        connection.execute("PRAGMA schema_version").fetchone()
    except UnicodeDecodeError as error:
        # SQLite quotes a damaged schema, and the driver cannot decode the quotation.
        connection.close()
        raise sqlite3.DatabaseError("malformed database schema") from error
    except BaseException:
        connection.close()
        raise
    return connection


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _can_be_written(path: Path) -> bool:
    # SQLite makes its log beside the file. The effective user is the one who opens files.
    effective = os.access in os.supports_effective_ids
    return all(os.access(p, os.W_OK, effective_ids=effective) for p in (path, path.parent))
