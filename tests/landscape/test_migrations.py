"""The migrations are one chain, which the tables of today end."""

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from thalweg.landscape.database import landscape_rows, schema

FOLDER = Path(schema.__file__).parent / "migrations"


def test_every_migration_follows_the_one_before_it():
    """Two that were made at the same time may bear one number: only one of them would ever run."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    files = [file.name.partition("_")[0] for file in FOLDER.glob("versions/0*.py")]
    assert sorted(revisions) == sorted(files) and revisions[0] == schema.HEAD


def test_a_merge_knows_every_table():
    """A table that is new has to be carried along, or named here."""
    not_carried = {"problem", "tolerances", "changes"}
    assert {t.name for t in landscape_rows.TABLES} == set(schema.metadata.tables) - not_carried
