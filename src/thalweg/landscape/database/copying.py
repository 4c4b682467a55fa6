"""A copy of a database in a file that stands alone."""

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from ..errors import FileGone, LandscapeError
from . import schema
from .connection import Database
from .write_ahead_log import unmark

_ROWS_AT_ONCE = 1000


def copy_to_file(database: Database, file: Path) -> None:
    """Write everything, as it is now, to a new file that needs no log beside it.

    Of SQLite it is a copy page by page, with whatever is damaged.

    Raises:
        LandscapeError: if the file exists, or cannot be written; there is no part of it then.
    """
    if file.exists():
        raise LandscapeError(f"{file} exists already; choose another name.")
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        with database.reading() as source:
            if source.dialect.name == "sqlite":
                _copy_pages(source, temporary, lacks_log=database.lacks_log)
            else:
                _copy_rows(source, temporary)
        os.replace(temporary, file)
    except OSError as error:
        raise LandscapeError(f"{file} cannot be written: {error.strerror}.") from error
    except sqlite3.Error as error:
        raise LandscapeError(f"{file} cannot be written: {error}.") from error
    finally:
        temporary.unlink(missing_ok=True)


def saved_elsewhere(database: Database, gone: FileGone) -> FileGone:
    """Save what an open database still holds, though its file is gone; the error that says so.

    SQLite keeps a file open: its contents last until the last connection is closed.
    """
    assert database.file is not None
    file = database.file
    for folder in (file.parent, Path(tempfile.gettempdir())):
        saved = _free_name(folder, file)
        try:
            copy_to_file(database, saved)
        except (LandscapeError, OSError):
            continue
        return FileGone(
            f"{gone} All that was recorded is saved in {saved}: give it the former name, or go on with it.",
            saved_to=str(saved),
        )
    return FileGone(f"{gone} What it held could not be saved elsewhere: it is lost.")


def _copy_pages(source: sa.Connection, file: Path, *, lacks_log: bool) -> None:
    connection = source.connection.driver_connection
    assert isinstance(connection, sqlite3.Connection)
    with closing(sqlite3.connect(file)) as target:
        connection.backup(target)
        # The log is a setting of the file, and comes with its pages.
        target.execute("PRAGMA journal_mode = DELETE")
        if not lacks_log:
            # A run may be marking the file at this instant.
            unmark(target)


def _copy_rows(source: sa.Connection, file: Path) -> None:
    copy = Database(file, may_create=True)
    try:
        with copy.writing(is_making=True) as target:
            schema.create(target)
            for table in schema.metadata.sorted_tables:
                names = table.c.keys()
                for rows in source.execute(sa.select(table)).partitions(_ROWS_AT_ONCE):
                    values = [dict(zip(names, row, strict=True)) for row in rows]
                    target.execute(table.insert(), values)
    finally:
        copy.close()


def _free_name(folder: Path, file: Path) -> Path:
    names = (f"{file.stem}.saved{n or ''}{file.suffix}" for n in range(10_000))
    return next(folder / name for name in names if not (folder / name).exists())
