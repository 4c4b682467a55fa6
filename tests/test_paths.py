"""Locations as they are shown: the password of a URL is in none of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.paths import shown, without_passwords

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
