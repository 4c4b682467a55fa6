"""Walks without a Hessian: Krylov spaces, the spectrum at rest, and the same points as with one."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.landscape.records import Batch, Minimum
from thalweg.problems import LennardJones, NeuralNetwork
from thalweg.search.search_space import SearchSpace
from thalweg.search.spectra.krylov_space import KrylovSpace
from thalweg.search.spectra.lanczos import LowestModes, _gauss, _radau, log_product, lowest_modes
from thalweg.search.spectra.spectrum import SpectrumPolicy
from thalweg.search.steps import batching
from thalweg.search.steps.batching import BatchSizes
from thalweg.search.steps.device import Device
from thalweg.search.steps.eigenvector_following import EigenvectorFollowing
from thalweg.search.steps.evaluation import evaluate_one
from thalweg.search.steps.newton import Newton
from thalweg.search.steps.rule import Status
from thalweg.search.steps.steepest_descent import SteepestDescent
from thalweg.search.walks.dense import spectral_walk
from thalweg.search.walks.krylov import krylov_walk

ESTIMATED = SpectrumPolicy(whole_up_to=0, factored_up_to=0)
FACTORED = SpectrumPolicy(whole_up_to=0)
TWO_LANES = BatchSizes(lanes=2, chunk=2, bands=2, minima=1, device=Device("cpu", ""))


def network(inputs, hidden, n=40, l2=1e-3):
    random = np.random.default_rng(0)
    x = random.normal(size=(n, inputs))
    y = (x[:, 0] * x[:, 1] + x[:, -1] > 0).astype(int)
    return NeuralNetwork.from_data(x, y, hidden=(hidden,), l2=l2, start_width=(0.5, 2.0))


def starts(space, n):
    return space.starts(jax.random.split(jax.random.key(0), n))


@pytest.fixture(scope="module")
def two_hundred():
    """A network of 200 parameters, its minima and some transition states, found with full Hessians."""
    space = SearchSpace(network(8, 18))
    assert space.full.dimension == 200
    minima = spectral_walk(space.problem, starts(space, 2), Newton(), batches=TWO_LANES)
    random = np.random.default_rng(1)
    off = minima.x + 4.5 / np.sqrt(space.dimension) * random.normal(size=minima.x.shape)
    uphill = EigenvectorFollowing(max_steps=100)
    states = spectral_walk(space.problem, off, uphill, batches=TWO_LANES)
    assert minima.converged.all() and states.converged.any()
    return space, minima, states


def full_hessian(problem, x):
    with jax.enable_x64(True):
        return np.asarray(jax.jit(evaluate_one)(problem, x).hessian)


@pytest.mark.parametrize("n_starts", [1, 2])
def test_a_krylov_space_that_is_full_knows_the_whole_hessian(n_starts):
    space = SearchSpace(network(2, 3))
    x = starts(space, 1)[0]
    hessian = full_hessian(space.problem, x)
    random = np.random.default_rng(0)
    with jax.enable_x64(True):
        krylov = KrylovSpace(space.problem, x, random.normal(size=(n_starts, len(x))), 10**6)
        krylov.grow(7)
        values, weights = krylov.ritz()
        vectors = krylov.vectors(weights)
        # Residuals are what the space leaves out, and products are exact.
        np.testing.assert_allclose(krylov.products(weights), vectors @ hessian, atol=1e-10)
        residuals = np.linalg.norm(vectors @ hessian - values[:, None] * vectors, axis=1)
        np.testing.assert_allclose(krylov.leak(weights), residuals, atol=1e-10)
        krylov.grow(10**6)
        assert krylov.is_full and krylov.size == len(x)
        np.testing.assert_allclose(krylov.ritz()[0], np.linalg.eigvalsh(hessian), atol=1e-10)
        v = random.normal(size=len(x))
        # All of any vector lies in the space.
        np.testing.assert_allclose(np.linalg.norm(krylov.components(v)), np.linalg.norm(v))


def test_zero_modes_and_what_is_excluded_stay_out_of_the_space():
    problem = LennardJones(5)
    space = SearchSpace(problem)
    x = starts(space, 1)[0]
    hessian = full_hessian(problem, x)
    values, vectors = np.linalg.eigh(hessian)
    with jax.enable_x64(True):
        start = np.random.default_rng(0).normal(size=(1, 15))
        krylov = KrylovSpace(problem, x, start, 100, excluded=vectors[:, :2])
        krylov.grow(100)
        assert krylov.size == 15 - 6 - 2
        np.testing.assert_allclose(krylov.ritz()[0], values[2:9], rtol=1e-8)


def test_the_lower_end_of_a_spectrum(two_hundred):
    space, minima, states = two_hundred
    for result, index in ((minima, 0), (states, 1)):
        for i in np.flatnonzero(result.converged):
            with jax.enable_x64(True):
                modes = lowest_modes(space.problem, result.x[i], index + 1)
            # Each Ritz value is off by no more than its residual.
            np.testing.assert_array_less(
                np.abs(modes.values - result.spectrum[i, : index + 1]), modes.residuals + 1e-12
            )
            assert modes.doubt <= 1e-3 and (modes.values < 0).sum() == index


@pytest.mark.slow
def test_the_log_product_lies_within_its_error(two_hundred):
    """Over 12 independent estimates each: errors are neither much too small nor much too large."""
    space, minima, states = two_hundred
    deviations = []
    for result, index in ((minima, 0), (states, 1)):
        i = int(np.flatnonzero(result.converged)[0])
        with jax.enable_x64(True):
            modes = lowest_modes(space.problem, result.x[i], index + 1)
            for seed in range(12):
                estimate = log_product(
                    space.problem,
                    result.x[i],
                    16,
                    modes.vectors[:, :index],
                    modes.values[-1],
                    seed=seed,
                )
                deviations.append((estimate.value - result.log_product[i]) / estimate.error)
    # The mean square of 24 normal numbers lies in this interval with probability 0.9999.
    assert 0.25 < np.mean(np.square(deviations)) < 2.4


@pytest.mark.parametrize("spectrum", [SpectrumPolicy(), FACTORED, ESTIMATED])
def test_the_same_points_with_a_hessian_and_without(two_hundred, spectrum):
    space, minima, states = two_hundred
    random = np.random.default_rng(2)
    for result, rule in (
        (minima, Newton(start_radius=0.1, max_radius=0.5)),
        (states, EigenvectorFollowing(max_steps=100)),
    ):
        known = np.flatnonzero(result.converged)
        off = result.x[known] + 1e-3 * random.normal(size=(len(known), space.dimension))
        end = krylov_walk(space.problem, off, rule, spectrum=spectrum)
        assert end.converged.all() and (end.rms_gradient < 1e-10).all()
        np.testing.assert_allclose(end.loss, result.loss[known], rtol=0, atol=1e-13)
        # A gradient of 1e-10 · √181 over a softest curvature of 1e-4.
        np.testing.assert_allclose(end.x, result.x[known], atol=2e-5)
        n = rule.index + 1
        np.testing.assert_allclose(end.spectrum[:, :n], result.spectrum[known, :n], rtol=0.05)
        errors = np.abs(end.log_product - result.log_product[known])
        # Four standard errors; the exact ones agree as far as the positions do.
        assert (errors <= 4 * end.log_product_error + 1e-4).all()
        assert (end.log_product_error > 0).all() == (spectrum is ESTIMATED)


def test_a_descent_in_krylov_spaces_ends_where_that_with_the_full_spectrum_does(two_hundred):
    space, _, states = two_hundred
    i = int(np.flatnonzero(states.converged)[0])
    sides = states.x[i] + 0.05 * np.array([[1.0], [-1.0]]) * states.mode[i]
    full = spectral_walk(space.problem, sides, SteepestDescent(max_steps=300), batches=TWO_LANES)
    free = krylov_walk(
        space.problem, sides, SteepestDescent(max_steps=300), spectrum=SpectrumPolicy()
    )
    assert full.converged.all() and free.converged.all()
    np.testing.assert_allclose(free.loss, full.loss, atol=1e-12)


@pytest.mark.parametrize("spectrum", [FACTORED, ESTIMATED])
def test_a_minimiser_that_meets_a_transition_state_goes_on(two_hundred, spectrum):
    space, _, states = two_hundred
    i = int(np.flatnonzero(states.converged)[0])
    end = krylov_walk(space.problem, states.x[[i]], Newton(), spectrum=spectrum)
    assert end.converged.all() and end.loss[0] < states.loss[i] - 1e-6


def test_what_a_factorisation_refuses_no_lanczos_run_can_let_pass(two_hundred, monkeypatch):
    """A run that sees only positive eigenvalues at a transition state does not make it a minimum."""
    space, _, states = two_hundred
    x = states.x[int(np.flatnonzero(states.converged)[0])]
    blind = LowestModes(np.array([1e-3]), np.eye(len(x))[:, :1], np.array([1e-9]), 0.5, 1.0)
    monkeypatch.setattr("thalweg.search.spectra.spectrum.lowest_modes", lambda *_: blind)
    with jax.enable_x64(True):
        assert FACTORED.spectrum_at(space.problem, x, 0).status(0) == Status.FLAT


def test_the_two_rules_of_a_space_that_may_not_grow_enclose_the_truth(two_hundred):
    """Eight products are too few: Gauss lies above zᵀ ln(H) z, Gauss-Radau below, and neither hides it."""
    space, minima, _ = two_hundred
    x = minima.x[0]
    values, vectors = np.linalg.eigh(full_hessian(space.problem, x))
    z = np.random.default_rng(3).normal(size=space.dimension)
    z /= np.linalg.norm(z)
    exact = space.dimension * np.sum((vectors.T @ z) ** 2 * np.log(values))
    with jax.enable_x64(True):
        krylov = KrylovSpace(space.problem, x, z[None], 8)
        krylov.grow(8)
    assert krylov.is_full and not krylov.holds_everything
    assert _radau(krylov, 0.9 * values[0]) < exact < _gauss(krylov)


def test_what_cannot_be_walked_is_said():
    def hole(x):
        return jnp.log(-x[0]) + x[1] ** 2

    problem = tw.problems.Function(hole, dimension=2)
    end = krylov_walk(problem, np.ones((1, 2)), Newton(), spectrum=SpectrumPolicy())
    assert end.status[0] == Status.NON_FINITE
    smooth = SearchSpace(network(2, 3))
    stopped = krylov_walk(
        smooth.problem,
        starts(smooth, 1),
        Newton(),
        spectrum=SpectrumPolicy(),
        should_stop=lambda: True,
    )
    assert stopped.status[0] == Status.STOPPED


@pytest.mark.slow
def test_a_landscape_of_many_parameters(tmp_path, monkeypatch):
    """The whole search without a Hessian, and spectra known by their lower end, to a file and back."""
    monkeypatch.setattr(batching, "FULL_HESSIAN_UP_TO", 20)
    monkeypatch.setattr(walking, "SPECTRUM_POLICY", ESTIMATED)
    problem = network(4, 5, l2=1e-2)
    landscape = tw.explore(problem, tmp_path / "large.db", minima=2, connect=False, workers=1)
    tw.connect(landscape, [tw.SingleEndedFromEach(1)], workers=1)
    assert landscape.n_minima >= 2 and landscape.n_transition_states > 0
    network_ = landscape.network()
    space = SearchSpace(problem)
    for point in (*landscape.minima(), *landscape.transition_states()):
        hessian = full_hessian(problem, point.coordinates)
        values = np.linalg.eigvalsh(hessian)
        assert point.n_modes == network_.n_modes == problem.dimension
        np.testing.assert_allclose(point.spectrum, values[: len(point.spectrum)], rtol=0.06)
        exact = np.log(values[values > 0]).sum()
        assert abs(point.lpphe - exact) <= 5 * point.lpphe_error + 1e-6
    assert space.dimension < problem.dimension


def test_partial_spectra_are_stored(tmp_path):
    problem = network(2, 3)
    d = problem.dimension
    point = Minimum(
        loss=1.0,
        coordinates=np.arange(float(d)),
        spectrum=np.array([0.5]),
        rms_gradient=1e-11,
        kappa=d,
        log_product=-3.0,
        lpphe_error=0.25,
    )
    landscape = tw.Landscape.create(problem, tmp_path / "p.db")
    landscape.record(Batch(law="test", minima=(point,)), landscape.start_run("test", {}, 0))
    back = landscape.minima()[0]
    assert (back.n_modes, back.lpphe, back.lpphe_error) == (d, -3.0, 0.25)
    np.testing.assert_array_equal(back.spectrum, [0.5])
    assert landscape.network().n_modes == d
