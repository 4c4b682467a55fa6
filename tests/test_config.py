"""The configuration file."""

import pytest

from thalweg.config import ConfigError, parse_configuration, read_configuration

SPIRAL = """
[problem]
kind = "neural_network"
dataset = "spirals"
train = 200
test = 50
seed = 0
hidden = [5]
loss = "cross_entropy"
l2 = 1e-5
[search]
minima = 1000
connect = true
seed = 0
[output]
landscape = "spiral.db"
"""


def test_the_published_configuration_is_read(tmp_path):
    (tmp_path / "spiral.toml").write_text(SPIRAL)
    configuration = read_configuration(tmp_path / "spiral.toml")
    problem = configuration.problem.build(tmp_path)
    assert problem.dimension == 27 and problem.inputs.shape == (3, 200)
    assert str(configuration.output.landscape) == "spiral.db"
    assert configuration.search.methods().basin_hopping is None


def test_functions_and_basin_hopping_are_configured(tmp_path):
    configuration = parse_configuration(
        {
            "problem": {"kind": "function", "name": "schwefel", "dimension": 3},
            "search": {"basin_hopping": {"temperature": 5.0}},
        }
    )
    assert configuration.problem.build(tmp_path).dimension == 3
    assert configuration.search.methods().basin_hopping.temperature == 5.0


@pytest.mark.parametrize(
    ("problem", "search", "said"),
    [
        ({"hiden": [5]}, {}, "unknown key 'problem.hiden'; did you mean 'hidden'"),
        ({}, {"minma": 5}, "unknown key 'search.minma'; did you mean 'minima'"),
        ({"hidden": [0]}, {}, "hidden.0 = 0"),
        ({"hidden": []}, {}, "hidden"),
        ({"l2": -1.0}, {}, "problem.l2 = -1.0"),
        ({"kind": "neural_net"}, {}, "did you mean 'neural_network'"),
        ({}, {"minima": "many"}, "search.minima = 'many'"),
        ({"activation": "tan"}, {}, "did you mean 'tanh'"),
        ({"dataset": None}, {}, "needs either dataset"),
        ({"dataset": None, "data": "a.csv"}, {}, "needs target"),
    ],
)
def test_wrong_keys_and_values_are_named(tmp_path, problem, search, said):
    values = {"kind": "neural_network", "dataset": "spirals", "train": 20, "test": 0}
    values = {k: v for k, v in {**values, **problem}.items() if v is not None}
    with pytest.raises(ConfigError, match=said):
        parse_configuration({"problem": values, "search": search}).problem.build(tmp_path)


def test_files_that_are_no_configuration_are_refused(tmp_path):
    (tmp_path / "bad.toml").write_text("[problem\n")
    (tmp_path / "noise.toml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "empty.toml").write_text("")
    for name, said in (
        ("bad.toml", "is not TOML"),
        ("noise.toml", "cannot be read"),
        ("missing.toml", "cannot be read"),
        ("empty.toml", "problem"),
    ):
        with pytest.raises(ConfigError, match=said):
            read_configuration(tmp_path / name)
