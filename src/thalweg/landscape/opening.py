"""Opening the database of a landscape, or making a new one."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..paths import shown
from ..problems import Problem
from .database import schema
from .database.connection import Database, database_file
from .database.schema import Contents
from .database.serialisation import problem_row, tolerances_row
from .errors import LandscapeError, NotALandscape
from .tolerances import Tolerances


def create_database(
    problem: Problem, location: str | Path | None, tolerances: Tolerances
) -> Database:
    """A new database that holds `problem`, the tolerances, and no points.

    Raises:
        LandscapeError: if the file exists, the database holds a landscape, or it cannot be written.
        NotALandscape: if the database holds tables of something else.
    """
    database = _opened_or_new(location)
    with _closed_on_error(database):
        try:
            is_new = _made(database, problem, tolerances)
        except NotALandscape:
            if database.file is None:
                raise
            is_new = False
        if not is_new:
            raise LandscapeError(
                f"{database.shown} exists already. Open it with `Landscape.open`, or choose another name."
            )
    return database


def open_database(location: str | Path) -> Database:
    """The database of an existing landscape, brought up to the schema of this version.

    Raises:
        LandscapeError: if there is no such file.
        NewerSchema: if a newer thalweg wrote it.
        NotALandscape: if it is something else, or damaged.
    """
    file = database_file(location)
    if file is not None and not file.is_file():
        raise LandscapeError(f"{shown(location)}: no such file. Make it with `thalweg explore`.")
    database = Database(location)
    with _closed_on_error(database):
        _bring_up_to_date(database)
    return database


def open_or_create_database(
    problem: Problem, location: str | Path | None, tolerances: Tolerances
) -> Database:
    """The database in `location`, made for `problem` with these tolerances if there is none.

    Raises: as `open_database` and `create_database`.
    """
    database = _opened_or_new(location)
    with _closed_on_error(database):
        if not _made(database, problem, tolerances):
            _bring_up_to_date(database)
    return database


def _opened_or_new(location: str | Path | None) -> Database:
    file = database_file(location)
    if file is not None and not file.absolute().parent.is_dir():
        parent = file.absolute().parent
        raise LandscapeError(
            f"{shown(location)}: the directory {parent} does not exist. Make it first."
        )
    return Database(location, may_create=True)


def _made(database: Database, problem: Problem, tolerances: Tolerances) -> bool:
    """Make the landscape if the database holds none; whether that was so.

    Tables, problem and tolerances are written in one transaction: who looks sees all of it or nothing, and
    who would make it at the same time waits. The file's size says nothing: SQLite makes an empty file first.
    """
    row = problem_row(problem)
    with database.reading() as connection:
        if schema.contents(connection) is not Contents.NOTHING:
            return False
    with database.writing(is_making=True) as connection:
        if schema.contents(connection) is not Contents.NOTHING:
            return False
        schema.create(connection)
        connection.execute(schema.problem.insert(), row)
        connection.execute(schema.tolerances.insert(), tolerances_row(tolerances))
    return True


def _bring_up_to_date(database: Database) -> None:
    with database.reading() as connection:
        contents = schema.contents(connection)
    if contents is Contents.NOTHING:
        contents = _contents_once_made(database)
    if contents is Contents.SOMETHING_ELSE:
        raise NotALandscape(f"{database.shown} is not a landscape file. Check the name.")
    if contents is Contents.OLD_LANDSCAPE:
        if database.is_read_only:
            database.into_memory()
        with database.writing(is_making=True) as connection:
            schema.upgrade(connection)
    database.look_for_log()
    if database.lacks_log:
        warnings.warn(
            f"{database.shown} was copied while a run wrote to it, without its log, {database.shown}-wal: "
            "what that run gave last is missing. Copy both, or the file after the run.",
            stacklevel=4,
        )


def _contents_once_made(database: Database) -> Contents:
    nothing = NotALandscape(
        f"{database.shown} holds no landscape: it is empty, or its making was broken off. "
        f"`thalweg explore CONFIG --to {database.shown}` makes it."
    )
    if database.is_read_only:
        raise nothing
    # Another process may be about to make it: it holds the lock until the tables are there.
    with database.writing(is_making=True) as connection:
        contents = schema.contents(connection)
        if contents is Contents.NOTHING:
            # Raised here, the transaction is undone, and leaves an empty file empty.
            raise nothing
    return contents


@contextmanager
def _closed_on_error(database: Database) -> Iterator[None]:
    try:
        yield
    except BaseException:
        database.close()
        raise
