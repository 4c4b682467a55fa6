"""SQLite in a file, by URL and in memory keeps the contract of a storage; a careless one is caught."""

import itertools

import pytest
import sqlalchemy as sa

from thalweg.landscape.database import connection
from thalweg.testing import ContractError, check_storage

LOCATIONS = {
    "file": lambda folder, i: folder / f"{i}.db",
    "URL": lambda folder, i: f"sqlite:///{folder / f'{i}.db'}",
    "memory": lambda folder, i: None,
}


@pytest.mark.parametrize("kind", LOCATIONS)
def test_sqlite_keeps_the_contract(kind, tmp_path):
    numbers = itertools.count()
    check_storage(lambda: LOCATIONS[kind](tmp_path, next(numbers)))


def test_a_storage_without_locks_and_foreign_keys_is_caught(tmp_path, monkeypatch):
    # The driver's own settings: transactions begin at the first write, and foreign keys are not looked at.
    monkeypatch.setattr(
        connection,
        "_engine",
        lambda location, file: sa.create_engine(f"sqlite:///{location}"),
    )
    numbers = itertools.count()
    with pytest.raises(ContractError) as caught:
        check_storage(lambda: tmp_path / f"{next(numbers)}.db")
    assert "a write that fails half way leaves nothing behind" in caught.value.items
