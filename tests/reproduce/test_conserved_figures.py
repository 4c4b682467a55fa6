"""Figures 2.14 to 2.16: what is measured of groups of minima that are known to conserve weights."""

import importlib

import numpy as np
import pytest
from matplotlib.figure import Figure

import thalweg as tw
from thalweg.learn import conservation_test, conserved_weights, groups_by_node
from thalweg.reproduce import CannotTell
from thalweg.reproduce.conserved_diagrams import draw_groups
from thalweg.reproduce.conserving_groups import (
    ConservingGroups,
    best_auc_perturbed,
    counts,
    inputs_of,
)

figure_2_14, figure_2_15, figure_2_16 = (
    importlib.import_module(f"thalweg.reproduce.figure_2_{k}") for k in (14, 15, 16)
)
NAMES = ("age", "inv_nodes", "node_caps", "irradiat", "breast", "breast_quad")


@pytest.fixture(scope="module")
def found():
    """Three pairs of minima: the lowest shares two weights of input 2, the second others, the last none."""
    random = np.random.default_rng(0)
    inputs = random.normal(size=(40, 6))
    targets = (inputs[:, 1] > 0).astype(np.int64)
    data = tw.datasets.Dataset("six inputs", inputs, targets, inputs, targets, NAMES)
    problem = tw.problems.NeuralNetwork.from_data(inputs, targets, hidden=(2,), l2=1e-5)
    points = np.repeat(3 * random.normal(size=(3, problem.dimension)), 2, axis=0)
    points += 0.2 * random.uniform(0.5, 1, size=points.shape) * np.tile([[1], [-1]], (3, 1))
    for lower, weights in ((0, [1, 8]), (2, [2, 3, 9])):
        points[lower + 1, weights] = points[lower, weights]
    network = tw.Network.from_arrays(
        [0.0, 0.1, 0.2, 0.3, 0.4, 0.5],
        [(0, 1), (2, 3), (4, 5), (1, 2), (3, 4)],
        [0.6, 0.7, 0.8, 2.0, 2.5],
        coordinates=points,
    )
    groups = conserved_weights(network, None, groups_by_node(network), epsilon=0.001)
    test = conservation_test(network, None, groups, permutations=19)
    return ConservingGroups(network, problem, data, tuple(groups), test)


def test_groups_are_counted(found):
    values = counts(found)
    assert values["groups"] == 5 and values["groups that conserve"] == 2
    assert values["minima in those"] == 4 and values["minima in the largest"] == 2
    assert values["conserved weights"] == 5
    assert counts(ConservingGroups(found.network, found.problem, found.data, (), None)) == {
        "minima": 6,
        "transition states": 5,
        "groups": 0,
    }


def test_the_group_around_the_lowest_minimum_and_its_inputs_are_told(found):
    group = found.around_the_lowest
    assert group.members.tolist() == [0, 1] and inputs_of(found, group).tolist() == [1]
    values = figure_2_15._of_one(found, 0)
    assert values["group of the global minimum"] == {
        "members": 2,
        "conserved weights": 2,
        "inputs of those": 1,
    }
    assert figure_2_15._are_of_one_input(values) is True
    nothing = figure_2_15._of_one(found.at(-1.0), 0)
    assert isinstance(figure_2_15._are_of_one_input(nothing), CannotTell)
    assert np.isnan(nothing["conserved permuted, any group"]["best AUC"])


def test_perturbed_groups_have_a_best_auc_for_every_kind(found):
    aucs = best_auc_perturbed(found, found.conserving, 0, draws=5)
    assert set(aucs) == {"sign", "gaussian", "permutation"}
    assert all(0 <= auc <= 1 for one in aucs.values() for auc in one.values())
    assert best_auc_perturbed(found, found.groups[:1], 0) == {}


def test_examples_come_at_the_smallest_threshold_that_gives_three(found):
    epsilon = figure_2_14._epsilon_of_examples(found)
    shown = found.at(epsilon)
    last = next(g for g in found.groups if sorted(g.members.tolist()) == [4, 5])
    # The last pair shares nothing: the threshold is the smallest deviation that it has.
    assert epsilon == pytest.approx(last.deviation.min()) and epsilon > 0.01
    values = figure_2_14._examples(shown)
    assert values["examples"] == 3 and values["different sets of weights"] == 3
    assert values["minima in the largest example"] == 2


def test_inputs_are_told_by_their_conserved_weights(found):
    values = figure_2_16._of_one(found)
    by_input = [values[f"conserved weights of {name}"] for name in NAMES]
    # Weights 1 and 8 are of the second input; 2, 3 and 9 of the third, the fourth and the third.
    assert by_input == [0, 2, 2, 1, 0, 0]
    assert values["published inputs among the three most conserved"] == 3
    assert values["share of conserved weights in the first layer"] == 1
    assert values["groups that conserve a weight of irradiation"] == 1
    measured = {"breast cancer": values}
    assert figure_2_16._is_above_location("irradiat", measured) is True
    bare = {"breast cancer": figure_2_16._of_one(found.at(-1.0))}
    assert isinstance(figure_2_16._is_above_location("irradiat", bare), CannotTell)
    falls = figure_2_16._falls(found, 0)
    assert falls["conserved"].keys() == falls["others"].keys()


def test_the_figures_are_drawn_as_published(found):
    groups_and_weights = Figure()
    draw_groups(found, groups_and_weights)
    titles = [axes.get_title() for axes in groups_and_weights.axes]
    assert sum("σ ≤" in title for title in titles) == 2
    empty = Figure()
    draw_groups(found.at(-1.0), empty)
    assert any("no group conserves" in axes.get_title() for axes in empty.axes)
    parts = Figure()
    figure_2_16._draw(found, parts)
    assert {"a)", "b)", "c)"} <= {axes.get_title(loc="left")[:2] for axes in parts.axes}
