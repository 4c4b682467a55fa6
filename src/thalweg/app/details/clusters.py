"""The clusters of a K-means minimum."""

import numpy as np

from ...analysis.minima.clustering_metrics import cluster_of
from ...problems.capabilities import Clustering
from .section import Section, Subject

_MOST_POINTS = 2000


def clusters(subject: Subject) -> Section | None:
    """Points by cluster and the centroids, over the two directions of largest spread."""
    problem = subject.problem
    if not subject.is_single or not isinstance(problem, Clustering):
        return None
    points = np.asarray(problem.points)
    x = subject.points[0].coordinates
    centroids, groups = np.asarray(problem.centroids(x)), cluster_of(problem, x, points)
    middle = points.mean(axis=0)
    axes = np.linalg.svd(points - middle, full_matrices=False)[2][:2]
    if len(axes) < 2:
        axes = np.vstack([axes, np.zeros_like(axes)])
    shown = np.unique(np.linspace(0, len(points) - 1, min(len(points), _MOST_POINTS)).astype(int))
    values = {
        "points": (points[shown] - middle) @ axes.T,
        "groups": groups[shown],
        "centres": (centroids - middle) @ axes.T,
    }
    part = "" if len(shown) == len(points) else f" {len(shown)} of {len(points)} points are drawn."
    return Section("Clusters", "points", values, f"Along the two axes of largest spread.{part}")
