"""Every minimum and transition state of functions of two variables is mapped, and nothing else is.

The other side is a grid of cells and SciPy (`brute_force`), which itself is held to known counts and to
the turns of the gradient around the bounds.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pytest
from brute_force import NO_MINIMUM, StationaryPoints, Surface
from jaxtyping import Float, Int
from scipy.spatial import cKDTree
from surfaces import LARGE, SMALL, Case

import thalweg as tw

_SAME = 1e-6
"""Share of the width within which a stored point is the root: both are exact to some 1e-10 of it."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """One function by brute force, and its landscape.

    Attributes:
        by_default: minima after `tw.explore` alone [minima 2].
        landscape: after searches between near neighbours.
        flows: minima to which the gradient flow leads from each transition state of the grid.
    """

    case: Case
    surface: Surface
    expected: StationaryPoints
    by_default: Float[np.ndarray, "minima 2"]
    landscape: tw.Landscape
    flows: list[tuple[int, int]]

    def expected_of(
        self, stored: Float[np.ndarray, "some 2"], index: int
    ) -> Int[np.ndarray, " some"]:
        """Which stationary point of the grid each stored point is."""
        distances, nearest = cKDTree(self.expected.of_index(index)).query(stored)
        assert distances.max() < _SAME * self.surface.width, "a stored point is none of the grid's"
        return np.asarray(nearest)


CASES = [
    *(pytest.param(case, id=name) for name, case in SMALL.items()),
    *(pytest.param(case, id=name, marks=pytest.mark.slow) for name, case in LARGE.items()),
]


@pytest.fixture(scope="module", params=CASES)
def comparison(request):
    case: Case = request.param
    surface = case.surface
    expected = surface.stationary_points(case.n_cells)
    landscape = tw.explore(case.problem, connect=not case.is_quick, workers=1)
    by_default = coordinates(landscape.minima())
    tw.connect(landscape, [tw.NearestNeighbours(8)], workers=1)
    minima = expected.of_index(0)
    flows = [surface.ends(state, minima) for state in expected.of_index(1)]
    return Comparison(case, surface, expected, by_default, landscape, flows)


def coordinates(points):
    return np.array([point.coordinates for point in points])


def test_the_grid_has_all_stationary_points(comparison):
    n_minima, n_transition_states, n_maxima = comparison.case.counts
    counts = Counter(comparison.expected.index.tolist())
    assert counts == Counter({0: n_minima, 1: n_transition_states, 2: n_maxima})
    turns = n_minima + n_maxima - n_transition_states + len(comparison.case.kinks)
    assert comparison.surface.winding_number(4000) == turns
    n_leaving = sum(NO_MINIMUM in ends for ends in comparison.flows)
    assert n_leaving == comparison.case.n_leaving


def test_a_search_with_default_settings_has_every_minimum_once_and_nothing_else(comparison):
    expected = comparison.expected_of(comparison.by_default, 0)
    assert sorted(expected) == list(range(comparison.case.counts[0]))
    assert comparison.landscape.n_minima == len(expected)


def test_every_transition_state_between_minima_is_mapped_once_and_nothing_else(comparison):
    mapped = comparison.expected_of(
        coordinates(comparison.landscape.transition_states()), 1
    ).tolist()
    assert len(set(mapped)) == len(mapped)
    needed = {i for i, ends in enumerate(comparison.flows) if NO_MINIMUM not in ends}
    assert needed <= set(mapped)


def test_transition_states_join_the_minima_to_which_the_gradient_flow_leads(comparison):
    network = comparison.landscape.network()
    minima = comparison.expected_of(coordinates(comparison.landscape.minima()), 0)
    states = comparison.expected_of(coordinates(comparison.landscape.transition_states()), 1)
    ends = np.sort(minima[network.edges], axis=1)
    for state, joined in zip(states, ends, strict=True):
        # A walk that comes to the bounds goes on along them, where the flow leaves.
        if NO_MINIMUM not in comparison.flows[state]:
            assert tuple(joined) == comparison.flows[state]
