"""Every minimum and transition state of small networks is mapped, and nothing else is.

The other side is thousands of SciPy's minimisations and roots of the gradient (`random_roots`).
"""

import numpy as np
import pytest
from random_roots import BruteForce, Points

import thalweg as tw
from thalweg.landscape.end_reason import EndReason
from thalweg.problems import NeuralNetwork

pytestmark = pytest.mark.slow

_INPUTS = np.linspace(-2, 2, 9)[:, None]


def three_classes():
    """Thirteen parameters: one input, two hidden units, three classes."""
    classes = np.array([0, 1, 2, 2, 0, 1, 0, 2, 1])
    return NeuralNetwork.from_data(_INPUTS, classes, hidden=(2,), l2=3e-3)


def regression():
    """Seven parameters; the targets are odd, so that minima that are no images of each other share a loss."""
    targets = np.sin(2 * _INPUTS[:, 0]) + 0.3 * _INPUTS[:, 0]
    return NeuralNetwork.from_data(
        _INPUTS, targets, hidden=(2,), loss="mean_squared_error", l2=1e-4
    )


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((three_classes, 4, 12), id="three classes"),
        pytest.param((regression, 3, 4), id="mean squared error"),
    ],
)
def comparison(request):
    make, n_minima, n_transition_states = request.param
    problem = make()
    brute_force = BruteForce(problem)
    minima = brute_force.minima(1000)
    states = brute_force.transition_states(minima, 4000)
    assert (len(minima.x), len(states.x)) == (n_minima, n_transition_states)
    # A point that was come to once may be one of many that were not.
    assert min(minima.hits) > 1 and min(states.hits) > 1
    landscape = tw.explore(problem, workers=1)
    n_by_default = landscape.n_minima
    strategies = [tw.NearestNeighbours(8), tw.SingleEndedFromEach(60)]
    tw.connect(landscape, strategies, workers=1)
    return brute_force, minima, states, landscape, n_by_default


def identified(points: Points, stored):
    """Which of the points each stored one is an image of."""
    return [points.find(point.coordinates) for point in stored]


def test_a_search_with_default_settings_has_every_minimum_once_and_nothing_else(comparison):
    _, minima, _, landscape, n_by_default = comparison
    assert sorted(identified(minima, landscape.minima())) == list(range(len(minima.x)))
    assert n_by_default == len(minima.x)


def test_every_transition_state_is_mapped_once_and_nothing_else(comparison):
    _, _, states, landscape, _ = comparison
    stored = identified(states, landscape.transition_states())
    assert sorted(stored) == list(range(len(states.x)))


def test_complete_has_every_minimum_and_every_transition_state_by_itself(comparison):
    brute_force, minima, states, landscape, _ = comparison
    complete = tw.explore(landscape.problem, complete=True, workers=1)
    assert complete.outcome().reason is EndReason.COMPLETE
    assert sorted(identified(minima, complete.minima())) == list(range(len(minima.x)))
    assert sorted(identified(states, complete.transition_states())) == list(range(len(states.x)))
    indices = [brute_force.index(point.coordinates) for point in complete.saddles()]
    assert indices == [point.index for point in complete.saddles()]


def test_what_is_stored_has_the_index_that_it_is_stored_with(comparison):
    brute_force, _, _, landscape, _ = comparison
    stored = [*landscape.minima(), *landscape.transition_states()]
    indices = [brute_force.index(point.coordinates) for point in stored]
    assert indices == [0] * landscape.n_minima + [1] * landscape.n_transition_states
