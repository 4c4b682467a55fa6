"""Models that were trained elsewhere, in a landscape."""

import numpy as np
import pytest

import thalweg as tw
from thalweg.problems import double_well, muller_brown


@pytest.fixture
def one_minimum():
    """The double well, of whose two minima of loss zero one is known."""
    landscape = tw.Landscape.create(double_well())
    assert tw.add(landscape, np.array([-0.9, 0.1])).is_new.all()
    return landscape


def test_a_model_leads_to_the_minimum_below_it_which_is_added_once(one_minimum):
    known = one_minimum.minimum(0).coordinates
    before = one_minimum.coverages()
    added = tw.add(one_minimum, [known + 0.1, -known + 0.1, -known])
    np.testing.assert_array_equal(added.minima, [0, 1, 1])
    np.testing.assert_array_equal(added.is_new, [False, True, False])
    np.testing.assert_allclose(added.minimum_losses, 0, atol=1e-12)
    np.testing.assert_allclose(added.distances, [0.1 * 2**0.5, 0.1 * 2**0.5, 0], atol=1e-9)
    assert added.losses[0] > 0 and added.losses[2] == pytest.approx(0, abs=1e-12)
    assert one_minimum.n_minima == 2 and added.counts.minima == 3
    # What people trained is no draw of a law.
    assert one_minimum.coverages() == before
    assert one_minimum.runs()[-1].command == "add"


def test_the_share_of_minima_below_counts_the_others():
    landscape = tw.explore(muller_brown(), minima=3, connect=False, workers=1, progress=False)
    losses = landscape.network().losses
    added = tw.add(landscape, landscape.network().coordinates)
    np.testing.assert_allclose(added.shares_below, np.argsort(np.argsort(losses)) / 2)
    assert landscape.best.loss == losses.min()
    neighbours = landscape.nearest(landscape.minimum(1).coordinates, k=2)
    assert neighbours.indices[0] == 1 and neighbours.distances[0] == 0 < neighbours.distances[1]


def test_a_model_that_leads_to_no_minimum_is_said():
    valley = tw.problems.Function(lambda x: x[0] ** 2, dimension=2, name="valley")
    landscape = tw.Landscape.create(valley)
    added = tw.add(landscape, np.array([0.5, 0.5]))
    assert added.minima.tolist() == [-1] and not added.is_new.any()
    assert np.isnan([added.minimum_losses, added.shares_below, added.distances]).all()
    assert added.flatness is not None and landscape.n_minima == 0
    with pytest.raises(ValueError, match="no minima"):
        _ = landscape.best


def test_the_nearest_of_another_dimension_is_refused(one_minimum):
    with pytest.raises(ValueError, match="parameters_of"):
        one_minimum.nearest(np.ones(3))
    with pytest.raises(ValueError, match="k must be a whole number"):
        one_minimum.nearest(np.ones(2), k=0)


def test_what_cannot_be_read_leaves_no_run(one_minimum):
    n_runs = len(one_minimum.runs())
    with pytest.raises(ValueError, match=r"x \[2\]"):
        tw.add(one_minimum, [np.ones(3)])
    assert len(one_minimum.runs()) == n_runs
