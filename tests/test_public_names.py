"""The front door: rooms, version and names that users import."""

import importlib.metadata
import pkgutil

import pytest

import thalweg as tw

NOT_FOR_USERS = {"cli", "config"}
"""Rooms behind the command line."""


def test_dir_lists_every_room_and_every_name_opens():
    rooms = {module.name for module in pkgutil.iter_modules(tw.__path__) if module.ispkg}
    assert rooms - NOT_FOR_USERS <= set(dir(tw))
    for name in dir(tw):
        assert getattr(tw, name) is not None


def test_the_version_is_that_of_the_installed_package():
    assert tw.__version__ == importlib.metadata.version("thalweg")


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="thalweg"):
        _ = tw.no_such_room


@pytest.mark.parametrize("name", tw.search.__all__)
def test_every_name_of_the_search_has_a_docstring(name):
    value = getattr(tw.search, name)
    assert name == "Pair" or (value.__doc__ or "").strip()
