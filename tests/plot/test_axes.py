"""Every figure draws where it is told to, or in a new figure."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot
from matplotlib.figure import Figure

import thalweg as tw
from thalweg import analysis, learn, plot
from thalweg.analysis import Branch, BranchEnd, Fold

SIZES = (2, 2, 2)


def network():
    return tw.Network.from_arrays(
        [0.0, 0.01, 1.0],
        [(0, 1), (1, 2)],
        [0.5, 2.0],
        lpphe=[8.0, 3.0, 0.0],
        coordinates=1 + np.arange(36.0).reshape(3, 12) ** 2,
    )


def branch():
    fold = Fold(0.5, np.zeros(1), 0.2, 0.0, np.ones(1), 1, (0, 1))
    lowest = np.array([1.0, 0.5, -0.5])
    return Branch(
        np.array([1.0, 0.6, 0.8]),
        np.zeros((3, 1)),
        np.array([0.0, 0.1, 0.3]),
        lowest,
        (lowest < 0).astype(np.int64),
        np.zeros(3),
        (fold,),
        next(iter(BranchEnd)),
    )


def groups():
    symmetry = tw.problems.HiddenUnitSymmetry(SIZES, is_odd=False)
    return learn.conserved_weights(network(), symmetry, [np.arange(3)], epsilon=1e3)


def profile():
    bumps = np.array([0.0, 0.5, 0.0])
    return analysis.PathwayProfile(
        np.arange(3.0), bumps, np.eye(3), np.ones(3, bool), np.array([0, 1]), np.array([0]), 0.0
    )


def plane():
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    grid = np.linspace(-1, 1, 5)
    losses = np.add.outer(grid**2, grid**2)
    return analysis.LossSlice(np.zeros(3), np.eye(3)[:2], corners, grid, grid, losses)


def regions():
    grid = np.linspace(-1, 1, 5)
    classes = (np.add.outer(grid, grid) > 0).astype(np.int64)
    return analysis.DecisionRegions(grid, grid, classes, 2)


SHAPE = analysis.ClusteringShape(2, 1, 0, 1.0, 1.0, 0.9, 0.1, 0.1, 1.0)
TOPOGRAPHY = analysis.ClusteringTopography(2, 1.0, 1, 1, 1.0, 0.0, 1.0, 0.95)

FIGURES = {
    "bifurcation": lambda ax: plot.bifurcation([branch()], "nu", ax),
    "clustering_topography": lambda ax: plot.clustering_topography(
        [TOPOGRAPHY], ax, shapes=[SHAPE], groups=3
    ),
    "cost_against_quality": lambda ax: plot.cost_against_quality(
        np.array([1.0, 2.0]), np.array([0.3, 0.4]), ax, beside={"consensus": 0.5}
    ),
    "coloured_groups": lambda ax: plot.coloured_groups(network(), groups(), ax),
    "averaged_diagram": lambda ax: plot.averaged_diagram(np.arange(12.0), SIZES, ax),
    "conserved_count_diagram": lambda ax: plot.conserved_count_diagram(
        np.arange(12), 12, SIZES, ax
    ),
    "conserving_branches": lambda ax: plot.conserving_branches(network(), groups(), ax),
    "coloured_weights": lambda ax: plot.coloured_weights([np.ones((2, 3, 4))], ax),
    "conserved_counts": lambda ax: plot.conserved_counts(np.arange(12), 12, SIZES, ax),
    "conserved_diagram": lambda ax: plot.conserved_diagram(groups()[0], SIZES, ax),
    "decisions": lambda ax: plot.decisions(regions(), np.eye(2), np.arange(2), ax),
    "disconnectivity": lambda ax: plot.disconnectivity(network(), ax),
    "frustration": lambda ax: plot.frustration(
        [analysis.frustration(network(), t) for t in (0.1, 1.0)], ax
    ),
    "heat_capacity": lambda ax: plot.heat_capacity(analysis.heat_capacity(network()), ax),
    "importance": lambda ax: plot.importance(
        learn.input_importance(groups(), n_inputs=2, n_units=2), ("a", "b"), ax
    ),
    "loss_slice": lambda ax: plot.loss_slice(plane(), ax, paths=[profile()]),
    "pathway": lambda ax: plot.pathway(profile(), ax),
    "peak_contributors": lambda ax: plot.peak_contributors(
        network(), analysis.heat_capacity(network()).peaks[0], ax
    ),
    "shannon_entropy": lambda ax: plot.shannon_entropy(
        analysis.thermodynamics(network(), [0.1, 1.0]), ax, marks={"search": 0.5}
    ),
    "sweep": lambda ax: plot.sweep(
        pd.DataFrame({"minima": [1, 2]}, index=[1.0, 20.0]), "minima", ax
    ),
    "weight_diagram": lambda ax: plot.weight_diagram([np.ones((2, 3))], ax),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_draws_on_the_axes_it_is_given_and_opens_no_window(name):
    ax = Figure().subplots()
    before, windows = len(ax.get_children()), pyplot.get_fignums()
    assert FIGURES[name](ax) is ax
    assert len(ax.get_children()) > before
    assert pyplot.get_fignums() == windows


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_without_axes_opens_one_of_its_own(name):
    ax = FIGURES[name](None)
    assert pyplot.get_fignums() == [ax.figure.number]


def test_folds_and_transition_states_are_told_from_minima_on_a_branch():
    solid, dashed, fold = plot.bifurcation([branch()], "nu").lines
    assert (solid.get_linestyle(), dashed.get_linestyle()) == ("-", "--")
    np.testing.assert_array_equal(np.isfinite(solid.get_xdata()), [True, True, True])
    np.testing.assert_array_equal(np.isfinite(dashed.get_xdata()), [False, False, True])
    assert fold.get_xdata()[0] == 0.5 and fold.get_ydata()[0] == 0.2


def test_a_sweep_over_decades_has_a_logarithmic_axis_and_names_stand_side_by_side():
    assert FIGURES["sweep"](None).get_xscale() == "log"
    names = pd.DataFrame({"best_loss": [1.0, 2.0]}, index=pd.Index(["a", "b"], name="loss"))
    ax = plot.sweep(names, "best_loss")
    assert [label.get_text() for label in ax.get_xticklabels()] == ["a", "b"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("loss", "best loss")


def test_a_pathway_marks_minima_and_transition_states():
    minima, states = plot.pathway(profile()).lines[1:]
    assert minima.get_ydata().tolist() == [0, 0] and states.get_ydata().tolist() == [0.5]
