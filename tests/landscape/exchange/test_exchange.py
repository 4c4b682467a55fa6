"""Export, and import with every point checked again."""

import numpy as np
import pandas as pd
import pytest

import thalweg as tw
from thalweg import Landscape, LandscapeError
from thalweg.landscape import exchange
from thalweg.problems import double_well, muller_brown, schwefel
from thalweg.search import importing

FORMATS = {
    "fortran": (exchange.write_pathsample, importing.add_pathsample),
    "bundle": (exchange.write_bundle, importing.add_bundle),
}


@pytest.fixture(scope="module")
def mapped():
    return tw.explore(muller_brown(), workers=1)


@pytest.mark.parametrize("layout", FORMATS)
def test_what_is_written_is_read_back(mapped, tmp_path, layout):
    write, add = FORMATS[layout]
    write(mapped, tmp_path / "out")
    other = Landscape.create(muller_brown())
    found = add(other, tmp_path / "out")
    assert (found.minima_added, found.transition_states_added, found.refused) == (3, 2, 0)
    one, two = mapped.network(), other.network()
    np.testing.assert_allclose(np.sort(one.losses), np.sort(two.losses), atol=1e-9)
    np.testing.assert_allclose(np.sort(one.barrier_losses), np.sort(two.barrier_losses), atol=1e-9)
    again = add(other, tmp_path / "out")
    assert (again.minima_added, again.transition_states_added, again.known) == (0, 0, 5)


def test_fortran_files_have_the_layout_of_pathsample(mapped, tmp_path):
    exchange.write_pathsample(mapped, tmp_path)
    rows = [line.split() for line in (tmp_path / "min.data").read_text().splitlines()]
    losses = [float(row[0]) for row in rows]
    np.testing.assert_array_equal(losses, mapped.network().losses)
    np.testing.assert_allclose([float(row[1]) for row in rows], mapped.network().lpphe, rtol=1e-15)
    assert all(row[2:] == ["1", "1.0", "1.0", "1.0"] for row in rows)
    points = np.fromfile(tmp_path / "points.min", dtype="<f8").reshape(3, 2)
    np.testing.assert_array_equal(points, mapped.network().coordinates)
    row = (tmp_path / "ts.data").read_text().splitlines()[0].split()
    assert [int(row[3]), int(row[4])] == (mapped.network().edges[0] + 1).tolist()


def test_points_that_are_not_what_they_claim_are_refused(mapped, tmp_path):
    exchange.write_pathsample(mapped, tmp_path)
    points = np.fromfile(tmp_path / "points.min", dtype="<f8")
    points[:2] += 0.5
    points.tofile(tmp_path / "points.min")
    lines = (tmp_path / "min.data").read_text().splitlines()
    lines[1] = "-1.0D+02 " + lines[1].split(maxsplit=1)[1]
    (tmp_path / "min.data").write_text("\n".join(lines))
    other = Landscape.create(muller_brown())
    assert importing.add_pathsample(other, tmp_path).refused == 2
    # The sides of the transition states bring the two minima back, from their own descent.
    assert other.n_minima == 3


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda d: (d / "min.data").unlink(), "cannot be read"),
        (lambda d: (d / "min.data").write_text("a b c\n"), "is not such a table"),
        (lambda d: (d / "points.min").write_bytes(b"12345678"), "holds 8 bytes"),
        (lambda d: (d / "min.data").write_text("1 1 1\n"), "do not belong together"),
    ],
)
def test_files_that_do_not_fit_are_refused_and_nothing_is_added(mapped, tmp_path, spoil, said):
    exchange.write_pathsample(mapped, tmp_path)
    spoil(tmp_path)
    other = Landscape.create(muller_brown())
    with pytest.raises(LandscapeError, match=said):
        importing.add_pathsample(other, tmp_path)
    assert other.n_minima == 0


def test_another_dimension_is_refused(mapped, tmp_path):
    exchange.write_bundle(mapped, tmp_path)
    with pytest.raises(LandscapeError, match="dimension 3"):
        importing.add_bundle(Landscape.create(schwefel(3)), tmp_path)


def test_files_are_never_overwritten(mapped, tmp_path):
    exchange.write_pathsample(mapped, tmp_path)
    with pytest.raises(LandscapeError, match="empty directory"):
        exchange.write_pathsample(mapped, tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(LandscapeError, match="cannot be made"):
        exchange.write_bundle(mapped, tmp_path / "file")


def test_an_empty_landscape_is_written_and_read(tmp_path):
    for layout, (write, add) in FORMATS.items():
        write(Landscape.create(double_well()), tmp_path / layout)
        found = add(Landscape.create(double_well()), tmp_path / layout)
        assert found.minima_added == found.refused == 0


def test_the_bundle_has_named_columns(mapped, tmp_path):
    exchange.write_bundle(mapped, tmp_path)
    minima = pd.read_parquet(tmp_path / "minima.parquet")
    assert {"id", "loss", "lpphe", "log_degeneracy", "hits", "rms_gradient"} <= set(minima.columns)
    states = pd.read_parquet(tmp_path / "transition_states.parquet")
    assert set(states.minimum_a) | set(states.minimum_b) <= set(minima.id)
