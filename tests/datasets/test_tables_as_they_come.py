"""Tables as they come: read rightly, with a note, or refused for the reason that is the reason."""

import bz2
import gzip
import lzma
import re
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from thalweg.datasets import DatasetError, DatasetWarning, read_numbers, read_table
from thalweg.datasets.column_statistics import column_statistics

N = 40
rng = np.random.default_rng(0)
A, B = rng.normal(size=(2, N)).round(4)
LABEL = np.where(A * B > 0, "yes", "no")
FRAME = pd.DataFrame({"label": LABEL, "alpha": A, "beta": B})
ROWS = "\n".join(f"{y},{a},{b}" for y, a, b in zip(LABEL, A, B, strict=True))
TEXT = "label,alpha,beta\n" + ROWS
ALTERNATING = "a,y\n" + "".join(f"{i},{i % 2}\n" for i in range(N))


def written(tmp_path, text, name="a.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# ---- read, with a note ---------------------------------------------------------------------------------


def numbered(start, shuffled):
    frame = FRAME.set_index(pd.RangeIndex(start, start + N))
    return frame.sort_values("alpha") if shuffled else frame


@pytest.mark.parametrize("start", [0, 1, 17])
@pytest.mark.parametrize("shuffled", [True, False])
def test_row_numbers_without_a_name_are_left_out_with_a_note(tmp_path, start, shuffled):
    numbered(start, shuffled).to_csv(tmp_path / "a.csv")
    with pytest.warns(DatasetWarning, match="Unnamed: 0.*row numbers"):
        data = read_table(tmp_path / "a.csv", "label", test_share=0)
    assert data.input_names == ("alpha", "beta")
    assert any("Unnamed: 0" in note for note in data.notes)
    with pytest.warns(DatasetWarning, match="row numbers"):
        assert read_numbers(tmp_path / "a.csv", drop=["label"]).shape == (N, 2)


def test_a_column_without_a_name_that_is_data_stays(tmp_path):
    text = "alpha,,label\n" + "\n".join(
        f"{a},{i % 3},{y}" for i, (a, y) in enumerate(zip(A, LABEL, strict=True))
    )
    assert read_table(written(tmp_path, text), "label").input_names == ("alpha", "Unnamed: 1")


def test_empty_columns_and_counts_of_rows_are_noted(tmp_path):
    text = "id,label,alpha,\n" + "\n".join(
        f"{i},{y},{a}," for i, (y, a) in enumerate(zip(LABEL, A, strict=True))
    )
    with pytest.warns(DatasetWarning) as notes:
        data = read_table(written(tmp_path, text), "label")
    assert data.input_names == ("id", "alpha")
    said = " ".join(str(note.message) for note in notes)
    assert "no name and no values" in said and "column 'id' counts the rows" in said


def test_constant_columns_are_left_out_with_a_note(tmp_path):
    FRAME.assign(same=0.1).to_csv(tmp_path / "a.csv", index=False)
    with pytest.warns(DatasetWarning, match="left out constant columns: same"):
        assert read_table(tmp_path / "a.csv", "label").input_names == ("alpha", "beta")


@pytest.mark.parametrize("name", ["NA", "None", "null", "NULL", "N/A", "n/a"])
def test_classes_may_have_names_that_elsewhere_stand_for_missing_values(tmp_path, name):
    text = TEXT.replace("yes,", f"{name},").replace("no,", "EU,")
    with pytest.warns(DatasetWarning, match=f"{name!r} in the target 'label'"):
        data = read_table(written(tmp_path, text), "label")
    assert set(data.classes) == {name, "EU"}


@pytest.mark.parametrize("entry", ["", " ", "NaN", "nan", "#N/A", "<NA>"])
def test_what_stands_for_a_missing_value_alone_is_one(tmp_path, entry):
    text = TEXT.replace(f"{LABEL[2]},{A[2]}", f"{entry},{A[2]}")
    with pytest.raises(DatasetError, match=re.escape("missing values (first: data row 3)")):
        read_table(written(tmp_path, text), "label")


@pytest.mark.parametrize("entry", ["NA", "None", "null"])
def test_among_numbers_words_are_missing_values(tmp_path, entry):
    text = ALTERNATING.replace("3,1\n", f"3,{entry}\n", 1)
    with pytest.raises(DatasetError, match="target 'y' has missing values"):
        read_table(written(tmp_path, text), "y", classes=True)
    with pytest.raises(DatasetError, match="missing or infinite values in a"):
        read_table(written(tmp_path, ALTERNATING.replace("\n3,1", f"\n{entry},1", 1)), "y")


@pytest.mark.parametrize(
    ("names", "classes"),
    [
        (("0", "1"), [0, 1]),
        (("10", "2"), [2, 10]),
        (("0.5", "2"), [0.5, 2.0]),
        (("False", "True"), [False, True]),
        (("TRUE", "false"), [False, True]),
        (("01a", "1"), ["01a", "1"]),
    ],
)
def test_labels_have_the_type_that_pandas_gives_them(tmp_path, names, classes):
    text = TEXT.replace("yes,", f"{names[0]},").replace("no,", f"{names[1]},")
    path = written(tmp_path, text)
    data = read_table(path, "label", test_share=0)
    assert data.classes.tolist() == classes
    by_pandas = pd.read_csv(path)["label"].to_numpy()
    assert data.targets.tolist() == by_pandas.tolist()


@pytest.mark.filterwarnings("ignore::thalweg.datasets.DatasetWarning")
def test_other_separators_and_decimal_marks_are_read_where_they_are_named(tmp_path):
    plain = read_table(written(tmp_path, TEXT), "label")
    german = TEXT.replace(",", ";").replace(".", ",")
    for text, options in (
        (TEXT.replace(",", ";"), {"separator": ";"}),
        (german, {"separator": ";", "decimal": ","}),
        (TEXT.replace(",", "   "), {"separator": " "}),
        (b"\xef\xbb\xbf" + TEXT.encode(), {}),
    ):
        data = read_table(written(tmp_path, text), "label", **options)
        np.testing.assert_array_equal(data.inputs, plain.inputs)
        np.testing.assert_array_equal(data.targets, plain.targets)


@pytest.mark.parametrize("packed", ["gz", "bz2", "xz", "zip", "zst"])
def test_packed_tables_are_read(tmp_path, packed):
    path = tmp_path / f"a.csv.{packed}"
    if packed == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.csv", TEXT)
    elif packed == "zst":
        with pa.output_stream(str(path), compression="zstd") as file:
            file.write(TEXT.encode())
    else:
        path.write_bytes({"gz": gzip, "bz2": bz2, "xz": lzma}[packed].compress(TEXT.encode()))
    assert read_table(path, "label").inputs.shape == (32, 2)


def test_a_tilde_is_the_home_directory(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    written(tmp_path, TEXT)
    assert read_table("~/a.csv", "label").inputs.shape == (32, 2)
    with pytest.raises(ValueError, match="Write the path in full"):
        read_table("~no-such-user/a.csv", "label")


# ---- refused, for the reason that is the reason --------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TEXT.replace(",", ";"), "separated by semicolons, not by ','. Pass separator=';'"),
        (TEXT.replace(",", ";").replace(".", ","), "separated by semicolons"),
        (TEXT.replace(",", "\t"), "separated by tabs"),
        (TEXT.replace(",", "|"), "separated by bars"),
        (TEXT.replace(",", "  "), "separated by spaces"),
        (TEXT.replace(f"{A[5]}", "?", 1), "alpha ('?' in data row 6)"),
        (
            TEXT.replace(f"{A[5]}", "'1,5'", 1).replace("'", '"'),
            "for decimal commas pass decimal=','",
        ),
        (
            "label,alpha,beta\n" + ROWS.replace("\n", ",\n") + ",",
            "the rows have 4 fields, the header has 3",
        ),
        (TEXT.replace(f"{B[7]}\n", f"{B[7]},1\n"), "Expected 3 fields in line 9, saw 4"),
        ("# units: m\n" + TEXT, "begins with a comment"),
        ("% from a device, of ours\n" + TEXT, "begins with a comment"),
        (TEXT.replace("beta", "label", 1), "2 columns of the name 'label'"),
        ("\n \n", "is empty"),
        ("label,alpha,beta\n", "has 0 rows"),
        (TEXT.encode("utf-16"), "save it as UTF-8"),
        (TEXT.replace("yes", "größer").encode("latin-1"), "no text in UTF-8"),
        (TEXT.replace("yes,", '"yes,', 1), "cannot be read as a table"),
        (bytes(range(256)) * 20, "zero bytes"),
    ],
)
def test_the_reason_is_named(tmp_path, text, said):
    with pytest.raises(DatasetError, match=re.escape(said)):
        read_table(written(tmp_path, text), "label")


