"""Lennard-Jones clusters: all minima and transition states, and the lowest energies."""

import jax
import numpy as np
import pytest

import thalweg as tw
from thalweg.landscape.records import Batch
from thalweg.problems import LennardJones
from thalweg.search.basin_hopping import BasinHopping
from thalweg.search.exploration import strategies
from thalweg.search.exploration.explore import connect
from thalweg.search.search_space import SearchSpace
from thalweg.search.transition_states import PathwaySearch, find_pathways

# Doye & Wales, J. Chem. Phys. 116, 3777 (2002); energies from the Cambridge Cluster Database.
LOWEST = {6: -12.712062, 7: -16.505384, 13: -44.326801, 38: -173.928427}


def searched_around(n, minima, tries):
    landscape = tw.explore(LennardJones(n), minima=minima, connect=False, workers=1)
    connect(landscape, [strategies.SingleEndedFromEach(tries)], seed=1, workers=1)
    return landscape


def buckled_hexagon():
    """A centred hexagon, every other atom up or down: near the twelfth transition state of seven atoms."""
    angles = np.arange(6) * np.pi / 3
    ring = np.column_stack(
        [1.1 * np.cos(angles), 1.1 * np.sin(angles), 0.1 * (-1.0) ** np.arange(6)]
    )
    return np.vstack([ring, np.zeros((1, 3))]).ravel()


@pytest.mark.slow
def test_seven_atoms_have_four_minima_and_twelve_transition_states():
    """Searches around the minima find eleven; the twelfth lies high and joins a minimum with itself.

    Of 7,300 successful uphill searches from random positions 22 led to it: a hexagon with one atom in
    its middle, of symmetry D3d, through which the minimum of loss −15.5932 turns into its own image.
    """
    landscape = searched_around(7, 10, 50)
    assert landscape.n_minima == 4
    assert landscape.n_transition_states == 11
    space = SearchSpace(landscape.problem)
    batch = find_pathways(space, buckled_hexagon()[None], np.zeros(1, int), PathwaySearch())
    run = landscape.start_run("hexagon", {}, 0)
    recorded = landscape.record(Batch(law="hexagon", pathways=batch.pathways), run)
    assert (recorded.n_new_minima, recorded.n_new_transition_states) == (0, 1)
    states, network = landscape.transition_states(), landscape.network()
    assert len(states) == 12
    assert states[-1].loss == pytest.approx(-12.548938, abs=1e-6)
    assert states[-1].stabiliser_order == 12 and network.is_degenerate[-1]
    assert network.losses[network.edges[-1]] == pytest.approx(-15.593211, abs=1e-6)
    # Of different energy, each with one negative eigenvalue of the fifteen that are no zero modes.
    energies = np.sort([state.loss for state in states])
    assert np.diff(energies).min() > 1e-3
    assert all((state.spectrum < 0).sum() == 1 and len(state.spectrum) == 15 for state in states)
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
    minima = tw.quench(problem, SearchSpace(problem).starts(keys)).minima
    assert min(m.loss for m in minima if m is not None) == pytest.approx(LOWEST[n], abs=1e-6)


@pytest.mark.slow
def test_nine_atoms_have_twenty_one_minima():
    """Published are 165 transition states; after 240 searches around each minimum 163 are found."""
    landscape = searched_around(9, 60, 240)
    assert landscape.n_minima == 21
    assert 160 <= landscape.n_transition_states <= 165


@pytest.mark.slow
def test_basin_hopping_reaches_the_octahedron_of_thirty_eight_atoms():
    """Most starts lead into the icosahedral funnel, whose lowest minimum is −173.252378."""
    hopping = BasinHopping(temperature=0.8, step=0.3, chains=16, hops=300)
    landscape = tw.explore(
        LennardJones(38),
        minima=10**6,
        connect=False,
        seconds=1,
        methods=tw.Methods(basin_hopping=hopping),
        workers=1,
    )
    lowest = min(landscape.minima(), key=lambda m: m.loss)
    assert lowest.loss == pytest.approx(LOWEST[38], abs=1e-6)
    # The truncated octahedron: the point group Oh.
    assert lowest.stabiliser_order == 48


@pytest.mark.slow
def test_thirteen_atoms_melt_and_are_in_detailed_balance():
    landscape = tw.explore(LennardJones(13), minima=300, connect=False, workers=2)
    tw.connect(landscape, [tw.SingleEndedFromEach(1)], workers=2)
    network = landscape.network()
    assert network.losses.min() == pytest.approx(LOWEST[13], abs=1e-6)
    capacity = tw.analysis.heat_capacity(network, np.linspace(0.1, 0.6, 101))
    # Simulations have the peak at 0.29; harmonic minima melt later: at 0.346 with 300 of them, at 0.340 with
    # 1,131 of the some 1,500.
    (peak,) = [p for p in capacity.peaks if p.temperature > 0.2]
    assert 0.25 < peak.temperature < 0.40
    temperature = peak.temperature
    rates = tw.analysis.rate_constants(network, temperature).toarray()
    p = tw.analysis.occupation_probabilities(network, temperature)
    there, back = p[:, None] * rates, p[None, :] * rates.T
    # Sums over the transition states of a pair, in another order.
    np.testing.assert_allclose(there, back, rtol=1e-9)
    assert np.count_nonzero(rates) > 300
