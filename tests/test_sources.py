"""docs/sources.md: every name that stands in it exists, and its counts are those of its rows."""

import dataclasses
import re
from collections import Counter
from pathlib import Path

import pytest
import typer

import thalweg as tw
from thalweg.cli import app
from thalweg.reproduce import REPRODUCTIONS

PAGE = Path(__file__).parents[1] / "docs" / "sources.md"
TEXT = PAGE.read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if re.match(r"\| [A-J]\d", line)
]
NAMES = sorted({name for row in ROWS for name in re.findall("`([^`]+)`", row[4])})


def test_the_counts_are_those_of_the_rows_and_no_row_is_missing():
    states = Counter(row[3] for row in ROWS)
    said = re.search(r"(\d+) rows are present, (\d+) partial, (\d+) absent", TEXT)
    assert said is not None
    present, partial, absent = (int(number) for number in said.groups())
    assert states == Counter(present=present, partial=partial, absent=absent)
    by_group = Counter(row[0][0] for row in ROWS)
    assert dict(by_group) == dict(A=14, B=15, C=8, D=5, E=23, F=5, G=18, H=12, I=21, J=4)
    assert [row[0] for row in ROWS] == [f"{g}{k + 1}" for g in by_group for k in range(by_group[g])]
    for row in ROWS:
        assert len(row) == 6 and "`" in row[4], row
        assert row[3] == "present" or row[5], f"{row[0]} does not say why"


@pytest.mark.parametrize("name", NAMES)
def test_what_it_names_exists(name):
    kind, *words = name.split()
    if kind == "thalweg":
        _require_command(words)
    elif kind == "reproduce":
        assert words[0] in REPRODUCTIONS
    else:
        _require_public(name)


def _require_command(words):
    command = typer.main.get_command(app)
    for word in words:
        if word.startswith("--"):
            assert word in {option for p in command.params for option in p.opts}, words
        else:
            command = command.commands[word]


def _require_public(name):
    root, *attributes = name.split(".")
    assert root == "tw", name
    value = tw
    for attribute in attributes:
        fields = dataclasses.fields(value) if dataclasses.is_dataclass(value) else ()
        value = next((f for f in fields if f.name == attribute), None) or getattr(value, attribute)
