"""Rates, passage times and committors, against linear algebra and extended precision."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import random_network

from thalweg import Network
from thalweg.analysis import (
    committor,
    fastest_path,
    mean_first_passage_time,
    mean_first_passage_times,
    occupation_probabilities,
    rate_between,
    rate_constants,
    waiting_times,
)
from thalweg.analysis.graph import graph_transformation as gt

SEEDS = st.integers(0, 300)


@pytest.fixture(params=["sparse", "dense", "dense logarithms"])
def phase(request, monkeypatch):
    """Every way that states can be removed, whatever the size of the network."""
    monkeypatch.setattr(gt, "_BLOCK", 8)
    if request.param != "sparse":
        monkeypatch.setattr(gt, "_DENSE_DEGREE", 1)
    if request.param == "dense logarithms":
        monkeypatch.setattr(gt, "_SAFE_EXPONENT", -1.0)


def generator(network, temperature):
    rates = rate_constants(network, temperature).toarray()
    return rates - np.diag(rates.sum(axis=1))


def times_by_solving(network, temperature, target):
    free = np.setdiff1d(np.arange(network.n_minima), target)
    times = np.zeros(network.n_minima)
    inner = generator(network, temperature)[np.ix_(free, free)]
    times[free] = np.linalg.solve(inner, -np.ones(len(free)))
    return times


@given(st.integers(2, 25), SEEDS, st.floats(-2, 2))
def test_detailed_balance_holds(n, seed, exponent):
    network = random_network(n, seed)
    temperature = 10.0**exponent
    flux = rate_constants(network, temperature).multiply(
        occupation_probabilities(network, temperature)[:, None]
    )
    difference = np.abs((flux - flux.T).toarray())
    # Exponents of up to 300 carry a rounding of 1e-13 into the numbers.
    assert (difference <= 1e-12 * max(1, 1 / temperature) * np.abs(flux.toarray()).max()).all()


def test_a_rate_is_that_of_the_formula():
    network = Network.from_arrays(
        [0.0, 0.4],
        [(0, 1), (0, 1)],
        [1.0, 1.5],
        lpphe=[2.0, 1.0],
        log_degeneracy=[np.log(2), 0.0],
        barrier_lpphe=[0.5, 0.1],
        barrier_log_degeneracy=[np.log(3), 0.0],
    )
    t = 0.7
    expected = (
        3 / 2 * np.exp(0.5 * (2.0 - 0.5) - 1.0 / t) + 1 / 2 * np.exp(0.5 * (2.0 - 0.1) - 1.5 / t)
    ) / (2 * np.pi)
    rates = rate_constants(network, t)
    assert rates[0, 1] == pytest.approx(expected, rel=1e-12)
    assert waiting_times(network, t)[0] == pytest.approx(1 / expected, rel=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_passage_times_are_those_of_the_linear_solve(phase, seed):
    network = random_network(40, seed)
    times = mean_first_passage_times(network, 1.0, [0, 3])
    expected = times_by_solving(network, 1.0, [0, 3])
    np.testing.assert_allclose(times, expected, rtol=1e-10)


@pytest.mark.parametrize("seed", range(6))
def test_committors_are_those_of_the_linear_solve(phase, seed):
    network = random_network(40, seed)
    result = committor(network, 1.0, [0], [5, 6])
    free = np.setdiff1d(np.arange(40), [0, 5, 6])
    full = generator(network, 1.0)
    solved = np.linalg.solve(full[np.ix_(free, free)], -full[np.ix_(free, [5, 6])].sum(axis=1))
    np.testing.assert_allclose(result[free], solved, atol=1e-10)
    assert result[0] == 0 and (result[[5, 6]] == 1).all()


@pytest.mark.parametrize("temperature", [0.01, 0.002])
def test_passage_times_are_exact_where_a_linear_solve_fails(phase, temperature):
    network = random_network(12, 1)
    free = list(range(1, 12))
    with mpmath.workdps(2000):
        t = mpmath.mpf(temperature)
        rates = mpmath.zeros(12)
        for (a, b), barrier, lpphe, degeneracy in zip(
            network.edges,
            network.barrier_losses,
            network.barrier_lpphe,
            network.barrier_log_degeneracy,
            strict=True,
        ):
            for i, j in ((int(a), int(b)), (int(b), int(a))):
                if i != j:
                    exponent = (
                        mpmath.mpf(degeneracy)
                        - network.log_degeneracy[i]
                        + (network.lpphe[i] - mpmath.mpf(lpphe)) / 2
                        - (barrier - mpmath.mpf(network.losses[i])) / t
                    )
                    rates[i, j] += mpmath.exp(exponent) / (2 * mpmath.pi)
        inner = mpmath.matrix(11, 11)
        for r, i in enumerate(free):
            for c, j in enumerate(free):
                inner[r, c] = rates[i, j] - (sum(rates[i, :]) if i == j else 0)
        solved = mpmath.lu_solve(inner, mpmath.matrix([-1] * 11))
        expected = [float(mpmath.log(value)) for value in solved]
    from thalweg.analysis import log_mean_first_passage_times

    result = log_mean_first_passage_times(network, temperature, 0)[1:]
    # The exponents themselves, some hundreds, are rounded at 1e-13 of their size.
    np.testing.assert_allclose(result, expected, atol=1e-9)


def test_detailed_balance_of_rates_between_sets():
    network = random_network(30, 2)
    p = occupation_probabilities(network, 0.5)
    forth = p[[0, 1]].sum() * rate_between(network, 0.5, [0, 1], [7])
    back = p[7] * rate_between(network, 0.5, [7], [0, 1])
    assert forth == pytest.approx(back, rel=1e-9)


@given(st.integers(2, 8), SEEDS, st.floats(-1, 1))
def test_the_fastest_path_has_the_largest_product_of_probabilities(n, seed, exponent):
    network, temperature = random_network(n, seed), 10.0**exponent
    rates = rate_constants(network, temperature).toarray()
    p = rates / rates.sum(axis=1, keepdims=True)
    best = np.zeros(n)
    best[0] = 1.0
    for _ in range(n):
        best = np.maximum(best, (best[:, None] * p).max(axis=0))
    result = fastest_path(network, temperature, 0, n - 1)
    assert np.exp(result.log_probability) == pytest.approx(best[n - 1], rel=1e-6)
    assert result.minima[0] == 0 and result.minima[-1] == n - 1
    for a, b, state in zip(
        result.minima[:-1], result.minima[1:], result.transition_states, strict=True
    ):
        assert sorted(network.edges[state].tolist()) == sorted((int(a), int(b)))
    np.testing.assert_array_equal(
        result.losses[1::2], network.barrier_losses[result.transition_states]
    )


def test_a_chain_of_two_has_the_obvious_numbers():
    network = Network.from_arrays([0.0, 0.5, 9.0], [(0, 1)], [1.0])
    k = rate_constants(network, 0.3)[0, 1]
    assert mean_first_passage_time(network, 0.3, 0, 1) == pytest.approx(1 / k)
    assert rate_between(network, 0.3, 0, 1) == pytest.approx(k)
    assert mean_first_passage_time(network, 0.3, 2, 1) == np.inf
    assert np.isnan(committor(network, 0.3, 0, 1)[2])


def test_sets_that_make_no_sense_are_refused():
    network = random_network(5, 0)
    for source, target, said in (
        (0, 0, "share minimum 0"),
        (0, 7, "whole number from 0 to 4"),
        ([], 1, "at least one"),
    ):
        with pytest.raises(ValueError, match=said):
            mean_first_passage_time(network, 1.0, source, target)
    with pytest.raises(ValueError, match="temperature"):
        rate_constants(network, 0.0)
    with pytest.raises(ValueError, match="no minima"):
        rate_constants(Network.from_arrays([]), 1.0)
