"""Isomers of one point."""

import numpy as np
import pytest

from thalweg.analysis import isomers
from thalweg.problems.neural_networks.symmetry import HiddenUnitSymmetry


@pytest.fixture(scope="module")
def of_three_units():
    symmetry = HiddenUnitSymmetry((2, 3, 2), is_odd=True)
    x = np.random.default_rng(0).normal(size=17)
    return symmetry, x, isomers(symmetry, x)


def test_three_units_have_forty_eight_isomers_at_a_distance(of_three_units):
    symmetry, x, result = of_three_units
    assert result.distances.shape == (48, 48)
    k, m = 5, 31
    expected = np.linalg.norm(result.coordinates[k] - result.coordinates[m])
    assert result.distances[k, m] == result.distances[m, k] == pytest.approx(expected)
    assert (result.distances[~np.eye(48, dtype=bool)] > 0).all()
    assert max(symmetry.distance(image, x) for image in result.coordinates) < 1e-12
    # The farthest image has every unit flipped: output biases alone stay.
    flipped = 2 * np.sqrt(np.sum(x**2) - np.sum(symmetry.layout.split(x)[-1][:, -1] ** 2))
    assert result.distances.max() == pytest.approx(flipped)


def test_isomers_that_are_shown_are_far_apart(of_three_units):
    result = of_three_units[2]
    chosen = result.spread(4)
    assert chosen[0] == 0 and len(set(chosen.tolist())) == 4
    assert chosen[1] == result.distances[0].argmax()
    assert result.distances[np.ix_(chosen, chosen)][np.triu_indices(4, 1)].min() > 0.3 * (
        result.distances.max()
    )
    assert len(result.spread(100)) == 48


def test_a_large_group_is_refused():
    with pytest.raises(ValueError, match="46080 isomers"):
        isomers(HiddenUnitSymmetry((1, 6, 2), is_odd=True), np.zeros(26))
