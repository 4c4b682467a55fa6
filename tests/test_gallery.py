"""docs/gallery.md: every picture is drawn by the script beside it, from configurations that are valid."""

import re
from pathlib import Path

import pytest

from thalweg.config.configuration import read_configuration

FOLDER = Path(__file__).parents[1] / "docs" / "gallery"
SCRIPT = (FOLDER / "draw.sh").read_text(encoding="utf-8")
CONFIGURATIONS = sorted(file.name for file in FOLDER.glob("*.toml"))


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_its_configurations_are_valid_and_used(name):
    assert f"$here/{name}" in SCRIPT
    read_configuration(FOLDER / name)


def test_every_picture_is_shown_and_drawn():
    page = (FOLDER.parent / "gallery.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"gallery/(\w+\.png)", page))
    assert shown == {file.name for file in FOLDER.glob("*.png")}
    # `conserved --figures` draws the last three.
    drawn = set(re.findall(r"\w+\.png", SCRIPT)) | {"groups.png", "conserved.png", "inputs.png"}
    assert shown <= drawn
