"""A landscape in a PostgreSQL server: what its transactions see, and whom they exclude."""

import sqlalchemy as sa

from ..errors import LandscapeError
from .driver_errors import WAIT_FOR_WRITER

_SAY_HOW = (
    "Expected the name of a file, sqlite:///FILE or postgresql://USER@HOST/NAME; in a password write @, : "
    "and / as %40, %3A and %2F, or leave it out: it is read from PGPASSWORD or ~/.pgpass."
)

_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgres", "postgresql", "postgresql+psycopg")

_LONGEST_THOUGHT = 600
"""Seconds that a writing transaction may compute between two statements: one that is stopped, or whose
machine is gone, ends then and lets others write."""

_KEEPALIVES = {"idle": "30", "interval": "10", "count": "3"}
"""A machine that is gone is noticed within a minute, on either side; by itself TCP takes two hours."""

_CONNECT = {
    "connect_timeout": "10",
    "application_name": "thalweg",
    **{f"keepalives_{name}": value for name, value in _KEEPALIVES.items()},
}

_LIMITS = {
    "lock_timeout": f"{WAIT_FOR_WRITER:.0f}s",
    "idle_in_transaction_session_timeout": f"{_LONGEST_THOUGHT}s",
    **{f"tcp_keepalives_{name}": value for name, value in _KEEPALIVES.items()},
}
_SET_LIMITS = "SELECT " + ", ".join(f"set_config('{k}', '{v}', true)" for k, v in _LIMITS.items())

# Of the schema, for one database may hold a landscape in each.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('thalweg ' || coalesce(current_schema(), ''), 0))"


def server_url(location: str) -> sa.URL:
    """A database URL with its driver.

    Raises:
        LandscapeError: for a URL of no database, or of one that is no PostgreSQL, or whose driver is not
            installed.
    """
    scheme = location.partition("://")[0]
    try:
        url = sa.make_url(location)
    except (sa.exc.ArgumentError, ValueError):
        url = None
    # An @ in the host is the rest of a password that was not encoded.
    if url is None or "@" in (url.host or "") or scheme not in _DRIVERS:
        # The URL may hold a password, and so may the error that it was refused with.
        raise LandscapeError(
            f"the database URL of {scheme!r} is none that can be opened. {_SAY_HOW}"
        )
    if url.get_backend_name() == "sqlite":
        return url
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise LandscapeError(
            f"the database URL of {scheme!r} needs the package {error.name}: pip install "
            "'thalweg[postgres]'."
        ) from error
    return url.set(drivername="postgresql+psycopg")


def server_engine(url: sa.URL) -> sa.Engine:
    """Connections to a server, whose readers see one state, and whose writers exclude each other.

    A connection that broke since the last transaction is replaced before the next one begins.
    """
    arguments = {key: value for key, value in _CONNECT.items() if key not in url.query}
    engine = sa.create_engine(url, pool_size=1, pool_pre_ping=True, connect_args=arguments)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("is_writer", False):
            connection.exec_driver_sql(_SET_LIMITS)
            # What is read from here on was committed before: each statement sees the newest state.
            connection.exec_driver_sql(_LOCK)
        else:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    return engine
