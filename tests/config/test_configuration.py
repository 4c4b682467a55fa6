"""The configuration file."""

import numpy as np
import pandas as pd
import pytest

from thalweg.config.configuration import parse_configuration, read_configuration, with_value
from thalweg.config.section import ConfigError

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
            "search": {"basin_hopping": {"temperature": 5.0, "own_moves": 0.25}},
        }
    )
    assert configuration.problem.build(tmp_path).dimension == 3
    hopping = configuration.search.methods().basin_hopping
    # The share of the problem's moves had another name in version 0.1.
    assert (hopping.temperature, hopping.problem_moves) == (5.0, 0.25)


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
        ({"activation": "relu"}, {}, "softplus\\(20\\) is near"),
        ({"activation": "tanh(0)"}, {}, "steepness must be"),
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


def network_section(**settings):
    return {"problem": {"kind": "neural_network", "dataset": "spirals", "train": 20, **settings}}


def test_losses_and_their_settings_are_read(tmp_path):
    settings = network_section(loss="approximate_auc", surrogate="tanh", beta=20, l2_on="weights")
    problem = parse_configuration(settings).problem.build(tmp_path)
    assert problem.loss_function.surrogate == "tanh" and problem.loss_function.beta == 20
    assert not problem.penalises_biases


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"loss": "approximate_auc", "beta": -1}, "beta must be positive"),
        ({"loss": "cross_entropy", "beta": 5}, "not a setting of loss"),
        ({"loss": "hinge"}, "problem.loss"),
        ({"loss": "mean_absolute_error"}, "smoothing"),
        ({"loss": "approximate_auc", "class_weights": "balanced"}, "no meaning"),
    ],
)
def test_settings_of_another_loss_are_refused(settings, said, tmp_path):
    with pytest.raises(ValueError, match=said):
        parse_configuration(network_section(**settings)).problem.build(tmp_path)


def test_a_key_is_varied_without_touching_the_rest():
    tables = {"problem": {"l2": 1.0, "hidden": [3]}}
    assert with_value(tables, "problem.l2", "1e-3") == {"problem": {"l2": 1e-3, "hidden": [3]}}
    assert (
        with_value(tables, "problem.loss", "approximate_auc")["problem"]["loss"]
        == "approximate_auc"
    )
    assert with_value(tables, "search.seed", "2")["search"] == {"seed": 2}
    assert tables == {"problem": {"l2": 1.0, "hidden": [3]}}


def test_a_regression_on_a_table(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(30, 2))
    table = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "y": x @ [1.0, -2.0]})
    table.to_csv(tmp_path / "r.csv", index=False)
    settings = {"kind": "neural_network", "data": "r.csv", "target": "y", "hidden": [2]}
    section = {**settings, "loss": "mean_squared_error"}
    problem = parse_configuration({"problem": section}).problem.build(tmp_path)
    assert problem.targets.shape == (1, 24) and problem.n_outputs == 1
    table.assign(y="text").to_csv(tmp_path / "r.csv", index=False)
    with pytest.raises(ValueError, match="holds text"):
        parse_configuration({"problem": section}).problem.build(tmp_path)


GP = '[problem]\nkind = "gaussian_process"\ndata = "my.csv"\ntarget = "y"\n'


def test_a_gaussian_process_on_a_table(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 2))
    table = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "y": 50 + 7 * np.sin(x[:, 0])})
    table.to_csv(tmp_path / "my.csv", index=False)
    file = tmp_path / "a.toml"
    file.write_text(GP + "kernel = { nu = [0.5, 4.0], ard = false }\n")
    section = read_configuration(file).problem
    problem, data = section.build(tmp_path), section.load(tmp_path)
    assert [one.name for one in problem.hyperparameters] == [
        "variance",
        "length scale",
        "smoothness",
        "noise",
    ]
    assert abs(data.targets.mean()) < 1e-12 and data.targets.std() == pytest.approx(1)
    file.write_text(GP + 'kernel = { name = "rbf", nu = 1.5 }\n')
    with pytest.raises(ConfigError, match="nu is not a setting of name = 'rbf'"):
        read_configuration(file).problem.build(tmp_path)
    file.write_text(GP + 'mean = "linear"\n')
    assert read_configuration(file).problem.build(tmp_path).mean.name == "linear"
    file.write_text(GP + 'mean = "lineer"\n')
    with pytest.raises(ConfigError, match="linear"):
        read_configuration(file)


def test_atomic_clusters_and_k_means_come_from_a_file(tmp_path):
    parsed = parse_configuration({"problem": {"kind": "lennard_jones", "atoms": 7}})
    assert parsed.problem.build(tmp_path).n_atoms == 7
    (tmp_path / "points.csv").write_text("a,b,name\n0,1,x\n2,3,y\n4,7,z\n")
    section = {"kind": "kmeans", "clusters": 2, "data": "points.csv", "drop": ["name"]}
    problem = parse_configuration({"problem": section}).problem.build(tmp_path)
    assert problem.n_clusters == 2 and problem.points.shape == (3, 2)
    for problem_section in (
        {"kind": "kmeans", "data": "a.csv"},
        {"kind": "lennard_jones", "atoms": 2},
    ):
        with pytest.raises(ConfigError):
            parse_configuration({"problem": problem_section})
    with pytest.raises(ConfigError, match="no data"):
        parsed.problem.load(tmp_path)
