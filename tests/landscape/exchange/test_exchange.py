"""Export, and import with every point checked again. Formats keep their contract in `tests/testing`."""

import numpy as np
import pandas as pd
import pytest

import thalweg as tw
from thalweg import Landscape, LandscapeError
from thalweg.landscape import exchange
from thalweg.landscape.exchange import FORMATS, ForeignPoints
from thalweg.landscape.records import Batch, Minimum
from thalweg.problems import double_well, muller_brown
from thalweg.search.importing import add_points


@pytest.fixture(scope="module")
def explored():
    return tw.explore(muller_brown(), workers=1)


def test_a_format_of_ones_own_needs_no_registration(explored, tmp_path):
    class Losses:
        name = "losses"

        def write(self, landscape, path):
            np.savez(path, x=landscape.network().coordinates, loss=landscape.network().losses)

        def read(self, path, dimension):
            with np.load(path) as file:
                none = np.zeros((0, dimension)), np.zeros(0), np.zeros((0, 2), int)
                return ForeignPoints(file["x"], file["loss"], *none)

    Losses().write(explored, tmp_path / "points.npz")
    other = Landscape.create(muller_brown())
    assert add_points(other, tmp_path / "points.npz", Losses()).minima_added == 3


def test_names_of_version_0_1_are_accepted_with_a_warning():
    with pytest.warns(DeprecationWarning, match="now called 'pathsample'"):
        assert exchange.exchange_format("fortran") is FORMATS["pathsample"]
    with pytest.warns(DeprecationWarning, match="write_fortran is now write_pathsample"):
        assert exchange.write_fortran is exchange.write_pathsample
    with pytest.raises(ValueError, match="no format is called 'xyz'; expected one of pathsample"):
        exchange.exchange_format("xyz")
    with pytest.raises(AttributeError, match="write_xyz"):
        _ = exchange.write_xyz


def test_pathsample_files_have_the_layout_of_pathsample(explored, tmp_path):
    exchange.write_pathsample(explored, tmp_path)
    rows = [line.split() for line in (tmp_path / "min.data").read_text().splitlines()]
    losses = [float(row[0]) for row in rows]
    np.testing.assert_array_equal(losses, explored.network().losses)
    np.testing.assert_allclose(
        [float(row[1]) for row in rows], explored.network().lpphe, rtol=1e-15
    )
    assert all(row[2:] == ["1", "1.0", "1.0", "1.0"] for row in rows)
    points = np.fromfile(tmp_path / "points.min", dtype="<f8").reshape(3, 2)
    np.testing.assert_array_equal(points, explored.network().coordinates)
    row = (tmp_path / "ts.data").read_text().splitlines()[0].split()
    assert [int(row[3]), int(row[4])] == (explored.network().edges[0] + 1).tolist()


def test_points_that_are_not_what_they_claim_are_refused(explored, tmp_path):
    exchange.write_pathsample(explored, tmp_path)
    points = np.fromfile(tmp_path / "points.min", dtype="<f8")
    points[:2] += 0.5
    points.tofile(tmp_path / "points.min")
    lines = (tmp_path / "min.data").read_text().splitlines()
    lines[1] = "-1.0D+02 " + lines[1].split(maxsplit=1)[1]
    (tmp_path / "min.data").write_text("\n".join(lines))
    other = Landscape.create(muller_brown())
    assert add_points(other, tmp_path).refused == 2
    # The sides of the transition states bring the two minima back, from their own descent.
    assert other.n_minima == 3


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda d: (d / "min.data").unlink(), "cannot be read"),
        (lambda d: (d / "min.data").write_text("a b c\n"), "not a table of numbers"),
        (lambda d: (d / "min.data").write_text("1 2\n"), "2 columns; 3 or more were expected"),
        (lambda d: (d / "points.min").write_bytes(b"12345678"), "holds 8 bytes"),
        (lambda d: (d / "min.data").write_text("1 1 1\n"), "do not belong together"),
    ],
)
def test_files_that_do_not_fit_are_refused_and_nothing_is_added(explored, tmp_path, spoil, message):
    exchange.write_pathsample(explored, tmp_path)
    spoil(tmp_path)
    other = Landscape.create(muller_brown())
    with pytest.raises(LandscapeError, match=message):
        add_points(other, tmp_path)
    assert other.n_minima == 0


def test_files_are_never_overwritten(explored, tmp_path):
    exchange.write_pathsample(explored, tmp_path)
    with pytest.raises(LandscapeError, match="empty directory"):
        exchange.write_pathsample(explored, tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(LandscapeError, match="cannot be made"):
        exchange.write_bundle(explored, tmp_path / "file")


def test_the_bundle_has_named_columns(explored, tmp_path):
    exchange.write_bundle(explored, tmp_path)
    minima = pd.read_parquet(tmp_path / "minima.parquet")
    assert {"id", "loss", "lpphe", "log_degeneracy", "hits", "rms_gradient"} <= set(minima.columns)
    states = pd.read_parquet(tmp_path / "transition_states.parquet")
    assert set(states.minimum_a) | set(states.minimum_b) <= set(minima.id)


def test_spectra_of_different_lengths_share_a_bundle(tmp_path):
    landscape = Landscape.create(double_well())
    part = Minimum(1.0, np.array([2.0, 0.0]), np.array([3.0]), 0.0, kappa=2, log_product=2.0)
    whole = Minimum(0.0, np.array([-1.0, 0.0]), np.array([2.0, 8.0]), 0.0)
    landscape.record(Batch(law="draws", minima=(part, whole)), landscape.start_run("test", {}, 0))
    exchange.write_bundle(landscape, tmp_path)
    with np.load(tmp_path / "minima.npz") as arrays:
        np.testing.assert_array_equal(arrays["spectra"], [[3.0, np.nan], [2.0, 8.0]])


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("minima.parquet", lambda t: t.astype({"loss": str}), "'loss' holds no numbers"),
        ("minima.parquet", lambda t: t.drop(columns="id"), "damaged"),
        ("minima.parquet", lambda t: t.assign(id=1), "same id"),
        # A million rows of one number take some kilobytes.
        ("minima.parquet", lambda t: t.loc[t.index.repeat(10**6)], "3000000 rows for 3 points"),
        ("transition_states.parquet", lambda t: t.assign(minimum_a=9), "joins minimum 9"),
    ],
)
def test_tables_of_a_bundle_that_hold_something_else_are_refused(
    explored, tmp_path, name, change, says
):
    exchange.write_bundle(explored, tmp_path)
    change(pd.read_parquet(tmp_path / name)).to_parquet(tmp_path / name)
    with pytest.raises(LandscapeError, match=says):
        exchange.read_bundle(tmp_path, 2)
