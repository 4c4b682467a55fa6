"""Which minima training runs end above."""

import itertools

import numpy as np
import pytest

import thalweg as tw
from thalweg.analysis import BatchOccupation, batch_occupation, same_occupation
from thalweg.problems import double_well
from thalweg.search import SGD


def occupation(minima, n_known=3):
    minima = np.array(minima)
    return BatchOccupation(minima, np.zeros(len(minima)), np.zeros(len(minima)), n_known, 0)


def test_runs_end_above_the_minimum_of_their_basin():
    landscape = tw.explore(double_well(), minima=2, connect=False, workers=1)
    starts = np.array([[0.5, 0.1], [-0.5, 0.1], [1.2, 0.0], [0.8, -0.3]])
    result = batch_occupation(landscape, SGD(None, 20, 0.02, 0.0), starts)
    sides = np.sign(landscape.network().coordinates[result.minima, 0])
    np.testing.assert_array_equal(sides, np.sign(starts[:, 0]))
    assert sorted(result.counts) == [1, 3] and result.elsewhere == 0
    assert result.reproducibility == pytest.approx(3 / 6)
    assert (result.losses >= result.minimum_losses).all()


def test_runs_above_no_known_minimum_are_elsewhere():
    result = occupation([0, 0, 2, 5, -1], n_known=3)
    assert result.counts.tolist() == [2, 0, 1] and result.elsewhere == pytest.approx(0.4)


def test_reproducibility_is_the_share_of_pairs_of_runs_above_the_same_minimum():
    minima = [0, 0, 2, 5, 5, 5, -1, -1]
    pairs = list(itertools.combinations(minima, 2))
    expected = np.mean([a == b and a >= 0 for a, b in pairs])
    result = occupation(minima)
    assert result.reproducibility == pytest.approx(expected)
    lower, upper = result.reproducibility_interval()
    assert 0 <= lower < expected < upper <= 1
    assert not occupation([1, 1, 1, 1, 1, 1]).reproducibility_interval().is_known


def test_occupations_are_told_apart_where_they_differ():
    rng = np.random.default_rng(0)
    draws = [occupation(rng.choice(3, size=60, p=[0.5, 0.3, 0.2])) for _ in range(2)]
    other = occupation(rng.choice(3, size=60, p=[0.1, 0.3, 0.6]))
    assert same_occupation(*draws) > 0.05 and same_occupation(draws[0], other) < 0.01
    assert same_occupation(occupation([1, 1, 1]), occupation([1, 1, 1])) == 1
