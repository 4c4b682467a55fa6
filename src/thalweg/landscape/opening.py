"""Opening the database of a landscape, or making a new one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from ..problems import Problem
from .database import schema
from .database.connection import Database, database_file
from .database.serialisation import problem_row
from .errors import LandscapeError, NotALandscape


def create_database(problem: Problem, location: str | Path | None) -> Database:
    """A new database that holds `problem` and no points.

    Raises:
        LandscapeError: if the file exists, the database holds a landscape, or it cannot be written.
        NotALandscape: if the database holds tables of something else.
    """
    file = database_file(location)
    if file is not None and file.exists() and not _is_blank(location):
        raise _exists_already(location)
    return _make(problem, location, may_exist=False)


def open_database(location: str | Path) -> Database:
    """The database of an existing landscape, brought up to the schema of this version.

    Raises:
        LandscapeError: if there is no such file.
        NewerSchema: if a newer thalweg wrote it.
        NotALandscape: if it is something else, or damaged.
    """
    file = database_file(location)
    if file is not None and not file.is_file():
        raise LandscapeError(f"{location}: no such file. Make it with `thalweg explore`.")
    database = Database(location)
    with _closed_on_error(database):
        with database.reading() as connection:
            if not _holds_landscape(connection):
                raise NotALandscape(f"{location} is not a landscape file. Check the name.")
        with database.writing() as connection:
            schema.upgrade(connection)
    return database


def open_or_create_database(problem: Problem, location: str | Path | None) -> Database:
    """The database in `location`, made for `problem` if there is none.

    Raises: as `open_database` and `create_database`.
    """
    file = database_file(location)
    if location is not None and file is not None and file.exists() and not _is_blank(location):
        return open_database(location)
    return _make(problem, location, may_exist=True)


def _make(problem: Problem, location: str | Path | None, *, may_exist: bool) -> Database:
    file = database_file(location)
    if file is not None and not file.absolute().parent.is_dir():
        parent = file.absolute().parent
        raise LandscapeError(f"{location}: the directory {parent} does not exist. Make it first.")
    row = problem_row(problem)
    database = Database(location)
    with _closed_on_error(database), database.writing() as connection:
        is_new = not _holds_landscape(connection)
        if not is_new and not may_exist:
            raise _exists_already(location)
        schema.upgrade(connection)
        if is_new:
            connection.execute(schema.problem.insert(), row)
    return database


def _is_blank(location: str | Path | None) -> bool:
    """Whether a file holds no table, as one of `tempfile`, or one whose making was killed."""
    database = Database(location)
    try:
        with database.reading() as connection:
            return not sa.inspect(connection).get_table_names()
    except NotALandscape:
        return False
    finally:
        database.close()


def _holds_landscape(connection: sa.Connection) -> bool:
    present = set(sa.inspect(connection).get_table_names())
    if {"alembic_version", schema.problem.name} <= present:
        return True
    clash = sorted(present & {"alembic_version", *schema.metadata.tables})
    if clash:
        raise NotALandscape(
            f"the database is no landscape, but has tables of these names: {', '.join(clash)}. Choose "
            "another file or database."
        )
    return False


def _exists_already(location: str | Path | None) -> LandscapeError:
    return LandscapeError(
        f"{location} exists already. Open it with `Landscape.open`, or choose another name."
    )


@contextmanager
def _closed_on_error(database: Database) -> Iterator[None]:
    try:
        yield
    except BaseException:
        database.close()
        raise
