"""What is said to stay below a loss does, and as sharply as the stored pass allows."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.certificate import Unprovable, certify, pass_bound, pass_bounds
from thalweg.certificate.certify import Certifier
from thalweg.certificate.pass_path import _highest
from thalweg.certificate.path_enclosure import PathEnclosure
from thalweg.landscape.errors import LandscapeError
from thalweg.landscape.records import Batch, Pathway
from thalweg.problems import Function, NeuralNetwork


def wells(x):
    """Three wells along x[0]: at −1, 0 and 1, with passes of different heights between them."""
    return x[0] ** 2 * (x[0] ** 2 - 1) ** 2 + 0.05 * x[0] + x[1] ** 2


@pytest.fixture(scope="module")
def landscape(at_rest):
    problem = Function(wells, dimension=2, bounds=(-2.0, 2.0))
    minima = [at_rest(problem, [x, 0.1]) for x in (-1.0, 0.0, 1.0)]
    passes = [at_rest(problem, [x, 0.1]) for x in (-0.58, 0.58)]
    pathways = tuple(Pathway(one, (minima[i], minima[i + 1])) for i, one in enumerate(passes))
    landscape = tw.Landscape.create(problem)
    batch = Batch("newton", minima=tuple(minima), pathways=pathways)
    landscape.record(batch, landscape.start_run("test", {}, 0))
    return landscape


def test_the_bound_lies_on_the_pass_and_never_below_it(landscape):
    assert landscape.n_minima == 3
    bounds = pass_bounds(landscape)
    assert bounds.is_complete and len(bounds.passes) == 2
    for one in bounds.passes:
        # Rounding of a loss of order one; the point as stored is not quite the highest.
        assert -1e-15 <= one.excess < 1e-10
    network = landscape.network()
    lowest, second, third = (int(i) for i in np.argsort(network.losses))
    assert bounds.between(lowest, third) == max(
        bounds.between(lowest, second), bounds.between(second, third)
    )
    assert pass_bound(landscape, lowest, third) == bounds.between(lowest, third)
    with pytest.raises(LandscapeError, match="no proved passes"):
        bounds.between(lowest, lowest)


def test_only_the_passes_between_the_lowest_minima_are_asked_for(landscape):
    bounds = pass_bounds(landscape, lowest=2)
    assert len(bounds.passes) == 1
    order = np.argsort(landscape.network().losses)
    assert set(bounds.passes[0].minima) == {int(i) for i in order[:2]}
    one = pass_bounds(landscape, lowest=1)
    assert one.passes == () and one.is_complete


def test_minima_that_nothing_joins_are_named(landscape):
    with tw.Landscape.create(landscape.problem) as apart:
        apart.record(Batch("x", minima=tuple(landscape.minima())), apart.start_run("x", {}, 0))
        bounds = pass_bounds(apart, lowest=2)
        _, second, _ = (int(i) for i in np.argsort(apart.network().losses))
    assert bounds.passes == () and not bounds.is_complete
    assert bounds.unjoined == (second,) and bounds.as_dict()["not_joined"] == [second]


@pytest.fixture(scope="module")
def network():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(30, 2))
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    return NeuralNetwork.from_data(x, y, hidden=(2,), l2=1e-2)


def test_a_piece_of_a_path_lies_below_its_bound(network):
    enclosure = PathEnclosure(network.without_switches().loss, network.dimension)
    rng = np.random.default_rng(1)
    shares = jnp.linspace(0, 1, 101)[:, None]
    with jax.enable_x64(True):
        losses = jax.jit(jax.vmap(network.loss))
        for size in (1e-3, 1e-1, 0.5):
            x = rng.normal(size=network.dimension)
            y = x + size * rng.normal(size=network.dimension)
            highest = float(losses((1 - shares) * x + shares * y).max())
            bound = enclosure.between(x, y)
            assert highest - 1e-14 <= bound
            # Sharper than the enclosure of the loss over the whole piece, which grows as its length.
            if size < 0.1:
                assert bound < highest + 1e-6
        assert (
            enclosure.near(x, 1e-6)
            >= enclosure.at(x)
            >= float(network.loss(jnp.asarray(x))) - 1e-15
        )


def test_the_loss_without_switches_is_the_same_function(network):
    rng = np.random.default_rng(2)
    with jax.enable_x64(True):
        for problem in (network, network.reduction().problem):
            x = jnp.asarray(rng.normal(size=problem.dimension))
            one = problem.value_gradient_hessian(x)
            other = problem.without_switches().value_gradient_hessian(x)
            for a, b in zip(one, other, strict=True):
                np.testing.assert_allclose(a, b, atol=1e-13)


def test_a_kink_on_the_way_counts_as_far_as_the_loss_itself_reaches():
    kinked = PathEnclosure(lambda x: jnp.sum(jnp.abs(x)), 2)
    bound = kinked.between(np.array([-1.0, 0.5]), np.array([1.0, 0.5]))
    # The factors that cover the roundings of errors come to some 1e-12.
    assert 1.5 <= bound < 1.5 + 1e-11


def test_kmeans_has_no_paths_of_steepest_descent():
    points = np.random.default_rng(0).normal(size=(6, 2))
    landscape = tw.Landscape.create(tw.problems.KMeans(points, 2))
    with pytest.raises(Unprovable, match="kinks"):
        pass_bounds(landscape)


def test_a_pass_whose_time_is_over_counts_as_not_proved(landscape):
    bounds = pass_bounds(landscape, lowest=2, most_seconds=0.0, again=True)
    assert not bounds.is_complete and bounds.passes == ()
    assert "the time for one pass is over after 0%" in bounds.failures[0][1]


def test_proofs_of_minima_are_those_that_are_given_or_the_landscape_holds(landscape, monkeypatch):
    given = certify(landscape, record=False)
    kept = certify(landscape)

    def refuse(self, *_):
        raise AssertionError("proved again")

    monkeypatch.setattr(Certifier, "certify", refuse)
    assert kept.is_complete and pass_bounds(landscape, lowest=2, again=True).is_complete
    monkeypatch.setattr(type(landscape), "certificates", refuse)
    assert pass_bounds(landscape, lowest=2, again=True, proofs=given).is_complete


def test_a_path_that_is_not_finite_has_no_bound(network):
    enclosure = PathEnclosure(network.without_switches().loss, network.dimension)
    path = np.zeros((3, network.dimension))
    path[1:, 0] = 1.0, np.nan
    assert _highest(enclosure, path, np.inf, np.inf).loss == np.inf


def test_points_that_a_path_repeats_are_no_pieces(network):
    enclosure = PathEnclosure(network.without_switches().loss, network.dimension)
    path = np.zeros((2, network.dimension))
    path[1, 0] = 0.1
    repeated = path[[0, 0, 1, 1]]
    assert _highest(enclosure, repeated, np.inf, np.inf) == _highest(
        enclosure, path, np.inf, np.inf
    )
    assert _highest(enclosure, path[[0, 0]], np.inf, np.inf).n_pieces == 0
