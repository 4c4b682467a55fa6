"""Tables of a landscape, and bringing older files up to date."""

from pathlib import Path
from typing import Any

from sqlalchemy import (
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
    text,
)

from ..errors import NewerSchema

HEAD = "0002"
"""Revision of the tables below: the newest migration."""

metadata = MetaData()

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
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("command", String, nullable=False),
    Column("settings", Text, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("version", String, nullable=False),
    Column("started", Float, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("outcome", String, nullable=False),
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
    Column("seed", Integer, nullable=False),
    Column("stream", Integer, nullable=False),
    Column("task", Integer, nullable=False),
    Column("new_minima", Integer, nullable=False),
    Column("new_transition_states", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("minima", Integer, nullable=False),
    *(Column(name, Integer, key=key, nullable=False) for key, name in COUNTS.items()),
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
    )


minima = Table("minima", metadata, *_point_columns())

transition_states = Table(
    "transition_states",
    metadata,
    *_point_columns(),
    Column("minimum_a", ForeignKey("minima.id"), nullable=False),
    Column("minimum_b", ForeignKey("minima.id"), nullable=False),
)

hits = Table(
    "hits",
    metadata,
    Column("law", String, primary_key=True),
    Column("minimum_id", ForeignKey("minima.id"), primary_key=True),
    Column("is_independent", Boolean, nullable=False),
    Column("hits", Integer, nullable=False),
)

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

annotations = Table(
    "annotations",
    metadata,
    Column("name", String, primary_key=True),
    Column("minimum_id", ForeignKey("minima.id"), primary_key=True),
    Column("value", Float(53), nullable=False),
)


def upgrade(connection: Connection) -> None:
    """Create the tables in an empty database, or run the migrations that an older file lacks.

    Raises:
        NewerSchema: if the file has a revision that this version does not know.
    """
    if inspect(connection).has_table("alembic_version"):
        present = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if present == HEAD:
            return
    # Only a new or an old file needs the migrations, and the library that runs them.
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
