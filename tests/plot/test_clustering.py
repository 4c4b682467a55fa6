"""Figures of clusterings."""

import numpy as np

from thalweg import plot
from thalweg.learn.consensus_clustering import ConsensusClustering


def test_a_consensus_is_drawn_cluster_by_cluster_the_surest_rows_first():
    together = np.array([[1, 0.2, 0.9, 0.8], [0.2, 1, 0, 0], [0.9, 0, 1, 0.6], [0.8, 0, 0.6, 1]])
    labels, certainty = np.array([0, 1, 0, 0]), np.array([0.85, 1, 0.75, 0.7])
    ax = plot.consensus(ConsensusClustering(np.ones(1), together, labels, certainty))
    order = [0, 2, 3, 1]
    np.testing.assert_allclose(ax.images[0].get_array(), together[np.ix_(order, order)])
    frames = [(*frame.get_xy(), frame.get_width()) for frame in ax.patches]
    assert frames == [(-0.5, -0.5, 3), (2.5, 2.5, 1)]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["3", "1"]
