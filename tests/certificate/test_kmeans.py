"""Clusterings are proved in whole numbers: minima, and transition states on their ridges."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest

import thalweg as tw
from thalweg.certificate import Certificate, Certifier, Refusal, certify
from thalweg.landscape.records import Minimum, TransitionState
from thalweg.problems import KMeans


def distances_to(problem: KMeans, x: np.ndarray) -> np.ndarray:
    """Squared distances of the points from the centroids [N K]."""
    return ((problem.points[:, None] - x.reshape(problem.n_clusters, -1)) ** 2).sum(axis=2)


@pytest.fixture(scope="module")
def landscape():
    points = np.random.default_rng(0).normal(size=(9, 2))
    weights = np.arange(1.0, 10.0)
    return tw.explore(KMeans(points, 3, weights=weights), minima=12, workers=1, seed=0)


@pytest.fixture(scope="module")
def certifier(landscape):
    return Certifier(landscape.problem)


def test_minima_and_transition_states_are_proved_and_all_are_different(landscape):
    result = certify(landscape)
    assert result.is_complete and set(result.tiers) == {"exact"}
    assert result.n_proved("minimum") == landscape.n_minima > 2
    assert result.n_proved("transition state") == landscape.n_transition_states > 2
    for one in result.certificates:
        known = landscape.minima() if one.kind == "minimum" else landscape.transition_states()
        # Some tens of roundings of numbers of the size of the data.
        assert one.loss[0] - 1e-12 <= known[one.id].loss <= one.loss[1] + 1e-12
        assert one.distance < 1e-12


def test_the_means_of_the_clusters_lie_in_the_box(landscape, certifier):
    problem, minimum = landscape.problem, landscape.minima()[0]
    proof = certifier.certify(minimum, "minimum", 0)
    labels = distances_to(problem, minimum.coordinates).argmin(axis=1)
    for k, centroid in enumerate(proof.centre.reshape(3, 2)):
        rows = [[Fraction(v) for v in row] for row in problem.points[labels == k]]
        weights = [Fraction(w) for w in problem.weights[labels == k]]
        for j in range(2):
            mean = sum(w * row[j] for w, row in zip(weights, rows, strict=True)) / sum(weights)
            assert abs(mean - Fraction(centroid[j])) <= Fraction(proof.rho)


def test_the_shared_point_is_as_near_to_both_centroids_and_the_loss_falls_on_both_sides(
    landscape, certifier
):
    problem = landscape.problem
    for i, state in enumerate(landscape.transition_states()):
        proof = certifier.certify(state, "transition state", i)
        squares = np.sort(distances_to(problem, proof.centre), axis=1)
        assert (squares[:, 1] - squares[:, 0]).min() < 1e-12
        rng = np.random.default_rng(i)
        directions = rng.normal(size=(200, 6))
        moved = (distances_to(problem, proof.centre + 1e-4 * v) for v in directions)
        assert min(problem.weights @ one.min(axis=1) for one in moved) < proof.loss[0] - 1e-5


def test_what_is_no_minimum_or_no_transition_state_is_refused(landscape, certifier):
    minimum, state = landscape.minima()[0], landscape.transition_states()[0]
    posing = Minimum(**{f.name: getattr(state, f.name) for f in dataclasses.fields(Minimum)})
    assert isinstance(certifier.certify(posing, "minimum", 0), Refusal)
    posing = TransitionState(
        **{f.name: getattr(minimum, f.name) for f in dataclasses.fields(Minimum)}
    )
    assert isinstance(certifier.certify(posing, "transition state", 0), Refusal)
    for point in (minimum, state):
        for size in (1e-8, 1e-4, 1e-1):
            moved = dataclasses.replace(point, coordinates=point.coordinates + size)
            assert isinstance(certifier.certify(moved, "", 0), Refusal)
    far = dataclasses.replace(
        minimum, coordinates=minimum.coordinates + np.array([0, 0, 0, 0, 99, 99])
    )
    assert "no points" in certifier.certify(far, "minimum", 0).reason


def test_a_relabelled_clustering_is_not_proved_to_be_another(landscape, certifier):
    minimum = landscape.minima()[0]
    one = certifier.certify(minimum, "minimum", 0)
    for image in landscape.problem.symmetry.images(minimum.coordinates):
        other = certifier.certify(dataclasses.replace(minimum, coordinates=image), "minimum", 1)
        assert isinstance(other, Certificate) and not one.is_apart_from(other)


def test_points_that_are_exactly_tied_leave_nothing_proved():
    """Four corners of a square in two clusters, cut along a diagonal: two corners are as near to both."""
    square = Certifier(KMeans(np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), 2))
    point = Minimum(0.0, np.array([1 / 3, 1 / 3, 1.0, 1.0]), np.ones(4), 0.0)
    assert isinstance(square.certify(point, "minimum", 0), Certificate)
    halves = np.array([0.0, 0.5, 1.0, 0.5])
    assert isinstance(
        square.certify(dataclasses.replace(point, coordinates=halves), "", 0), Certificate
    )
    tied = Certifier(KMeans(np.array([[-1.0, 0], [0, 0], [1, 0], [0, 1e-30]]), 2))
    point = Minimum(0.0, np.array([-0.5, 0.0, 0.5, 0.0]), np.ones(4), 0.0)
    assert isinstance(tied.certify(point, "minimum", 0), Refusal)
