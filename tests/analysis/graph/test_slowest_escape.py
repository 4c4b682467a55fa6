"""The longest passage time to the global minimum, without the transition states that do not matter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import random_network

from thalweg import Network
from thalweg.analysis import log_mean_first_passage_times, overview, slowest_escape
from thalweg.analysis.graph import slowest_escape as module
from thalweg.analysis.graph.dominant_passes import dominant_passes


def longest(network, temperature):
    log_t = log_mean_first_passage_times(network, temperature, network.global_minimum)
    return log_t[network.is_joined].max()


@given(st.integers(2, 40), st.integers(0, 500), st.floats(-3, 1))
def test_the_slowest_escape_is_the_longest_exact_passage_time(n, seed, exponent):
    network = random_network(n, seed)
    escape = slowest_escape(network, 10**exponent)
    assert escape.reason == ""
    # A relative error of 1e-9 in the time, and rounding of logarithms as large as barrier/T.
    assert escape.log_time == pytest.approx(longest(network, 10**exponent), abs=2e-9, rel=1e-12)


def test_passes_are_left_out_only_where_others_are_faster_by_far():
    network = random_network(200, 1)
    cold, warm = dominant_passes(network, 5e-3), dominant_passes(network, 2.0)
    assert cold.n_transition_states < 0.7 * network.n_transition_states
    assert np.array_equal(cold.component, network.component)
    assert warm.n_transition_states == (~network.is_degenerate).sum()


def test_two_ways_of_nearly_one_conductance_both_count():
    # Two parallel passes and a detour: a third of the rate is lost if one is left out.
    ways = Network.from_arrays([0.0, 0.5, 0.2], [(0, 1), (0, 1), (0, 2), (2, 1)], [1.0, 1.0, 1, 1])
    for temperature in (0.01, 0.1, 1.0):
        assert slowest_escape(ways, temperature).log_time == pytest.approx(
            longest(ways, temperature), abs=1e-8
        )


def test_what_would_take_long_is_not_known_and_the_reason_says_what_to_call(monkeypatch):
    rng = np.random.default_rng(0)
    n = 150
    edges = [(a, b) for a in range(n) for b in range(a)]
    dense = Network.from_arrays(rng.random(n), edges, 1 + rng.random(len(edges)), dimension=4)
    escape = slowest_escape(dense, 1.0, most_work=50.0**3)
    assert escape.minimum is None and escape.log_time is None
    assert "joined so densely" in escape.reason and "log_mean_first" in escape.reason
    assert slowest_escape(dense, 1.0).log_time == pytest.approx(longest(dense, 1.0), abs=1e-8)
    monkeypatch.setattr(module, "_MOST_WORK", 1.0)
    peaks = overview(dense).peaks
    assert peaks and all(
        (p.slowest_minimum is None) == bool(p.escape_unknown_because) for p in peaks
    )


def test_without_another_joined_minimum_nothing_escapes():
    assert "no other minimum" in slowest_escape(Network.from_arrays([0.0, 1.0]), 1.0).reason
