"""Figures of training runs on the landscape."""

import numpy as np
import pytest

import thalweg as tw
from thalweg import plot
from thalweg.analysis import DescentPath


@pytest.fixture
def network():
    return tw.Network.from_arrays([0.0, 1.0, 2.0], [(0, 1), (1, 2)], [3.0, 4.0])


def path(minima):
    minima = np.array(minima)
    below = np.where(minima < 0, np.nan, minima.astype(float))
    losses = np.where(minima < 0, 9.0, minima + 0.5)
    return DescentPath(losses, minima, below, np.zeros(len(minima)), 3, ())


def test_the_walk_stands_above_the_minima_in_turn_and_what_is_not_there_is_counted(network):
    ax = plot.descent_walk(network, path([2, 2, -1, 1, 5, 1]))
    graph = tw.analysis.disconnectivity_graph(network)
    place = {int(m): x for x, m in enumerate(graph.order)}
    dots = ax.collections[-1].get_offsets()
    np.testing.assert_allclose(dots[:, 0], [place[m] for m in (2, 2, 1, 1)])
    np.testing.assert_allclose(dots[:, 1], [2.5, 2.5, 1.5, 1.5])
    assert [text.get_text() for text in ax.texts] == ["1", "2"]
    assert "2 of 6 checkpoints" in ax.get_title()


def test_losses_above_the_graph_are_drawn_at_its_top(network):
    high = DescentPath(np.array([50.0]), np.array([0]), np.zeros(1), np.zeros(1), 3, ())
    ax = plot.descent_walk(network, high)
    assert ax.collections[-1].get_offsets()[0, 1] == ax.get_ylim()[1]


def test_the_loss_stands_beside_that_of_the_minimum_below(network):
    ax = plot.descent_losses(path([2, 2, 1, 0]))
    run, below, changes = ax.lines
    np.testing.assert_allclose(run.get_ydata() - below.get_ydata(), 0.5)
    assert changes.get_xdata().tolist() == [2, 3]
    assert ax.get_xlabel() == "checkpoint" and ax.get_ylabel() == "loss"
