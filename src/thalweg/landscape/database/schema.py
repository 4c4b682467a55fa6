"""Tables of a landscape, and bringing older files up to date."""

from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    select,
    text,
)

from ..errors import NewerSchema, NotALandscape

HEAD = "0011"
"""Revision of the tables below: the newest migration."""

_version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
"""The revision of the tables, kept as the library of the migrations keeps it."""

metadata = MetaData()

# In 64 bits, as SQLite keeps every integer.
_Whole = BigInteger().with_variant(Integer(), "sqlite")

problem = Table(
    "problem",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("choices", Text, nullable=False),
    Column("arrays", LargeBinary, nullable=False),
    Column("is_portable", Boolean, nullable=False),
    Column("dimension", Integer, nullable=False),
    # Text (`integer_text`): |G| overflows every integer column.
    Column("symmetry_order", Text, nullable=False),
    Column("log_symmetry_order", Float, nullable=False),
    # Null in files of earlier versions, here and below.
    Column("checksum", BigInteger, nullable=True),
)

tolerances = Table(
    "tolerances",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("edifftol", Float(53), nullable=False),
    Column("rms_tolerance", Float(53), nullable=False),
    Column("checksum", BigInteger, nullable=True),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("command", String, nullable=False),
    Column("settings", Text, nullable=False),
    Column("seed", _Whole, nullable=False),
    Column("version", String, nullable=False),
    Column("started", Float, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("outcome", String, nullable=False),
    Column("checksum", BigInteger, nullable=True),
)

COUNTS = {
    "quenches": "quenches",
    "wrong_index": "saddles",
    "at_bounds": "on_box",
    "flat": "flat",
    "not_converged": "not_converged",
    "non_finite": "non_finite",
    "steps": "steps",
}
"""Fields of `QuenchCounts`, and the names that their columns of `tasks` have in the file."""

tasks = Table(
    "tasks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("law", String, nullable=False),
    Column("is_independent", Boolean, nullable=False),
    Column("seed", _Whole, nullable=False),
    Column("stream", _Whole, nullable=False),
    Column("task", _Whole, nullable=False),
    Column("new_minima", _Whole, nullable=False),
    Column("new_transition_states", _Whole, nullable=False),
    Column("seconds", Float, nullable=False),
    # JSON (`Planned`); null for what was not planned, and in files of earlier versions.
    Column("plan", Text, nullable=True),
    Column("minima", _Whole, nullable=False),
    *(Column(name, _Whole, key=key, nullable=False) for key, name in COUNTS.items()),
    Column("checksum", BigInteger, nullable=True),
    UniqueConstraint("law", "seed", "stream", "task"),
)


def _point_columns() -> tuple[Column[Any], ...]:
    return (
        Column("id", Integer, primary_key=True),
        Column("loss", Float(53), nullable=False),
        Column("coordinates", LargeBinary, nullable=False),
        Column("spectrum", LargeBinary, nullable=False),
        Column("lpphe", Float(53), nullable=False),
        # Not zero where the spectrum holds the lowest eigenvalues alone and the LPPHE is an estimate.
        Column("lpphe_error", Float(53), nullable=False),
        Column("index_doubt", Float(53), nullable=False),
        Column("n_modes", Integer, nullable=False),
        Column("rms_gradient", Float(53), nullable=False),
        Column("tolerance", Float(53), nullable=False),
        Column("stabiliser_order", Text, nullable=False),
        Column("task_id", ForeignKey("tasks.id"), nullable=False),
        Column("checksum", BigInteger, nullable=True),
        Column("spectrum_checksum", BigInteger, nullable=True),
    )


minima = Table("minima", metadata, *_point_columns())

transition_states = Table(
    "transition_states",
    metadata,
    *_point_columns(),
    Column("minimum_a", ForeignKey("minima.id"), nullable=False),
    Column("minimum_b", ForeignKey("minima.id"), nullable=False),
)

saddles = Table("saddles", metadata, *_point_columns())

arrivals = Table(
    "arrivals",
    metadata,
    Column("law", String, primary_key=True),
    # The table of the points that searches arrived at: transition states or saddles.
    Column("kind", String, primary_key=True),
    Column("point_id", Integer, primary_key=True, autoincrement=False),
    Column("searches", _Whole, nullable=False),
)

hits = Table(
    "hits",
    metadata,
    Column("law", String, primary_key=True),
    Column("minimum_id", ForeignKey("minima.id"), primary_key=True),
    Column("is_independent", Boolean, nullable=False),
    Column("hits", _Whole, nullable=False),
    # The task that changed the row last: who knows all before reads what is new, and nothing else.
    Column("task_id", Integer, nullable=False, server_default=text("0")),
    Column("checksum", BigInteger, nullable=True),
)
Index("hits_by_task", hits.c.task_id)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("minimum_a", ForeignKey("minima.id"), nullable=False),
    # Null for a single-ended search from minimum_a.
    Column("minimum_b", ForeignKey("minima.id"), nullable=True),
    Column("method", String, nullable=False),
    Column("transition_states", Integer, nullable=False),
    Column("task_id", ForeignKey("tasks.id"), nullable=False),
)
Index("attempts_by_method", attempts.c.method, attempts.c.minimum_a, attempts.c.minimum_b)

