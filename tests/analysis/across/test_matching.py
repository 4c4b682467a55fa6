"""Minima of several landscapes that are one: the same point, or the nearest of each other."""

import numpy as np
import pytest
from landscape_of_points import landscape_of_points, small_network

import thalweg as tw
from thalweg import analysis


@pytest.fixture(scope="module")
def points():
    return 3 * np.random.default_rng(1).normal(size=(4, small_network().dimension))


def test_of_one_problem_the_same_points_match_whatever_their_image(points):
    problem, rng = small_network(), np.random.default_rng(2)
    first = landscape_of_points(problem, points)
    image = [problem.symmetry.random_image(points[k], rng) for k in (2, 0)]
    second = landscape_of_points(
        problem, [*image, points[3] + 0.01], losses=[0.1 + 0.2 / 3, 0.1, 0.15]
    )
    matching = analysis.match_minima(first, second)
    assert matching.partners.tolist() == [1, -1, 0, -1]
    assert matching.distances[[0, 2]] == pytest.approx(0, abs=1e-6)
    assert np.isnan(matching.distances[1]) and matching.is_possible
    assert matching.rule.startswith("One problem")


def test_of_two_problems_those_match_that_hardly_moved(points):
    one, other = small_network(1e-3), small_network(1e-2)
    step = 0.01 * np.ones(one.dimension)
    # The last has moved farther than others lie apart: it is nearest to another, or to nothing.
    moved = [points[1] + step, points[0] + step, points[2] + 40]
    matching = analysis.match_minima(
        landscape_of_points(one, points), landscape_of_points(other, moved)
    )
    assert matching.partners.tolist() == [1, 0, -1, -1]
    assert matching.distances[0] == pytest.approx(0.01 * np.sqrt(one.dimension))
    assert matching.rule.startswith("Two problems")


def test_a_pair_that_lies_as_far_apart_as_its_neighbours_is_none():
    one, other = small_network(1e-3), small_network(1e-2)
    x = 3 * np.random.default_rng(3).normal(size=one.dimension)
    close, far = x + 0.1 / np.sqrt(one.dimension), x - 1 / np.sqrt(one.dimension)
    matching = analysis.match_minima(
        landscape_of_points(one, [x, close]), landscape_of_points(other, [far])
    )
    assert matching.partners.tolist() == [-1, -1] and matching.is_possible


def test_other_coordinates_do_not_match_by_rank(points):
    wide = small_network(hidden=(3,))
    other = landscape_of_points(wide, np.eye(3, wide.dimension))
    matching = analysis.match_minima(landscape_of_points(small_network(), points), other)
    assert not matching.is_possible and (matching.partners == -1).all()
    assert "different coordinates" in matching.rule


def test_tracks_go_on_from_landscape_to_landscape(points):
    problems = [small_network(l2) for l2 in (1e-3, 1e-2, 1e-1)]
    step = 0.01 * np.ones(problems[0].dimension)
    landscapes = [
        landscape_of_points(problems[0], points),
        landscape_of_points(problems[1], points[[2, 0]] + step),
        landscape_of_points(problems[2], [points[3] + 40, points[2] + 2 * step]),
    ]
    result = analysis.minima_tracks(landscapes)
    assert [track.tolist() for track in result.tracks] == [[0, 1, 2, 3], [2, 0], [4, 2]]
    assert len(result.rules) == 1 and result.is_possible
    with pytest.raises(ValueError, match="there is none"):
        analysis.minima_tracks([])


def test_problems_that_are_not_at_hand_are_not_compared(tmp_path):
    problem = tw.problems.Function(lambda x: (x**2).sum(), dimension=2, bounds=(-2, 2))
    files = [tmp_path / "a.db", tmp_path / "b.db"]
    for file in files:
        tw.Landscape.create(problem, file).close()
    with tw.Landscape.open(files[0]) as a, tw.Landscape.open(files[1]) as b:
        assert "cannot rebuild its problem" in analysis.match_minima(a, b).rule
