"""Weights that many minima share, and whether a model relies on them."""

import numpy as np
import pytest

import thalweg as tw
from thalweg.learn import (
    RelativeDeviation,
    TrainedNetwork,
    averaged_network,
    conserved_weights,
    groups_at_level,
    groups_by_basin,
    groups_by_level,
    groups_by_node,
    groups_of,
    input_importance,
    perturbation_test,
    separate_groups,
    times_conserved,
)
from thalweg.problems import HiddenUnitSymmetry

SIZES = (3, 2, 2)
D = 14


def group_of_images(shared, n, seed):
    """Networks that agree on the weights `shared` alone, each in a random symmetry image."""
    rng = np.random.default_rng(seed)
    symmetry = HiddenUnitSymmetry(SIZES, is_odd=True)
    base = 3 * np.random.default_rng(0).normal(size=D)
    points = base + np.where(shared, 0.0, 0.3 * rng.normal(size=(n, D)))
    images = []
    for x in points:
        each = list(symmetry.images(x))
        images.append(each[rng.integers(len(each))])
    return symmetry, np.array(images)


def test_shared_weights_are_recognised_in_any_image():
    shared = np.zeros(D, dtype=bool)
    shared[[0, 4, 9]] = True
    symmetry, points = group_of_images(shared, 12, 1)
    network = tw.Network.from_arrays(np.arange(12.0), coordinates=points)
    (group,) = conserved_weights(
        network, symmetry, [np.arange(12)], epsilon=0.01, measure=RelativeDeviation()
    )
    # The image of the lowest member is the frame: there the shared weights stand somewhere else.
    assert group.is_conserved.sum() == 3
    frame = network.coordinates[0]
    np.testing.assert_allclose(
        group.mean[group.is_conserved], frame[group.is_conserved], atol=1e-12
    )
    members = np.array([symmetry.align(x, frame) for x in points])
    expected = members.std(axis=0) / np.abs(members.mean(axis=0))
    np.testing.assert_allclose(group.deviation, expected, atol=1e-12)
    np.testing.assert_array_equal(group.lowest, frame)


def test_counts_and_importance_are_over_groups():
    shared = np.zeros(D, dtype=bool)
    shared[[1, 5]] = True
    symmetry, points = group_of_images(shared, 20, 2)
    network = tw.Network.from_arrays(np.arange(20.0), coordinates=points)
    halves = [np.arange(10), np.arange(10, 20)]
    groups = conserved_weights(network, symmetry, halves, epsilon=1e-6)
    counts = times_conserved(groups)
    assert sorted(counts.tolist())[-2:] == [2, 2] and counts.sum() == 4
    # Weights 1 and 5 are both of the second input.
    importance = input_importance(groups, n_inputs=3, n_units=2)
    assert [round(one.share, 12) for one in importance] == [0.0, 1.0, 0.0]
    assert "there are 2" in importance[1].interval.unknown_because


def test_a_model_relies_on_the_weights_that_carry_it():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(300, 3))
    targets = (inputs[:, 0] > 0).astype(np.int64)
    # Only the first input reaches the outputs: through one hidden unit.
    x = np.zeros(D)
    x[[0, 8, 11]] = [2.0, -3.0, 3.0]
    carries = np.zeros(D, dtype=bool)
    carries[[0, 8, 11]] = True
    p = TrainedNetwork.from_vector(x, SIZES, "tanh").predict_proba(inputs)
    assert np.mean(p.argmax(axis=1) == targets) == 1.0
    test = perturbation_test(x, carries, SIZES, "tanh", inputs, targets, perturbation="sign")
    assert test.auc == 1.0 and test.others.min() == 1.0
    assert test.difference > 0.3 and test.effect_size > 1
    # One of three weights is changed at a time: three values, however often they are drawn.
    assert "there are 3" in test.interval.unknown_because
    carries[[1, 2, 3]] = True
    wider = perturbation_test(x, carries, SIZES, "tanh", inputs, targets, perturbation="sign")
    assert wider.interval[0] > 0
    carries[[1, 2, 3]] = False
    reverse = perturbation_test(x, ~carries, SIZES, "tanh", inputs, targets, draws=50)
    assert reverse.difference < 0
    again = perturbation_test(x, carries, SIZES, "tanh", inputs, targets, perturbation="sign")
    np.testing.assert_array_equal(test.conserved, again.conserved)


