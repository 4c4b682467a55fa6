"""Data sets and tables."""

from urllib.error import URLError

import numpy as np
import pandas as pd
import pytest

from thalweg import datasets
from thalweg.datasets import (
    DatasetError,
    DatasetWarning,
    breast_cancer_recurrence,
    checkerboard,
    credit_card_fraud,
    mislabelled_iris,
    payments,
    read_table,
    spirals,
    synthetic_fraud,
    table_file,
)


def test_spirals_follow_their_law_and_their_seed():
    data, again, other = spirals(), spirals(), spirals(seed=5)
    np.testing.assert_array_equal(data.inputs, again.inputs)
    assert not np.array_equal(data.inputs, other.inputs)
    assert data.inputs.shape == (3200, 2) and data.test_inputs.shape == (800, 2)
    assert np.bincount(data.targets).tolist() == [1600, 1600]
    # t_max over t_max/2 is 2, and the noise adds at most 0.5·√2 over t_max/2.
    longest = 2 * np.pi * 780 / 360
    assert np.linalg.norm(data.inputs, axis=1).max() <= 2 + np.sqrt(0.5) / (longest / 2)
    smooth = spirals(200, 0, noise=0.0)
    radius = np.linalg.norm(smooth.inputs[:100], axis=1) * longest / 2
    angle = np.arctan2(smooth.inputs[:100, 1], -smooth.inputs[:100, 0])
    np.testing.assert_allclose(np.cos(angle - radius), 1, atol=1e-9)


def test_the_arms_are_independent_draws():
    data = spirals(400, 0)
    mirrored = {tuple(point) for point in -data.inputs[200:].round(12)}
    assert not mirrored & {tuple(point) for point in data.inputs[:200].round(12)}


def test_checkerboard_colours_alternate():
    data = checkerboard(1000, 10, cells=2)
    np.testing.assert_array_equal(data.targets, (data.inputs > 0).sum(axis=1) % 2)


def test_mislabelled_iris_has_wrong_training_labels_only():
    clean, wrong = mislabelled_iris(wrong=0.0), mislabelled_iris(wrong=0.45)
    assert np.mean(clean.targets != wrong.targets) == pytest.approx(0.45, abs=0.01)
    np.testing.assert_array_equal(clean.test_targets, wrong.test_targets)
    np.testing.assert_allclose(wrong.inputs.mean(axis=0), 0, atol=1e-12)
    assert "labels are wrong" in wrong.notes[0]


def table(tmp_path, frame, name="data.csv"):
    path = tmp_path / name
    frame.to_parquet(path) if name.endswith("parquet") else frame.to_csv(path, index=False)
    return path


GOOD = pd.DataFrame(
    {
        "a": np.arange(20.0),
        "b": np.tile([1, 2, 3, 5], 5),
        "same": 7,
        "label": np.tile(["yes", "no"], 10),
    }
)


@pytest.mark.parametrize("name", ["data.csv", "data.parquet", "data.csv.gz"])
def test_a_table_is_split_by_class_and_standardised(tmp_path, name):
    with pytest.warns(DatasetWarning, match="left out constant columns: same"):
        data = read_table(table(tmp_path, GOOD, name), "label")
    assert data.inputs.shape == (16, 2) and data.input_names == ("a", "b")
    assert sorted(data.test_targets.tolist()) == ["no", "no", "yes", "yes"]
    np.testing.assert_allclose(data.inputs.std(axis=0), 1)
    assert any("same" in note for note in data.notes)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.assign(label="yes"), "one class only"),
        (lambda t: t.assign(a=np.nan), "missing or infinite values in a"),
        (lambda t: t.assign(a=np.inf), "missing or infinite values in a"),
        (lambda t: t.assign(a="red"), "columns of text cannot be inputs: a"),
        (lambda t: t.assign(label=[None, *t.label[1:]]), "missing values"),
        (lambda t: pd.concat([t] * 5).assign(label=np.arange(100) / 7), "different values"),
        (lambda t: t.assign(label=["rare", *["no"] * 19]), "too few rows"),
        (lambda t: t.drop(columns="label").assign(labels=1), "did you mean 'labels'"),
        (lambda t: t[["label"]], "no input columns"),
        (lambda t: t.assign(a=1.0, b=1.0), "every input column is constant"),
        (lambda t: t.iloc[:1], "at least two"),
    ],
)
def test_tables_that_cannot_be_used_are_refused_with_the_reason(tmp_path, change, message):
    with pytest.raises(DatasetError, match=message):
        read_table(table(tmp_path, change(GOOD)), "label")


