"""All conserved weights changed in all minima of a group, against as many others: the published analysis."""

from dataclasses import replace

import numpy as np
import pytest

import thalweg as tw
from thalweg.learn import TrainedNetwork, conserved_weights, group_perturbation_test
from thalweg.learn.group_perturbation import group_perturbation_tests

SIZES = (3, 2, 2)
D = 14
CARRIES = (0, 1, 2)
INPUTS = np.random.default_rng(0).normal(size=(120, 3))
TARGETS = (INPUTS @ [3, 1, -2] > 0).astype(np.int64)


@pytest.fixture(scope="module")
def group():
    """Minima that classify by the weights they share, those into the first hidden unit; others differ."""
    points = 0.05 * np.random.default_rng(1).normal(size=(4, D))
    points[:, CARRIES] = [3.0, 1.0, -2.0]
    points[:, [8, 11]] += [-3.0, 3.0]
    network = tw.Network.from_arrays(np.arange(4.0), coordinates=points)
    return conserved_weights(network, None, {"5_1": np.arange(4)}, epsilon=1e-9)[0]


def auc_of(x):
    p = TrainedNetwork.from_vector(x, SIZES, "tanh").predict_proba(INPUTS)[:, 1]
    above = p[TARGETS == 1][:, None] - p[TARGETS == 0]
    return np.mean((above > 0) + (above == 0) / 2)


def test_all_of_them_change_in_all_members_and_the_best_member_counts(group):
    assert np.flatnonzero(group.is_conserved).tolist() == list(CARRIES)
    test = group_perturbation_test(
        group, SIZES, "tanh", INPUTS, TARGETS, perturbation="sign", draws=20
    )
    flipped = np.array(group.points)
    flipped[:, CARRIES] *= -1
    assert test.auc == max(map(auc_of, group.points))
    np.testing.assert_array_equal(test.conserved, max(map(auc_of, flipped)))
    assert test.n_changed == 3 and len(test.others) == 20
    assert test.conserved.max() < 0.01 < 0.1 < test.others.min()
    assert test.difference > 0.5 and test.p_value == pytest.approx(1 / 21)


@pytest.mark.parametrize("perturbation", ["gaussian", "permutation"])
def test_noise_and_permutation_hurt_the_weights_that_carry_the_model_most(group, perturbation):
    test = group_perturbation_test(
        group, SIZES, "tanh", INPUTS, TARGETS, perturbation=perturbation, draws=40
    )
    assert test.difference > 0.05 and test.auc_others_changed > test.auc_conserved_changed
    again = group_perturbation_test(
        group, SIZES, "tanh", INPUTS, TARGETS, perturbation=perturbation, draws=40
    )
    np.testing.assert_array_equal(again.conserved, test.conserved)


def test_a_permutation_moves_weights_and_keeps_their_values(group):
    # Of two equal weights and one other: the permutations that leave the network alone leave the AUC.
    same = replace(group, is_conserved=np.isin(np.arange(D), [0, 1]))
    points = np.array(group.points)
    points[:, [0, 1]] = 2.0
    test = group_perturbation_test(
        replace(same, points=points), SIZES, "tanh", INPUTS, TARGETS, draws=10
    )
    np.testing.assert_array_equal(test.conserved, test.auc)


def test_the_stricter_control_is_drawn_from_the_same_layers(group):
    # Flipping weight 0 alone turns most orders round, and it is in the first layer like weight 4, which
    # does nothing; flipping one outgoing weight does not.
    points = np.zeros((4, D))
    points[:, [0, 8, 11]] = [2.0, -3.0, 3.0]
    only = replace(group, is_conserved=np.arange(D) == 4, points=points)
    kinds = {"perturbation": "sign", "draws": 100}
    within = group_perturbation_test(
        only, SIZES, "tanh", INPUTS, TARGETS, same_layers=True, **kinds
    )
    anywhere = group_perturbation_test(only, SIZES, "tanh", INPUTS, TARGETS, **kinds)
    # One of seven others in the layer, one of thirteen in all; five standard errors.
    turned, error = np.mean(within.others < 0.5), np.sqrt(6 / 49 / 100)
    assert abs(turned - 1 / 7) < 5 * error
    assert np.mean(anywhere.others < 0.5) < turned


def test_what_cannot_be_compared_is_refused(group):
    none = replace(group, is_conserved=np.zeros(D, dtype=bool))
    one = replace(group, is_conserved=np.arange(D) == 0)
    most = replace(group, is_conserved=np.arange(D) > 4)
    arguments = (SIZES, "tanh", INPUTS, TARGETS)
    with pytest.raises(ValueError, match="0 weights are conserved"):
        group_perturbation_test(none, *arguments)
    with pytest.raises(ValueError, match="needs 2 or more"):
        group_perturbation_test(one, *arguments)
    assert set(group_perturbation_tests(one, *arguments, draws=2)) == {"sign", "gaussian"}
    with pytest.raises(ValueError, match="no 9 others"):
        group_perturbation_test(most, *arguments)
    with pytest.raises(ValueError, match="perturbation must be one of"):
        group_perturbation_test(group, *arguments, perturbation="noise")