@pytest.mark.parametrize("perturbation", ["sign", "gaussian", "permutation"])
def test_random_sets_of_weights_have_effects_of_either_sign(perturbation):
    rng = np.random.default_rng(3)
    x, inputs = rng.normal(size=D), rng.normal(size=(200, 3))
    targets = (inputs.sum(axis=1) > 0).astype(np.int64)
    sizes = []
    for seed in range(6):
        chosen = np.zeros(D, dtype=bool)
        chosen[np.random.default_rng(seed).choice(D, 6, replace=False)] = True
        test = perturbation_test(
            x, chosen, SIZES, "tanh", inputs, targets, perturbation=perturbation, draws=60
        )
        sizes.append(test.effect_size)
    # Random sets: effects of either sign.
    assert min(sizes) < 0.3 and max(sizes) > -0.3


def test_what_cannot_be_asked_is_refused():
    symmetry = HiddenUnitSymmetry(SIZES, is_odd=True)
    network = tw.Network.from_arrays([0.0, 1.0], coordinates=np.zeros((2, D)))
    with pytest.raises(ValueError, match="at least two"):
        conserved_weights(network, symmetry, [np.array([0])])
    with pytest.raises(ValueError, match="epsilon must be positive"):
        conserved_weights(network, symmetry, [np.array([0, 1])], epsilon=-1.0)
    with pytest.raises(ValueError, match="no groups"):
        times_conserved([])
    none = np.zeros(D, dtype=bool)
    data = (np.zeros((4, 3)), np.array([0, 1, 0, 1]))
    with pytest.raises(ValueError, match="0 weights are conserved"):
        perturbation_test(np.ones(D), none, SIZES, "tanh", *data)
    with pytest.raises(ValueError, match="perturbation must be one of"):
        perturbation_test(np.ones(D), none, SIZES, "tanh", *data, perturbation="noise")


def test_groups_are_those_with_enough_members():
    assignment = np.array([3, 0, 3, -1, 3, 0, 5, -1])
    first, second = groups_of(assignment)
    assert first.tolist() == [0, 2, 4] and second.tolist() == [1, 5]
    assert [len(group) for group in groups_of(assignment, least=1)] == [3, 2, 1]
    assert groups_of(np.full(4, -1)) == []


def test_groups_are_nodes_of_a_level_or_basins_where_no_level_is_given():
    # Two wells of two minima each; the higher well lies above the pass that joins the lower one.
    network = tw.Network.from_arrays(
        [0.0, 0.1, 0.6, 0.7], [(0, 1), (1, 2), (2, 3)], [0.2, 1.0, 0.8], dimension=2
    )
    whole, middle = groups_at_level(network, 1), groups_at_level(network, 10)
    assert [group.tolist() for group in whole] == [[0, 1, 2, 3]]
    assert sorted(group.tolist() for group in middle) == [[0, 1], [2, 3]]
    basins = tw.analysis.monotonic_sequence_basins(network).assignment
    of_basins = groups_at_level(network)
    assert [g.tolist() for g in of_basins] == [g.tolist() for g in groups_of(basins)]
    assert groups_by_basin(network).keys() == {"basin of minimum 0"}
    assert groups_by_level(network, 10).keys() == {"10_1", "10_2"}
    assert groups_by_node(network, levels=11).keys() == {"1_1", "2_1", "2_2"}


def test_the_average_is_over_each_minimum_of_any_conserving_group_once():
    points = np.random.default_rng(0).normal(size=(6, D))
    points[:4, 2] = points[0, 2]
    network = tw.Network.from_arrays(np.arange(6.0), coordinates=points)
    # Minima 0 and 1 are in two groups that conserve weight 2; 4 and 5 share nothing.
    members = {"1_1": np.arange(4), "2_1": np.arange(2), "2_2": np.array([4, 5])}
    groups = conserved_weights(network, None, members, epsilon=1e-9)
    assert [group.n_conserved for group in groups] == [1, 1, 0]
    np.testing.assert_allclose(averaged_network(groups), points[:4].mean(axis=0))
    with pytest.raises(ValueError, match="nothing to average"):
        averaged_network(groups[2:])
    assert [group.name for group in separate_groups(groups)] == ["1_1"]
    assert [group.name for group in separate_groups(groups[::-1])] == ["2_1"]
