"""A landscape reduced to its monotonic sequence basins keeps its barriers and passage times."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import random_network

from thalweg import Network
from thalweg.analysis import (
    basin_network,
    disconnectivity_graph,
    frustration,
    heat_capacity,
    log_mean_first_passage_times,
    minimax_barriers,
    monotonic_sequence_basins,
    occupation_probabilities,
    overview,
    rate_constants,
    rates_between_basins,
)

SEEDS = st.integers(0, 300)


@settings(max_examples=10)
@given(st.integers(1, 40), SEEDS, st.sampled_from([0.5, 1.0]))
def test_every_barrier_between_bottoms_is_that_of_the_whole_network(n, seed, joined):
    network = random_network(n, seed, share_joined=joined)
    bottoms = monotonic_sequence_basins(network).bottoms
    reduced = basin_network(network)
    whole, few = minimax_barriers(network), minimax_barriers(reduced)
    np.testing.assert_array_equal(reduced.minimum_ids, network.minimum_ids[bottoms])
    for k, bottom in enumerate(bottoms):
        np.testing.assert_array_equal(few.to(k), whole.to(int(bottom))[bottoms])
    assert reduced.hits.sum() == network.hits.sum()


@settings(max_examples=10)
@given(st.integers(2, 25), SEEDS, st.sampled_from([0.02, 0.3, 2.0]))
def test_passage_times_between_bottoms_are_those_among_all_minima(n, seed, temperature):
    network = random_network(n, seed)
    bottoms = monotonic_sequence_basins(network).bottoms
    chain = rates_between_basins(network, temperature)
    whole = log_mean_first_passage_times(network, temperature, int(bottoms[0]))
    few = log_mean_first_passage_times(chain, None, 0)
    np.testing.assert_allclose(few[1:], whole[bottoms[1:]], rtol=1e-9)


def test_rates_between_basins_agree_with_a_linear_solve():
    network, temperature = random_network(12, 5), 0.7
    bottoms = monotonic_sequence_basins(network).bottoms
    k = rate_constants(network, temperature).toarray()
    generator = k - np.diag(k.sum(axis=1))
    inner = np.setdiff1d(np.arange(12), bottoms)
    # Where the chain first comes to a bottom, and how long that takes, from the inner minima.
    first = np.linalg.solve(-generator[np.ix_(inner, inner)], k[np.ix_(inner, bottoms)])
    times = np.linalg.solve(-generator[np.ix_(inner, inner)], np.ones(len(inner)))
    flux = k[np.ix_(bottoms, bottoms)] + k[np.ix_(bottoms, inner)] @ first
    duration = 1 + k[np.ix_(bottoms, inner)] @ times
    expected = flux / duration[:, None]
    np.fill_diagonal(expected, 0)
    chain = rates_between_basins(network, temperature)
    np.testing.assert_allclose(rate_constants(chain, None).toarray(), expected, rtol=1e-9)


def test_the_readings_of_a_network_work_on_the_reduced_one():
    network = random_network(60, 2)
    reduced = basin_network(network)
    assert 1 < reduced.n_minima < network.n_minima
    assert overview(reduced).n_minima == reduced.n_minima
    assert disconnectivity_graph(reduced).order.tolist() != []
    t = heat_capacity(reduced).peaks[0].temperature
    assert frustration(reduced, t).excess >= 0
    assert occupation_probabilities(rates_between_basins(network, t), None).sum() == pytest.approx(
        1
    )


def test_a_single_funnel_is_one_state():
    funnel = Network.from_arrays([0.0, 1.0, 2.0], [(0, 1), (1, 2)], [1.5, 2.5], hits=[1, 2, 3])
    reduced = basin_network(funnel)
    assert (reduced.n_minima, reduced.n_transition_states, reduced.hits.tolist()) == (1, 0, [6])
    assert rates_between_basins(funnel, 1.0).n_minima == 1


def test_a_network_of_rates_is_reduced_by_its_rates_alone():
    chain = rates_between_basins(random_network(20, 1), 1.0)
    assert rates_between_basins(chain, None).n_minima <= chain.n_minima
    with pytest.raises(ValueError, match="rates_between_basins"):
        basin_network(chain)