def damaged(tmp_path, packed):
    good = gzip.compress(ALTERNATING.encode())
    content = {
        "cut.csv.gz": good[:40],
        "bad.csv.gz": good[:20] + b"\xff\xff" + good[22:],
        "no.csv.gz": b"x" * 50,
        "bad.csv.bz2": b"BZh9" + b"x" * 50,
        "bad.csv.xz": b"\xfd7zXZ\0" + b"x" * 50,
        "bad.csv.zip": b"PK\3\4" + b"x" * 50,
        "bad.csv.zst": b"x" * 50,
        "a.csv.tar.gz": good,
        "bad.parquet": b"PAR1" + b"x" * 50 + b"PAR1",
    }[packed]
    return written(tmp_path, content, packed)


@pytest.mark.parametrize(
    "name",
    [
        *("cut.csv.gz", "bad.csv.gz", "no.csv.gz", "bad.csv.bz2", "bad.csv.xz", "bad.csv.zip"),
        *("bad.csv.zst", "a.csv.tar.gz", "bad.parquet"),
    ],
)
def test_damaged_files_are_refused(tmp_path, name):
    with pytest.raises(DatasetError, match=r"cannot be unpacked|cannot be read|is an archive"):
        read_table(damaged(tmp_path, name), "y")


def test_an_archive_of_two_tables_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", TEXT)
        archive.writestr("b.csv", TEXT)
    with pytest.raises(DatasetError, match="holds 2 files"):
        read_table(tmp_path / "a.zip", "label")


