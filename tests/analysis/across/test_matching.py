"""Minima of several landscapes that are one: the same point, or the nearest of each other."""

import numpy as np
import pytest

import thalweg as tw
from thalweg import analysis
from thalweg.landscape.records import Batch, Minimum


def _landscape(problem, points, losses=None):
    """Holds these points as minima, in their order."""
    losses = np.linspace(0.1, 0.2, len(points)) if losses is None else losses
    minima = [
        Minimum(float(loss), problem.symmetry.canonical(x), np.ones(problem.dimension), 0.0)
        for loss, x in zip(losses, points, strict=True)
    ]
    landscape = tw.Landscape.create(problem)
    batch = Batch(law="starts", minima=tuple(minima))
    landscape.record(batch, landscape.start_run("check", {}, 0))
    return landscape


def _network(l2=1e-3, hidden=(2,)):
    inputs = np.random.default_rng(0).normal(size=(6, 2))
    return tw.problems.NeuralNetwork.from_data(inputs, [0, 1] * 3, hidden=hidden, l2=l2)


@pytest.fixture(scope="module")
def points():
    return 3 * np.random.default_rng(1).normal(size=(4, _network().dimension))


def test_of_one_problem_the_same_points_match_whatever_their_image(points):
    problem, rng = _network(), np.random.default_rng(2)
    first = _landscape(problem, points)
    image = [problem.symmetry.random_image(points[k], rng) for k in (2, 0)]
    second = _landscape(problem, [*image, points[3] + 0.01], losses=[0.1 + 0.2 / 3, 0.1, 0.15])
    matching = analysis.match_minima(first, second)
    assert matching.partners.tolist() == [1, -1, 0, -1]
    assert matching.distances[[0, 2]] == pytest.approx(0, abs=1e-6)
    assert np.isnan(matching.distances[1]) and matching.is_possible
    assert matching.rule.startswith("One problem")


def test_of_two_problems_those_match_that_hardly_moved(points):
    one, other = _network(1e-3), _network(1e-2)
    step = 0.01 * np.ones(one.dimension)
    # The last has moved farther than others lie apart: it is nearest to another, or to nothing.
    moved = [points[1] + step, points[0] + step, points[2] + 40]
    matching = analysis.match_minima(_landscape(one, points), _landscape(other, moved))
    assert matching.partners.tolist() == [1, 0, -1, -1]
    assert matching.distances[0] == pytest.approx(0.01 * np.sqrt(one.dimension))
    assert matching.rule.startswith("Two problems")


def test_a_pair_that_lies_farther_apart_than_its_neighbours_is_none():
    one, other = _network(1e-3), _network(1e-2)
    x = 3 * np.random.default_rng(3).normal(size=one.dimension)
    close, far = x + 0.1 / np.sqrt(one.dimension), x - 1 / np.sqrt(one.dimension)
    matching = analysis.match_minima(_landscape(one, [x, close]), _landscape(other, [far]))
    assert matching.partners.tolist() == [-1, -1] and matching.is_possible


def test_other_coordinates_do_not_match_by_rank(points):
    wide = _network(hidden=(3,))
    other = _landscape(wide, np.eye(3, wide.dimension))
    matching = analysis.match_minima(_landscape(_network(), points), other)
    assert not matching.is_possible and (matching.partners == -1).all()
    assert "different coordinates" in matching.rule


def test_tracks_go_on_from_landscape_to_landscape(points):
    problems = [_network(l2) for l2 in (1e-3, 1e-2, 1e-1)]
    step = 0.01 * np.ones(problems[0].dimension)
    landscapes = [
        _landscape(problems[0], points),
        _landscape(problems[1], points[[2, 0]] + step),
        _landscape(problems[2], points[[3, 2]] + 2 * step),
    ]
    result = analysis.minima_tracks(landscapes)
    assert [track.tolist() for track in result.tracks] == [[0, 1, 2, 3], [2, 0], [4, 2]]
    assert len(result.rules) == 1
    with pytest.raises(ValueError, match="there is none"):
        analysis.minima_tracks([])


def test_problems_that_are_not_at_hand_are_not_compared(tmp_path):
    problem = tw.problems.Function(lambda x: (x**2).sum(), dimension=2, bounds=(-2, 2))
    files = [tmp_path / "a.db", tmp_path / "b.db"]
    for file in files:
        tw.Landscape.create(problem, file).close()
    with tw.Landscape.open(files[0]) as a, tw.Landscape.open(files[1]) as b:
        assert "cannot rebuild its problem" in analysis.match_minima(a, b).rule