def test_files_that_cannot_be_read_are_refused_with_the_reason(tmp_path):
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "noise.parquet").write_bytes(b"x" * 100)
    for name, message in (
        ("empty.csv", "is empty"),
        ("noise.parquet", "cannot be read"),
        ("missing.csv", "no such file"),
        ("", "is a directory"),
    ):
        with pytest.raises(DatasetError, match=message):
            read_table(tmp_path / name, "label")


def test_unknown_names_and_options_are_answered_with_the_nearest():
    with pytest.raises(DatasetError, match="did you mean 'spirals'"):
        datasets.load("spiral")
    with pytest.raises(DatasetError, match="did you mean 'turns'"):
        datasets.load("spirals", turn=2)
    with pytest.raises(DatasetError, match="train >= 2"):
        datasets.load("spirals", train=1)


@pytest.mark.parametrize("share", [-0.1, 1.0])
def test_a_share_for_test_outside_its_range_is_refused_by_every_data_set(share):
    for make in (mislabelled_iris, synthetic_fraud):
        with pytest.raises(DatasetError, match="test_share must be at least 0 and below 1"):
            make(test_share=share)


def test_without_a_share_for_test_every_row_is_for_training():
    data = mislabelled_iris(test_share=0.0)
    assert len(data.inputs) == 150 and len(data.test_inputs) == 0


RECURRENCE = """age,menopause,tumor_size,inv_nodes,node_caps,deg_malig,breast,breast_quad,irradiat,class
40-49,premeno,15-19,0-2,yes,3,right,left_up,no,recurrence-events
50-59,ge40,15-19,0-2,no,1,right,central,no,no-recurrence-events
50-59,ge40,35-39,3-5,no,2,left,left_low,no,recurrence-events
30-39,premeno,30-34,0-2,,2,left,left_low,yes,no-recurrence-events
"""


def test_breast_cancer_recurrence_is_numbers(tmp_path):
    lines = RECURRENCE.strip().splitlines()
    (tmp_path / "b.csv").write_text("\n".join([lines[0], *(5 * lines[1:])]))
    data = breast_cancer_recurrence(tmp_path / "b.csv", test_share=0.25)
    assert data.input_names[0] == "age" and data.inputs.shape == (15, 9)
    assert set(data.targets) == {0, 1} and len(data.test_inputs) == 5
    everything = np.concatenate([data.inputs, data.test_inputs])
    assert np.isfinite(everything).all()
    # 30-39, 40-49 and 50-59 stand at equal distances.
    ages = np.unique(everything[:, 0].round(9))
    assert len(ages) == 3 and np.diff(ages)[0] == pytest.approx(np.diff(ages)[1])
    (tmp_path / "c.csv").write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(DatasetError, match="no column 'age'"):
        breast_cancer_recurrence(tmp_path / "c.csv")


def test_credit_card_fraud_keeps_frauds_in_proportion(tmp_path):
    table = fraud_table(tmp_path / "fraud.csv")
    every = credit_card_fraud(tmp_path / "fraud.csv")
    assert every.inputs.shape == (280, 29) and every.input_names[-1] == "Amount"
    assert every.targets.sum() == 28 and every.test_targets.sum() == 12
    some = credit_card_fraud(tmp_path / "fraud.csv", rows=100)
    assert len(some.inputs) + len(some.test_inputs) == 100
    assert some.targets.sum() + some.test_targets.sum() == 10
    with pytest.raises(DatasetError, match="rows must be from 6 to 400"):
        credit_card_fraud(tmp_path / "fraud.csv", rows=401)
    table.assign(Class="'0'").to_csv(tmp_path / "none.csv", index=False)
    with pytest.raises(DatasetError, match="must have frauds"):
        credit_card_fraud(tmp_path / "none.csv")


def fraud_table(path, rows=400, frauds=40):
    values = np.random.default_rng(0).normal(size=(rows, 30))
    table = pd.DataFrame(values, columns=[*_fraud_inputs(), "Time"])
    table["Class"] = np.where(np.arange(rows) < frauds, "'1'", "'0'")
    table.to_csv(path, index=False)
    return table