certificates = Table(
    "certificates",
    metadata,
    # "minimum", "transition state" or "saddle", and the id of its row there.
    Column("kind", String, primary_key=True),
    Column("point_id", Integer, primary_key=True, autoincrement=False),
    # Hash of the problem and the coordinates: the row says nothing of any others.
    Column("subject", String, nullable=False),
    Column("is_proved", Boolean, nullable=False),
    # Why it is not; of those all that follows is zero or empty.
    Column("reason", Text, nullable=False),
    Column("index", Integer, nullable=False),
    Column("distance", Float(53), nullable=False),
    Column("tier", String, nullable=False),
    Column("contraction", Float(53), nullable=False),
    Column("rho", Float(53), nullable=False),
    Column("loss_low", Float(53), nullable=False),
    Column("loss_high", Float(53), nullable=False),
    Column("trace_low", Float(53), nullable=False),
    Column("trace_high", Float(53), nullable=False),
    Column("square_low", Float(53), nullable=False),
    Column("square_high", Float(53), nullable=False),
    Column("centre", LargeBinary, nullable=False),
    # Empty in many coordinates: it is made again from the Hessian where it is needed.
    Column("basis", LargeBinary, nullable=False),
    # Ids of the points from which it is not proved to be different, with the kind where that is another, as
    # JSON; empty if not compared yet.
    Column("alike", Text, nullable=False),
    Column("version", String, nullable=False),
    Column("time", Float(53), nullable=False),
    Column("checksum", BigInteger, nullable=False),
    Column("basis_checksum", BigInteger, nullable=False),
)

pass_bounds = Table(
    "pass_bounds",
    metadata,
    # The id of its row; the loss is bounded along a path through it.
    Column("transition_state", Integer, primary_key=True, autoincrement=False),
    # Hash of the problem and the coordinates of the transition state and its ends, as of certificates.
    Column("subject", String, nullable=False),
    Column("bound", Float(53), nullable=False),
    Column("pieces", Integer, nullable=False),
    Column("version", String, nullable=False),
    Column("time", Float(53), nullable=False),
    Column("checksum", BigInteger, nullable=False),
)

changes = Table(
    "changes",
    metadata,
    # Each time that rows were changed or taken out that had been written before: all others are only added.
    Column("id", Integer, primary_key=True),
    Column("relation", String, nullable=False),
    Column("row_id", Integer, nullable=False),
)

annotations = Table(
    "annotations",
    metadata,
    Column("name", String, primary_key=True),
    Column("minimum_id", ForeignKey("minima.id"), primary_key=True),
    Column("value", Float(53), nullable=False),
)


class Contents(Enum):
    """What a database holds."""

    NOTHING = "nothing"
    """No tables of a landscape: its making was killed, or has not begun."""
    LANDSCAPE = "a landscape"
    OLD_LANDSCAPE = "a landscape of another version"
    SOMETHING_ELSE = "something else"


def contents(connection: Connection) -> Contents:
    """What the database holds, by its tables; a PostgreSQL database may hold other tables too.

    Raises:
        NotALandscape: if it has tables of the same names, or does not say which version they are of.
    """
    present = set(inspect(connection).get_table_names())
    if {_version.name, problem.name} <= present:
        match list(connection.execute(select(_version.c.version_num)).scalars()):
            case [revision]:
                return Contents.LANDSCAPE if revision == HEAD else Contents.OLD_LANDSCAPE
        raise NotALandscape(
            f"the landscape is damaged: its table {_version.name} should have one row. Restore a copy."
        )
    clash = sorted(present & {_version.name, *metadata.tables})
    if clash:
        raise NotALandscape(
            f"the database is no landscape, but has tables of these names: {', '.join(clash)}. Choose "
            "another file or database."
        )
    is_shared = connection.dialect.name != "sqlite"
    return Contents.SOMETHING_ELSE if present and not is_shared else Contents.NOTHING


def create(connection: Connection) -> None:
    """Create the tables in a database that has none of them: those to which all migrations lead."""
    _version.create(connection)
    metadata.create_all(connection, checkfirst=False)
    connection.execute(_version.insert(), {"version_num": HEAD})


def upgrade(connection: Connection) -> None:
    """Run the migrations that an older file lacks.

    Raises:
        NewerSchema: if the file has a revision that this version does not know.
    """
    # Only an old file needs the migrations, and the library that runs them.
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    present = MigrationContext.configure(connection).get_current_revision()
    if present is not None and present not in {s.revision for s in scripts.walk_revisions()}:
        raise NewerSchema(
            f"the file has schema {present}, this thalweg knows none newer than "
            f"{HEAD}. Upgrade thalweg: pip install --upgrade thalweg."
        )
    command.upgrade(config, "head")
