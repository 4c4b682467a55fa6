"""Without pyarrow, what needs Parquet or Zstandard says what to install."""

import sys

import pytest

import thalweg as tw
from thalweg.datasets.table_file import read_table_file
from thalweg.landscape.exchange.bundle import write_bundle
from thalweg.testing.analytic import fill


@pytest.fixture(autouse=True)
def without_arrow(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)


@pytest.mark.parametrize("name", ["table.parquet", "table.csv.zst"])
def test_a_table_that_needs_arrow_names_the_extra(tmp_path, name):
    (tmp_path / name).write_bytes(b"anything")
    with pytest.raises(ImportError, match=rf"{name}.*pip install 'thalweg\[parquet\]'"):
        read_table_file(tmp_path / name)


def test_a_bundle_names_the_extra_and_writes_nothing(tmp_path):
    with tw.Landscape.create(tw.problems.double_well(), tmp_path / "a.db") as landscape:
        fill(landscape)
        with pytest.raises(ImportError, match=r"thalweg\[parquet\]"):
            write_bundle(landscape, tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()
