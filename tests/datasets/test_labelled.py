"""Data sets whose rows belong to known groups."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from thalweg import datasets
from thalweg.config.configuration import parse_configuration
from thalweg.config.section import ConfigError
from thalweg.datasets import gene_expression


def test_shipped_sets_have_all_rows_and_names_of_groups():
    iris, wine = datasets.load("iris_species"), datasets.load("wine_cultivars")
    assert iris.inputs.shape == (150, 4) and wine.inputs.shape == (178, 13)
    assert set(iris.targets) == {"setosa", "versicolor", "virginica"} and wine.n_classes == 3
    for data in (iris, wine):
        assert len(data.test_targets) == 0
        np.testing.assert_allclose(data.inputs.std(axis=0), 1)


def leukaemia(file, classes=("ALL", "AML")):
    rng = np.random.default_rng(0)
    genes = {f"gene{k}": 10 ** rng.normal(3, 0.1 * (k + 1), 12) for k in range(6)}
    labels = np.array(classes)[np.arange(12) % len(classes)]
    pd.DataFrame({**genes, "CLASS": labels}).to_csv(file, index=False)
    return file


def test_gene_expression_is_read_as_logarithms_of_what_varies_most(tmp_path):
    data = datasets.leukaemia_subtypes(leukaemia(tmp_path / "a.csv"), genes=2)
    assert data.inputs.shape == (12, 2) and data.input_names == ("gene4", "gene5")
    assert set(data.targets) == {"ALL", "AML"} and "of 6" in data.notes[0]
    raw = pd.read_csv(tmp_path / "a.csv").gene5.to_numpy()
    logs = np.log10(np.clip(raw, 100, 16000))
    np.testing.assert_allclose(data.inputs[:, 1], (logs - logs.mean()) / logs.std())


def test_another_table_is_not_taken_for_gene_expression(tmp_path):
    file = leukaemia(tmp_path / "a.csv", classes=("x", "y", "z"))
    with pytest.raises(datasets.DatasetError, match="classes ALL and AML"):
        datasets.leukaemia_subtypes(file, genes=2)
    with pytest.raises(datasets.DatasetError, match="50 columns of numbers"):
        datasets.leukaemia_subtypes(leukaemia(tmp_path / "b.csv"))


def test_tumours_are_read_from_a_package_that_has_them(tmp_path, monkeypatch):
    monkeypatch.delenv("THALWEG_DATA", raising=False)
    monkeypatch.setattr(gene_expression, "find_spec", lambda name: None)
    with pytest.raises(datasets.Unreachable, match="pip install --no-deps ISLP"):
        datasets.tumour_subtypes()
    place = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    monkeypatch.setattr(gene_expression, "find_spec", {"ISLP": place}.get)
    (tmp_path / "data").mkdir()
    x = np.random.default_rng(0).normal(size=(6, 3)) * [1.0, 3.0, 2.0]
    for part, rows, kinds in (("train", slice(4), [2, 1, 4, 3]), ("test", slice(4, 6), [3, 1])):
        table = pd.DataFrame(x[rows], columns=["V1", "V2", "V3"])
        table.to_csv(tmp_path / "data" / f"Khan_x{part}.csv", index=False)
        pd.DataFrame({"x": kinds}).to_csv(tmp_path / "data" / f"Khan_y{part}.csv", index=False)
    data = datasets.load("tumour_subtypes", genes=2)
    assert data.input_names == ("V2", "V3") and "of 3" in data.notes[0]
    np.testing.assert_allclose(data.inputs[:, 0], (x[:, 1] - x[:, 1].mean()) / x[:, 1].std())
    assert [kind[0] for kind in data.targets] == ["E", "B", "r", "n", "n", "B"]


def test_tumours_are_read_from_a_table(tmp_path):
    table = pd.DataFrame({"g1": [0.0, 1, 5], "g2": [1.0, 1, 1.5], "subtype": ["a", "b", "b"]})
    table.to_csv(tmp_path / "tumour_subtypes.csv", index=False)
    data = datasets.tumour_subtypes(tmp_path / "tumour_subtypes.csv", genes=1)
    assert data.input_names == ("g1",) and data.targets.tolist() == ["a", "b", "b"]
    table.drop(columns="subtype").to_csv(tmp_path / "b.csv", index=False)
    with pytest.raises(datasets.DatasetError, match="no column 'subtype'"):
        datasets.tumour_subtypes(tmp_path / "b.csv")


def section(**keys):
    problem = {"kind": "kmeans", "clusters": 2, **keys}
    return parse_configuration({"problem": problem}).problem


def test_k_means_takes_rows_from_a_table_or_a_named_set(tmp_path):
    named = section(dataset="iris_species")
    assert named.build(tmp_path).points.shape[1] == 4 and named.has_data
    assert len(named.load(tmp_path).targets) == 150
    (tmp_path / "a.csv").write_text("a,b,kind\n0,1,x\n2,3,y\n4,7,x\n5,5,y\n")
    labelled = section(data="a.csv", target="kind")
    assert labelled.build(tmp_path).points.tolist() == [[0, 1], [2, 3], [4, 7], [5, 5]]
    assert labelled.load(tmp_path).targets.tolist() == ["x", "y", "x", "y"]
    bare = section(data="a.csv", drop=["kind"])
    assert bare.build(tmp_path).fingerprint == labelled.build(tmp_path).fingerprint
    assert not bare.has_data
    with pytest.raises(ConfigError, match="no labels"):
        bare.load(tmp_path)
    for keys in ({}, {"data": "a.csv", "dataset": "iris_species"}):
        with pytest.raises(ConfigError, match="either data"):
            section(**keys).build(tmp_path)
