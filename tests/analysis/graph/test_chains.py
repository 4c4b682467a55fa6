"""Networks of given rates: kinetics with and without detailed balance, and what needs losses."""

import mpmath
import numpy as np
import pytest
from networks import random_network
from scipy import sparse

from thalweg import Network
from thalweg.analysis import (
    committor,
    communities,
    contributions,
    degrees,
    disconnectivity_graph,
    fastest_path,
    frustration,
    heat_capacity,
    mean_first_passage_time,
    mean_first_passage_times,
    minimax_barriers,
    monotonic_sequence_basins,
    occupation_probabilities,
    overview,
    rate_between,
    rate_constants,
    waiting_times,
)
from thalweg.analysis.graph import graph_transformation as gt


def rates_of(n, seed, *, density=0.4, spread=2.0):
    """Random rates without detailed balance, in one piece: a loop through all states among them."""
    random = np.random.default_rng(seed)
    rates = np.exp(spread * random.normal(size=(n, n))) * (random.random((n, n)) < density)
    rates[np.arange(n), np.roll(np.arange(n), -1)] += 0.1
    np.fill_diagonal(rates, 0)
    return rates


def generator(rates):
    return rates - np.diag(rates.sum(axis=1))


CYCLE = np.array([[0, 4.0, 1.0], [0.5, 0, 3.0], [2.0, 0.2, 0]])


@pytest.fixture(params=["sparse", "dense", "dense logarithms"])
def phase(request, monkeypatch):
    """Every way that states can be removed, whatever the size of the network."""
    monkeypatch.setattr(gt, "_BLOCK", 8)
    if request.param != "sparse":
        monkeypatch.setattr(gt, "_DENSE_DEGREE", 1)
    if request.param == "dense logarithms":
        monkeypatch.setattr(gt, "_SAFE_EXPONENT", -1.0)


@pytest.mark.parametrize("seed", range(3))
def test_kinetics_without_detailed_balance_are_those_of_the_linear_solve(phase, seed):
    rates = rates_of(30, seed)
    network, q = Network.from_rates(rates), generator(rates)
    free = np.arange(2, 30)
    inner = q[np.ix_(free, free)]
    times = mean_first_passage_times(network, None, [0, 1])
    np.testing.assert_allclose(times[free], np.linalg.solve(-inner, np.ones(28)), rtol=1e-10)
    reaching = committor(network, None, 0, 1)
    np.testing.assert_allclose(reaching[free], np.linalg.solve(-inner, q[free, 1]), rtol=1e-10)
    p = occupation_probabilities(network, None)
    # The null vector of the generator, by the smallest singular value.
    null = np.linalg.svd(q.T)[2][-1]
    np.testing.assert_allclose(p, null / null.sum(), rtol=1e-9)
    # Of a set the steady-state rate is the number of passages in equilibrium over the time in the set.
    start, end = [0, 5], [9]
    flux = p[start] @ rates[start] @ np.nan_to_num(committor(network, None, start, end))
    assert rate_between(network, None, start, end) == pytest.approx(flux / p[start].sum())
    average = p[start] @ mean_first_passage_times(network, None, end)[start] / p[start].sum()
    assert mean_first_passage_time(network, None, start, end) == pytest.approx(average)


def test_a_stationary_distribution_keeps_its_digits(phase):
    """Rates over hundreds of orders of magnitude, against extended precision."""
    n, logs = 8, 40.0 * np.random.default_rng(5).normal(size=(8, 8))
    network = Network.from_rates(np.exp(logs) * (1 - np.eye(n)))
    with mpmath.workdps(400):
        q = mpmath.matrix(n, n)
        for a in range(n):
            for b in range(n):
                if a != b:
                    q[a, b] = mpmath.exp(mpmath.mpf(float(logs[a, b])))
            q[a, a] = -sum(q[a, b] for b in range(n) if b != a)
        # π Q = 0 with the last equation replaced by Σ π = 1.
        equations = q.T.copy()
        for b in range(n):
            equations[n - 1, b] = 1
        solved = mpmath.lu_solve(equations, mpmath.matrix([0] * (n - 1) + [1]))
        expected = np.array([float(mpmath.log(value)) for value in solved])
    with np.errstate(divide="ignore"):
        result = np.log(occupation_probabilities(network, None))
    # ln k of some hundred is rounded at 1e-14 of its size.
    np.testing.assert_allclose(result, expected, atol=1e-11)


