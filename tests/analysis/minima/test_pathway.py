"""Pathways point by point, and planes through minima."""

import itertools

import numpy as np
import pytest

import thalweg as tw
from thalweg.analysis import (
    fastest_path,
    fastest_pathway,
    loss_slice,
    minimax_barriers,
    pathway_profile,
    slice_with_pathways,
)
from thalweg.problems import muller_brown


@pytest.fixture(scope="module")
def mapped_muller_brown():
    return tw.explore(muller_brown(), workers=1)


@pytest.fixture(scope="module")
def mapped_network(xor):
    return tw.explore(xor, minima=7, workers=1)


def path_between(network, problem, landscape, a, b):
    path = fastest_path(network, 0.1 * np.ptp(network.losses), a, b)
    return pathway_profile(
        network, problem, landscape.transition_states(), path.minima, path.transition_states
    )


def test_the_profile_runs_through_the_stationary_points(mapped_muller_brown):
    network = mapped_muller_brown.network()
    a, b = np.argsort(network.losses)[[0, 1]]
    result = path_between(network, muller_brown(), mapped_muller_brown, int(a), int(b))
    marked = result.losses[result.is_stationary]
    assert marked[::2] == pytest.approx(network.losses[result.minima], abs=1e-6)
    assert marked[1::2] == pytest.approx(network.barrier_losses[result.transition_states], abs=1e-9)
    # Between a minimum and its neighbouring transition state the loss does not turn round.
    positions = np.flatnonzero(result.is_stationary)
    for k, (i, j) in enumerate(itertools.pairwise(positions)):
        rises = np.diff(result.losses[i : j + 1]) * (1 if k % 2 == 0 else -1)
        assert rises.min() > -1e-7
    assert result.gap < 1e-4 and np.all(np.diff(result.arc_length) >= 0)


def test_the_arc_is_as_long_as_the_continuous_path(mapped_network, xor):
    network = mapped_network.network()
    joined = np.flatnonzero(network.is_joined)
    other = int(joined[joined != network.global_minimum][-1])
    result = path_between(network, xor, mapped_network, network.global_minimum, other)
    steps = np.linalg.norm(np.diff(result.coordinates, axis=0), axis=1)
    # Images are chosen so that the path never jumps to another copy.
    assert result.arc_length[-1] == pytest.approx(steps.sum(), rel=1e-3)
    assert result.gap < 1e-2
    start = result.coordinates[0]
    assert xor.symmetry.distance(start, network.coordinates[result.minima[0]]) < 1e-9


def test_the_fastest_pathway_is_at_a_tenth_of_the_range_of_the_losses(mapped_muller_brown):
    network = mapped_muller_brown.network()
    expected = path_between(network, muller_brown(), mapped_muller_brown, 1, 0)
    pathway = fastest_pathway(mapped_muller_brown, 1, 0)
    np.testing.assert_array_equal(pathway.losses, expected.losses)


def test_a_slice_holds_the_ends_of_its_pathways(mapped_muller_brown):
    result = slice_with_pathways(mapped_muller_brown, 0, 1, 2)
    assert [path.minima[-1] for path in result.pathways] == [1, 2]
    ends = np.array([path.coordinates[k] for path in result.pathways for k in (0, -1)])
    corners = result.plane.corners[[0, 1, 0, 2]]
    np.testing.assert_allclose(result.plane.project(ends), corners, atol=1e-9)


def test_a_path_that_does_not_hang_together_is_refused(mapped_muller_brown):
    network, states = mapped_muller_brown.network(), mapped_muller_brown.transition_states()
    with pytest.raises(ValueError, match="one transition state fewer"):
        pathway_profile(network, muller_brown(), states, [0, 1], [])
    a, b = network.edges[0]
    third = ({0, 1, 2} - {int(a), int(b)}).pop()
    with pytest.raises(ValueError, match="does not join"):
        pathway_profile(network, muller_brown(), states, [int(a), third], [0])
    bare = tw.Network.from_arrays([0.0, 0.0], [(0, 1)], [1.0])
    with pytest.raises(ValueError, match="no coordinates"):
        pathway_profile(bare, muller_brown(), states, [0, 1], [0])


def test_a_slice_holds_its_three_points(mapped_network, xor):
    network = mapped_network.network()
    points = network.coordinates[:3]
    result = loss_slice(xor, list(points), resolution=21)
    assert result.losses.shape == (21, 21)
    assert result.axes @ result.axes.T == pytest.approx(np.eye(2), abs=1e-12)
    back = result.origin + result.corners @ result.axes
    for x, point in zip(back, points, strict=True):
        assert xor.symmetry.distance(point, x) < 1e-9
    assert result.distance(back).max() < 1e-9
    # The lowest of the grid cannot lie below the global minimum.
    assert result.losses.min() >= network.losses.min() - 1e-12


def test_three_points_on_one_line_span_no_plane():
    points = [np.zeros(2), np.ones(2), 2 * np.ones(2)]
    with pytest.raises(ValueError, match="on one line"):
        loss_slice(muller_brown(), points)
    with pytest.raises(ValueError, match="three points"):
        loss_slice(muller_brown(), points[:1])


def test_the_profile_crosses_the_minimax_barrier(mapped_network, xor):
    network = mapped_network.network()
    joined = np.flatnonzero(network.is_joined)
    other = int(joined[joined != network.global_minimum][0])
    barriers = minimax_barriers(network)
    steps = barriers.path(network.global_minimum, other)
    minima = [network.global_minimum]
    for k in steps:
        a, b = network.edges[k]
        minima.append(int(b if a == minima[-1] else a))
    result = pathway_profile(network, xor, mapped_network.transition_states(), minima, steps)
    highest = barriers.between(network.global_minimum, other)
    assert result.losses.max() == pytest.approx(highest, abs=1e-9)