def test_a_sample_of_payments_may_have_more_frauds_than_the_data(tmp_path):
    fraud_table(tmp_path / "fraud.csv")
    some = credit_card_fraud(tmp_path / "fraud.csv", rows=60, fraud_share=0.5)
    assert some.targets.sum() + some.test_targets.sum() == 30
    assert "share of frauds of 0.5" in some.notes[0]
    with pytest.raises(
        DatasetError, match="need 80 frauds and 20 others; the data have 40 and 360"
    ):
        credit_card_fraud(tmp_path / "fraud.csv", rows=100, fraud_share=0.8)
    with pytest.raises(DatasetError, match="fraud_share must lie between 0 and 1"):
        credit_card_fraud(tmp_path / "fraud.csv", rows=100, fraud_share=1.0)
    with pytest.raises(DatasetError, match="give rows as well"):
        credit_card_fraud(tmp_path / "fraud.csv", fraud_share=0.1)


def test_payments_are_real_where_the_data_are_and_else_a_stand_in_that_says_so(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("THALWEG_DATA", str(tmp_path))
    stand_in = payments(200)
    assert "synthetic stand-in" in stand_in.name and stand_in.targets.mean() < 0.1

    def offline(**_):
        raise URLError("no name service")

    monkeypatch.setattr("sklearn.datasets.fetch_openml", offline)
    assert payments(200, may_fetch=True).name == stand_in.name
    fraud_table(tmp_path / "credit_card_fraud.csv")
    real = payments(200)
    assert real.name == "credit-card fraud" and len(real.inputs) + len(real.test_inputs) == 200
    # What is there but cannot be used is not passed over in silence.
    (tmp_path / "credit_card_fraud.csv").write_text("V1,Class\n1,0\n2,1\n")
    with pytest.raises(DatasetError, match="no column"):
        payments(200)


def _fraud_inputs():
    return [*(f"V{k}" for k in range(1, 29)), "Amount"]


def test_synthetic_fraud_is_named_so_and_can_be_learnt():
    data = synthetic_fraud(seed=1)
    assert "synthetic" in data.name and data.inputs.shape == (2100, 29)
    assert data.targets.mean() == pytest.approx(0.05, abs=1e-3)
    matters = np.abs(data.inputs[data.targets == 1].mean(axis=0))
    # A mean of 105 standard normal values is off by more than 0.45 once in 400,000 draws.
    assert matters[:6].min() > 0.5 and matters[6:].max() < 0.45
    with pytest.raises(DatasetError, match="at least six inputs and four frauds"):
        synthetic_fraud(rows=50)


def test_tables_come_from_the_folder_or_the_reason_is_given(tmp_path, monkeypatch):
    lines = RECURRENCE.strip().splitlines()
    table = "\n".join([lines[0], *(5 * lines[1:])])
    (tmp_path / "breast_cancer_recurrence.csv").write_text(table)
    monkeypatch.setenv("THALWEG_DATA", str(tmp_path))
    assert breast_cancer_recurrence(test_share=0.25).inputs.shape == (15, 9)

    def offline(**_):
        raise URLError("no name service")

    monkeypatch.setattr("sklearn.datasets.fetch_openml", offline)
    with pytest.raises(DatasetError, match="OpenML could not be reached"):
        credit_card_fraud()


def test_targets_are_standardised_with_the_statistics_of_the_training_rows():
    x = np.zeros((3, 1))
    data = datasets.Dataset("d", x, np.array([1.0, 2.0, 3.0]), x[:1], np.array([4.0]), ("a",))
    scaled = data.with_standardised_targets()
    assert scaled.targets.mean() == pytest.approx(0) and scaled.targets.std() == pytest.approx(1)
    assert scaled.test_targets == pytest.approx((4.0 - 2.0) / np.std([1.0, 2.0, 3.0]))
    constant = datasets.Dataset("d", x, np.full(3, 5.0), x[:1], np.array([6.0]), ("a",))
    assert constant.with_standardised_targets().targets.tolist() == [0.0, 0.0, 0.0]
    assert constant.with_standardised_targets().test_targets.tolist() == [1.0]


@pytest.mark.parametrize("columns", [{"x": np.zeros(10**6)}, {"x": ["a" * 10**7, "b"]}])
def test_a_table_that_unpacks_to_far_more_than_it_holds_is_refused(tmp_path, monkeypatch, columns):
    """A million times the same row, and one long text; what would fill gigabytes takes long to write here."""
    pd.DataFrame(columns).to_parquet(tmp_path / "a.parquet", compression="zstd")
    monkeypatch.setattr(table_file, "_ALWAYS_UNPACKED", 2**20)
    with pytest.raises(DatasetError, match=r"would unpack to 0\.0 GiB"):
        read_table(tmp_path / "a.parquet", "x")