def test_rates_that_losses_give_come_back_as_a_network_with_the_same_numbers():
    """With detailed balance the chain is a landscape of free energies, at the same passage times."""
    harmonic, temperature = random_network(20, 3), 0.4
    network = Network.from_rates(rate_constants(harmonic, temperature))
    for function in (mean_first_passage_times, committor, rate_between):
        arguments = (0,) if function is mean_first_passage_times else (0, [4, 7])
        np.testing.assert_allclose(
            function(network, None, *arguments),
            function(harmonic, temperature, *arguments),
            rtol=1e-9,
        )
    p = occupation_probabilities(harmonic, temperature)
    np.testing.assert_allclose(occupation_probabilities(network, None), p, rtol=1e-10)
    np.testing.assert_allclose(np.exp(-network.losses), p, rtol=1e-10)
    np.testing.assert_allclose(waiting_times(network, None), waiting_times(harmonic, temperature))
    path, same = fastest_path(network, None, 0, 9), fastest_path(harmonic, temperature, 0, 9)
    assert path.minima.tolist() == same.minima.tolist()
    assert path.log_probability == pytest.approx(same.log_probability)
    # A graph of free energies: each barrier is ln(k_max/k) above its minimum.
    assert disconnectivity_graph(network).position.keys() == set(range(20))
    a, b = network.edges.T
    k = rate_constants(network, None).toarray()
    heights = network.barrier_losses - network.losses[a]
    np.testing.assert_allclose(heights, np.log(k.max() / k[a, b]), atol=1e-9)
    assert (network.barrier_losses >= network.losses[b] - 1e-12).all()


def test_the_three_states_of_a_cycle():
    """The driven cycle in closed form: π by the matrix-tree theorem."""
    network = Network.from_rates(CYCLE)
    expected = np.linalg.solve(-generator(CYCLE)[1:, 1:], np.ones(2))
    np.testing.assert_allclose(mean_first_passage_times(network, None, 0)[1:], expected)
    k = CYCLE
    trees = np.array(
        [
            k[1, 0] * k[2, 0] + k[1, 2] * k[2, 0] + k[2, 1] * k[1, 0],
            k[0, 1] * k[2, 1] + k[0, 2] * k[2, 1] + k[2, 0] * k[0, 1],
            k[0, 2] * k[1, 2] + k[0, 1] * k[1, 2] + k[1, 0] * k[0, 2],
        ]
    )
    np.testing.assert_allclose(occupation_probabilities(network, None), trees / trees.sum())


@pytest.mark.parametrize("to_sparse", [np.asarray, sparse.csr_matrix, sparse.coo_array])
def test_rates_and_probabilities_come_in_in_any_shape(to_sparse):
    times = mean_first_passage_times(Network.from_rates(CYCLE), None, 0)
    out = CYCLE.sum(axis=1)
    networks = [
        Network.from_rates(to_sparse(CYCLE)),
        Network.from_rates(to_sparse(generator(CYCLE))),
        # Branching probabilities with waiting times, and a transition matrix with a lag time.
        Network.from_probabilities(to_sparse(CYCLE / out[:, None]), 1 / out),
        Network.from_probabilities(to_sparse(np.eye(3) + 0.01 * generator(CYCLE)), 0.01),
    ]
    for network in networks:
        np.testing.assert_allclose(mean_first_passage_times(network, None, 0), times, rtol=1e-12)
        np.testing.assert_allclose(rate_constants(network, None).toarray(), CYCLE, rtol=1e-12)


