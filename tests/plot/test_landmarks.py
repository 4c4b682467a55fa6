"""The annotated disconnectivity graph."""

import numpy as np
import pytest

from thalweg import Network, analysis, plot
from thalweg.plot.landmarks import meeting_points


@pytest.fixture
def graph():
    # 0 and 1 meet at 1, both meet 2 at 3; 3 lies above the level below the top.
    network = Network.from_arrays([0.0, 0.5, 0.2, 2.9], [(0, 1), (1, 2), (2, 3)], [1.0, 3.0, 3.0])
    return analysis.disconnectivity_graph(network, levels=7)


def test_transition_states_are_marked_where_branches_meet(graph):
    # 0 and 1 meet at 1; 2 joins them, and 3 ends, below the top.
    above_one = min(level.loss for level in graph.levels if level.loss >= 1.0)
    assert sorted(meeting_points(graph)[:, 1]) == pytest.approx([above_one, 3.0])


def test_every_part_is_drawn_and_named(graph):
    ax = plot.landmarks(graph)
    named = {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}
    assert sorted(named) == ["(a) transition states", "(b) minima", "(c) levels"]
    assert np.array_equal(named["(b) minima"].get_ydata(), graph.losses)
    assert sum(line.get_linestyle() == "--" for line in ax.lines) == len(graph.levels)
