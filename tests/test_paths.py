"""Locations as they are shown: the password of a URL is in none of them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.paths import file_or_url, shown, without_passwords

SECRETS = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), min_size=1)


@given(SECRETS)
def test_no_password_is_shown_whatever_is_in_it(secret):
    for place in (
        f"postgresql://me:§{secret}§@host/x",
        f"postgresql+psycopg://me:§{secret}§@host:1/x?sslmode=require",
    ):
        assert "§" not in shown(place) and "§" not in without_passwords(f"opened {place} now")
        assert shown(place).startswith(place.partition(":§")[0]) and "@host" in shown(place)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("a.db", "a.db"),
        ("sqlite:///a:b@c.db", "sqlite:///a:b@c.db"),
        ("postgresql://me@host:5432/x", "postgresql://me@host:5432/x"),
        ("postgresql://host/x?password=p&a=b", "postgresql://host/x?password=***&a=b"),
        (None, "memory"),
    ],
)
def test_what_is_no_password_is_shown(place, expected):
    assert shown(place) == expected


NEAR_URLS = [
    "postgres//u:§pw§@host/db",
    "postgresql:/u:§pw§@host/db",
    "postgresql:u:§pw§@host/db",
    "postgresql+psycopg:/u:§pw§@host:5432/db",
    "postgresql;//u:§pw§@host/db",
    "postgresql: //u:§pw§@host/db",
    " Postgres//u:§pw§@host/db",
    "postgres/u:§pw§@host/db",
    "postgres:§pw§@host/db",
    "//u:§pw§@host/db",
    "u:§pw§@host:5432/db",
    "sqlite//a.db",
    "sqlite:a.db",
    "sqlite:/a.db",
    "sqlite3//a.db",
    Path("postgresql://u:§pw§@host/db"),
    Path("sqlite:///a.db"),
]


@pytest.mark.parametrize("place", NEAR_URLS)
def test_what_is_nearly_a_url_is_refused_and_its_password_is_not_shown(place):
    with pytest.raises(ValueError, match=r"is no database URL.*sqlite:///FILE") as refusal:
        file_or_url(place)
    assert "§" not in str(refusal.value) + shown(place)
    assert "§" not in without_passwords(f"thalweg explore c.toml --to {place} failed")


@pytest.mark.parametrize(
    "name",
    [
        "a.db",
        "sqlite/a.db",
        "postgres/a.db",
        "postgresql.db",
        "sqlite.db",
        "12:30.db",
        "me@home.db",
        "C:\\data\\me@home/a.db",
        "./sqlite:a.db",
        "./u:v@w/a.db",
        "/data/sqlite/a:b@c.db",
    ],
)
def test_names_of_files_stay_as_they_are(name):
    assert file_or_url(name) == Path(name)
    assert shown(name) == name