def test_what_may_be_lost_on_the_way_takes_for_ever():
    """0 ⇄ 1 → 2, and 1 → 3, which is never left; 4 leads to 2 alone."""
    rates = np.zeros((5, 5))
    rates[0, 1], rates[1, 0], rates[1, 2], rates[1, 3], rates[4, 2] = 1.0, 2.0, 3.0, 1.0, 0.5
    network = Network.from_rates(rates)
    times = mean_first_passage_times(network, None, 2)
    np.testing.assert_allclose(times, [np.inf, np.inf, 0, np.inf, 2.0])
    reaching = committor(network, None, 3, 2)
    np.testing.assert_allclose(reaching, [0.75, 0.75, 1, 0, 1])
    np.testing.assert_allclose(committor(network, None, 0, 2), [0, 0.5, 1, np.nan, 1])
    np.testing.assert_allclose(mean_first_passage_times(network, None, [2, 3])[4], 2.0)
    with pytest.raises(ValueError, match="2 sets of states that it does not leave, state 2 in one"):
        occupation_probabilities(network, None)
    assert rate_between(network, None, 0, 2) == pytest.approx(0.5)
    drained = Network.from_rates(rates[:3, :3])
    np.testing.assert_array_equal(occupation_probabilities(drained, None), [0, 0, 1])
    with pytest.raises(ValueError, match="leaves the minima"):
        mean_first_passage_time(drained, None, [0, 1], 2)


@pytest.mark.parametrize(
    ("reading", "says"),
    [
        (lambda n: disconnectivity_graph(n), "a merge tree needs losses"),
        (lambda n: minimax_barriers(n), "a merge tree needs losses"),
        (lambda n: monotonic_sequence_basins(n), "a division into basins needs losses"),
        (lambda n: n.global_minimum, "around a loop of states"),
        (lambda n: overview(n), "needs losses"),
        (lambda n: heat_capacity(n), "a heat capacity needs losses and curvatures"),
        (lambda n: frustration(n, 1.0), "a frustration index needs losses"),
        (lambda n: contributions(n, 1.0), "needs losses and curvatures"),
        (lambda n: mean_first_passage_times(n, 1.0, 0), "temperature must be None"),
        (lambda n: occupation_probabilities(n, 1.0), "temperature must be None"),
    ],
)
def test_what_rates_do_not_tell_is_refused_with_the_reason(reading, says):
    with pytest.raises(ValueError, match=says):
        reading(Network.from_rates(CYCLE))


def test_the_shape_of_the_graph_needs_no_losses():
    network = Network.from_rates(CYCLE)
    assert degrees(network).degree.tolist() == [2, 2, 2]
    assert communities(network).assignment.tolist() == [0, 0, 0]
    one_way = Network.from_rates([[0.0, 1.0], [0.0, 0.0]])
    with pytest.raises(ValueError, match="from state 0 to 1, but none back"):
        _ = one_way.global_minimum
    parts = Network.from_rates(np.kron(np.eye(2), [[0.0, 1.0], [2.0, 0.0]]))
    with pytest.raises(ValueError, match="in 2 parts that no rate joins"):
        _ = parts.lowest_loss


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Network.from_rates([[0, -1.0], [1, 0]]), "from state 0 to 1 stands -1"),
        (lambda: Network.from_rates([[0, np.nan], [1, 0]]), "rates must be finite"),
        (lambda: Network.from_rates([1.0, 2.0]), "must be a matrix"),
        (lambda: Network.from_rates(np.zeros((2, 3))), "square"),
        (lambda: Network.from_rates(np.zeros((0, 0))), "square"),
        (lambda: Network.from_rates([[-1.0, 2], [1, -1]]), "in row 0 it is -1, and they sum to 2"),
        (lambda: Network.from_rates(generator(CYCLE).T), "pass the transpose"),
        (lambda: Network.from_probabilities([[0.5, 0.4], [0, 1]]), "row 0 sums to 0.9"),
        (lambda: Network.from_probabilities([[0.9, 0.6], [0.1, 0.4]]), "pass the transpose"),
        (lambda: Network.from_probabilities([[1.5, -0.5], [0, 1]]), "negative"),
        (lambda: Network.from_probabilities([[-0.5, 1.5], [0, 1]]), "on the diagonal"),
        (lambda: Network.from_probabilities(np.eye(2), 0.0), "positive"),
        (lambda: Network.from_probabilities(np.eye(2), [1.0] * 3), "one for each of 2"),
    ],
)
def test_matrices_that_are_no_rates_are_refused(make, says):
    with pytest.raises(ValueError, match=says):
        make()


def test_a_temperature_is_needed_where_losses_give_the_rates():
    with pytest.raises(ValueError, match="temperature must be positive, got None"):
        mean_first_passage_times(random_network(4, 0), None, 0)
