"""Conserved weights against random groups of equal size, with a false-discovery rate."""

import itertools

import numpy as np
import pytest

import thalweg as tw
from thalweg.learn import conservation_test, conserved_weights
from thalweg.problems import HiddenUnitSymmetry

SIZES = (3, 2, 2)
SYMMETRY = HiddenUnitSymmetry(SIZES, is_odd=False)


def network_of(points):
    return tw.Network.from_arrays(np.arange(float(len(points))), coordinates=points)


def random_points(n, seed):
    """Minima around one point that no permutation of units brings nearer."""
    random = np.random.default_rng(seed)
    centre = 100 * np.arange(14.0)
    return centre + random.normal(size=(n, 14))


def test_p_values_are_the_shares_of_all_groups_of_that_size_that_conserve_as_well():
    points = random_points(7, 0)
    groups = conserved_weights(network_of(points), SYMMETRY, {"9_1": np.array([0, 1])})
    test = conservation_test(network_of(points), SYMMETRY, groups, permutations=1500)
    pairs = [points[list(pair)].std(axis=0) for pair in itertools.combinations(range(7), 2)]
    exact = np.mean(np.array(pairs) <= groups[0].deviation, axis=0)
    # Five standard errors of 1,500 draws at p = 1/2.
    np.testing.assert_allclose(test.p_value[0], exact, atol=5 * 0.5 / np.sqrt(1500))


def test_what_a_group_shares_is_found_and_what_it_does_not_share_is_not():
    points = random_points(40, 1)
    points[:6, :3] = points[0, :3] + 1e-3 * points[:6, 3:6] / 100
    network, members = network_of(points), {"4_2": np.arange(6), "4_3": np.arange(20, 26)}
    groups = conserved_weights(network, SYMMETRY, members, epsilon=1.0)
    # Some of what random minima agree on lies below a threshold as loose as this one.
    assert groups[1].n_conserved > 0
    test = conservation_test(network, SYMMETRY, groups, permutations=299)
    assert np.flatnonzero(test.is_significant[0]).tolist() == [0, 1, 2]
    assert not test.is_significant[1].any()
    shared, other = test.significant
    assert shared.name == "4_2" and shared.n_conserved == 3 and other.n_conserved == 0
    assert 0.3 < test.chance_share < 1


def test_at_most_the_rate_of_random_groups_holds_a_discovery():
    n_with_discovery = 0
    members = {"2_1": np.arange(4), "2_2": np.arange(4, 6)}
    for seed in range(25):
        network = network_of(random_points(12, 100 + seed))
        groups = conserved_weights(network, None, members)
        test = conservation_test(network, None, groups, permutations=59, rate=0.2)
        n_with_discovery += bool(test.is_significant.any())
    # Without anything to find every discovery is false: a fifth of 25, plus three standard errors.
    assert n_with_discovery <= 5 + 3 * np.sqrt(25 * 0.2 * 0.8)


def test_inputs_have_a_p_value_that_keeps_groups_within_groups():
    points = random_points(30, 2)
    # Input 1 is shared in both units by a group and by the smaller one in it.
    points[:6, [1, 5]] = points[0, [1, 5]]
    members = {"2_1": np.arange(6), "3_1": np.arange(3)}
    groups = conserved_weights(network_of(points), SYMMETRY, members, epsilon=0.05)
    test = conservation_test(network_of(points), SYMMETRY, groups, permutations=199)
    p = test.input_p_values(3, 2)
    assert p[1] == 1 / 200 and p[0] > 0.05 and p[2] > 0.05


def test_a_group_of_all_minima_is_no_discovery():
    network = network_of(np.ones((4, 14)))
    groups = conserved_weights(network, SYMMETRY, {"1_1": np.arange(4)})
    test = conservation_test(network, SYMMETRY, groups, permutations=19)
    assert np.all(test.p_value == 1) and groups[0].is_conserved.all()
    with pytest.raises(ValueError, match="no groups to test"):
        conservation_test(network, SYMMETRY, [])
    with pytest.raises(ValueError, match="rate between 0 and 1"):
        conservation_test(network, SYMMETRY, groups, rate=1.0)
