"""Values of a configuration that are no values of their keys, and how paths are written."""

import re

import pytest

import thalweg as tw
from thalweg.config.configuration import (
    parse_configuration,
    read_configuration,
    separate_values,
    with_value,
)
from thalweg.config.problem import PROBLEM_SECTIONS
from thalweg.config.search import BasinHoppingSection, SearchSection
from thalweg.config.section import ConfigError, Section

NETWORK = {"kind": "neural_network", "dataset": "spirals", "train": 20, "test": 0}
SECTIONS = [*PROBLEM_SECTIONS.values(), SearchSection, BasinHoppingSection]


def numbers_of(section: type[Section]) -> list[str]:
    """Keys whose value is a number or several."""
    found = []
    for name, field in section.model_fields.items():
        text = str(field.annotation)
        if re.search(r"\b(int|float)\b", text) and "bool" not in text:
            found.append(name)
    return found


@pytest.mark.parametrize("section", SECTIONS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("value", [True, [True, False], float("nan"), float("inf")])
def test_truth_values_and_nan_are_no_numbers_of_any_key(section, value):
    names = numbers_of(section)
    assert names
    for name in names:
        if section in PROBLEM_SECTIONS.values():
            kind = next(k for k, s in PROBLEM_SECTIONS.items() if s is section)
            tables = {"problem": {"kind": kind, name: value}}
        elif section is SearchSection:
            tables = {"problem": NETWORK, "search": {name: value}}
        else:
            tables = {"problem": NETWORK, "search": {"basin_hopping": {name: value}}}
        with pytest.raises(ConfigError, match=rf"{name}(\.0)? = "):
            parse_configuration({k: _only(v, name) for k, v in tables.items()})


def _only(table, name):
    """The table with what it must have beside the key."""
    needed = {
        "kmeans": {"clusters": 2, "data": "a.csv"},
        "lennard_jones": {"atoms": 7},
        "function": {"name": "schwefel"},
    }
    return {**needed.get(table.get("kind"), {}), **table}


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        (
            {"problem": {**NETWORK, "train": 10**12}},
            "problem.train = 1000000000000: input should be less",
        ),
        ({"problem": {**NETWORK, "hidden": [10**12]}}, "hidden.0 = 1000000000000"),
        ({"problem": {**NETWORK, "hidden": [10**7, 10**7]}}, "parameters"),
        ({"problem": {"kind": "lennard_jones", "atoms": 10**12}}, "atoms = 1000000000000"),
        ({"problem": {"kind": "lennard_jones", "atoms": 2}}, "atoms = 2"),
        ({"problem": {"kind": "kmeans", "clusters": 10**12, "data": "a.csv"}}, "clusters ="),
        ({"problem": {"kind": "function", "name": "schwefel", "dimension": 10**12}}, "dimension ="),
        ({"problem": {**NETWORK, "seed": 2**32}}, "problem.seed = 4294967296"),
        ({"problem": {**NETWORK, "seed": -1}}, "problem.seed = -1"),
        ({"problem": NETWORK, "search": {"seed": 2**63}}, "search.seed = 9223372036854775808"),
        ({"problem": NETWORK, "search": {"seconds": 0}}, "search.seconds = 0"),
        ({"problem": NETWORK, "search": {"basin_hopping": True}}, "basin_hopping"),
        ({"problem": {**NETWORK, "hidden": "x" * 10**5}}, "…"),
        ({"problem": {**NETWORK, "separator": ";;"}}, "separator"),
    ],
)
def test_numbers_that_nothing_can_hold_are_refused_by_key(tables, said, tmp_path):
    with pytest.raises(ValueError, match=re.escape(said)) as refusal:
        parse_configuration(tables).problem.build(tmp_path)
    assert len(str(refusal.value)) < 400


@pytest.mark.parametrize("depth", [300, 700, 3000])
def test_brackets_of_any_depth_are_refused_in_one_line(tmp_path, depth):
    file = tmp_path / "a.toml"
    nested = "[" * depth + "]" * depth
    file.write_text(
        f'[problem]\nkind = "function"\nname = "schwefel"\n[search]\nminima = {nested}\n'
    )
    with pytest.raises(ConfigError):
        read_configuration(file)
    tables = {"problem": {"kind": "function", "name": "schwefel"}}
    with pytest.raises(ConfigError):
        parse_configuration(with_value(tables, "search.minima", nested))
    with pytest.raises(ConfigError):
        parse_configuration(with_value(tables, ".".join(["search"] * depth), "1"))


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    text = '[problem]\nkind = "function"\nname = "schwefel"\n'
    (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_configuration(tmp_path / "a.toml").problem.name == "schwefel"


def test_a_tilde_is_the_home_directory_everywhere(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.csv").write_text("a,y\n" + "".join(f"{i / 2},{i % 2}\n" for i in range(20)))
    (tmp_path / "a.toml").write_text(
        '[problem]\nkind = "neural_network"\ndata = "~/a.csv"\ntarget = "y"\nhidden = [1]\n'
        '[output]\nlandscape = "~/a.db"\n'
    )
    configuration = read_configuration("~/a.toml")
    assert configuration.output.landscape == tmp_path / "a.db"
    problem = configuration.problem.build(tmp_path / "elsewhere")
    tw.Landscape.create(problem, "~/a.db").close()
    assert (tmp_path / "a.db").stat().st_size > 0
    tw.Landscape.open("~/a.db").close()


def test_a_database_url_keeps_its_slashes():
    tables = {"problem": NETWORK, "output": {"landscape": "postgresql://me@host/x"}}
    assert parse_configuration(tables).output.landscape == "postgresql://me@host/x"


def test_the_separator_of_a_table_is_a_key(tmp_path):
    rows = "".join(f"{i},5;{i % 2}\n" for i in range(20))
    (tmp_path / "a.csv").write_text("a;y\n" + rows)
    section = {"kind": "neural_network", "data": "a.csv", "target": "y", "hidden": [1]}
    with pytest.raises(ValueError, match="separated by semicolons"):
        parse_configuration({"problem": section}).problem.build(tmp_path)
    options = {"separator": ";", "decimal": ","}
    assert (
        parse_configuration({"problem": {**section, **options}}).problem.build(tmp_path).n_rows
        == 16
    )
    clusters = {"kind": "kmeans", "data": "a.csv", "clusters": 2, **options}
    assert parse_configuration({"problem": clusters}).problem.build(tmp_path).points.shape == (
        20,
        2,
    )


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1e-1,1e-3", ["1e-1", "1e-3"]),
        ("[2],[2,2]", ["[2]", "[2,2]"]),
        ("{a=1,b=[1,2]}, 'x,y',\"it's,\"", ["{a=1,b=[1,2]}", "'x,y'", '"it\'s,"']),
        (",", []),
        ("[1,2", ["[1,2"]),
    ],
)
def test_values_are_separated_outside_of_brackets_and_quotes(text, values):
    assert separate_values(text) == values
