"""Lennard-Jones clusters: all minima and transition states, and the lowest energies."""

import jax
import numpy as np
import pytest

import thalweg as tw
from thalweg.problems import LennardJones
from thalweg.search import connect as strategies
from thalweg.search.explore import connect
from thalweg.search.stationary import SearchSpace

# Doye & Wales, J. Chem. Phys. 116, 3777 (2002); energies from the Cambridge Cluster Database.
LOWEST = {6: -12.712062, 7: -16.505384, 13: -44.326801}


def searched_around(n, minima, tries):
    landscape = tw.explore(LennardJones(n), minima=minima, connect=False, workers=1)
    connect(landscape, [strategies.Around(tries)], seed=1, workers=1)
    return landscape


def test_seven_atoms_have_four_minima_and_eleven_transition_states():
    """Published are twelve: 2,400 searches from all four minima give these eleven and no other."""
    landscape = searched_around(7, 10, 50)
    assert landscape.n_minima == 4
    states = landscape.transition_states()
    assert len(states) == 11
    # Of different energy, each with one negative eigenvalue of the fifteen that are no zero modes.
    energies = np.sort([state.loss for state in states])
    assert np.diff(energies).min() > 1e-3
    assert all((state.spectrum < 0).sum() == 1 and len(state.spectrum) == 15 for state in states)
    network = landscape.network()
    assert network.losses.min() == pytest.approx(LOWEST[7], abs=1e-6)
    # D5h, the pentagonal bipyramid.
    assert min(landscape.minima(), key=lambda m: m.loss).stabiliser_order == 20


@pytest.mark.slow
def test_eight_atoms_have_eight_minima_and_forty_two_transition_states():
    landscape = searched_around(8, 20, 100)
    assert landscape.n_minima == 8 and len(landscape.transition_states()) == 42


@pytest.mark.parametrize(("n", "starts"), [(6, 128), (13, 128)])
def test_the_lowest_energy_is_reached(n, starts):
    problem = LennardJones(n)
    keys = jax.random.split(jax.random.key(0), starts)
    found = tw.quench(problem, SearchSpace(problem).starts(keys)).minima
    assert min(m.loss for m in found if m is not None) == pytest.approx(LOWEST[n], abs=1e-6)