def test_a_few_kilobytes_that_unpack_to_gigabytes_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("thalweg.datasets.packed_file._MOST_BYTES", 1 << 20)
    path = written(tmp_path, gzip.compress(b"0" * (2 << 20)), "bomb.csv.gz")
    with pytest.raises(DatasetError, match="unpacks to more than"):
        read_table(path, "y")


def test_dropping_what_is_needed_or_unknown_is_refused(tmp_path):
    path = written(tmp_path, TEXT)
    with pytest.raises(DatasetError, match="drop names the target 'label'"):
        read_table(path, "label", drop=("label",))
    with pytest.raises(DatasetError, match="did you mean 'alpha'"):
        read_table(path, "label", drop=["alpa"])
    with pytest.raises(DatasetError, match=re.escape("pass ['alpha']")):
        read_table(path, "label", drop="alpha")
    with pytest.raises(DatasetError, match="one character"):
        read_table(path, "label", separator="")


@pytest.mark.parametrize("seed", [-1, 2**32, 10**30, True, 1.5])
def test_a_seed_that_cannot_be_one_is_called_so(tmp_path, seed):
    with pytest.raises(DatasetError, match="seed must be a whole number from 0 to 4294967295"):
        read_table(written(tmp_path, TEXT), "label", seed=seed)


# ---- columns of any magnitude --------------------------------------------------------------------------


@pytest.mark.parametrize("unit", [1e-300, 1e-200, 1e-13, 1.0, 1e13, 1e200, 1e300])
def test_columns_of_any_magnitude_are_standardised(tmp_path, unit):
    FRAME.assign(alpha=A * unit).to_csv(tmp_path / "a.csv", index=False)
    data = read_table(tmp_path / "a.csv", "label", test_share=0)
    # Numbers of the table have four digits behind the point; those of the unit are rounded anew.
    np.testing.assert_allclose(data.inputs[:, 0], (A - A.mean()) / A.std(), rtol=1e-12)
    regression = read_table(
        tmp_path / "a.csv", "alpha", test_share=0, drop=["label"], classes=False
    )
    np.testing.assert_allclose(
        regression.with_standardised_targets().targets, data.inputs[:, 0], rtol=1e-12
    )


@pytest.mark.parametrize("shape", [(N, 3), (N,)])
def test_statistics_have_the_bits_of_the_plain_formulas(shape):
    values = rng.normal(3.0, 2.0, size=shape)
    statistics = column_statistics(values)
    np.testing.assert_array_equal(statistics.mean, values.mean(axis=0))
    np.testing.assert_array_equal(statistics.deviation, values.std(axis=0))
    assert statistics.varies.all()


@pytest.mark.parametrize("value", [0.0, 0.1, 1e300, 5e-324])
def test_equal_numbers_do_not_vary(value):
    assert not column_statistics(np.full((1000, 1), value)).varies.any()


def test_numbers_that_lie_too_far_apart_are_refused(tmp_path):
    far = FRAME.assign(alpha=np.where(np.arange(N) % 4, 1.7e308, -1.7e308))
    far.to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(DatasetError, match="alpha lie too far apart"):
        read_table(tmp_path / "a.csv", "label")
