"""What is proved holds, and what does not hold is never proved."""

import dataclasses

import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.certificate import Certificate, Certifier, Refusal, Unprovable, certify
from thalweg.landscape.records import Batch, Minimum, TransitionState
from thalweg.problems import DerivativeEnclosure, Function, GaussianProcess, schwefel


@pytest.fixture(scope="module")
def certifier(network):
    return Certifier(network.problem)


@pytest.fixture(scope="module")
def proved(network):
    return certify(network)


def test_every_point_of_a_network_is_proved_and_all_are_different(network, proved):
    assert proved.is_complete
    assert proved.n_proved("minimum") == network.n_minima > 1
    assert proved.n_proved("transition state") == network.n_transition_states > 0
    for one in proved.certificates:
        kind = network.minima() if one.kind == "minimum" else network.transition_states()
        point = kind[one.id]
        # The loss as computed lies within its rounding of the enclosure: 60 terms of order one.
        assert one.loss[0] - 1e-13 <= point.loss <= one.loss[1] + 1e-13
        assert one.loss[1] - one.loss[0] < 1e-12
        assert one.index == (one.kind == "transition state")
        assert one.distance < 1e-6


def test_a_function_of_the_user_is_proved_through_its_program(at_rest):
    points = [at_rest(schwefel(), start) for start in ([421.0, 421.0], [-302.0, 421.0])]
    with tw.Landscape.create(schwefel()) as landscape:
        batch = Batch("newton", minima=tuple(points))
        landscape.record(batch, landscape.start_run("test", {}, 0))
        result = certify(landscape)
    assert result.is_complete and len(result.certificates) == 2


def test_a_gaussian_process_is_proved_in_balls_of_more_bits(at_rest):
    rng = np.random.default_rng(0)
    x = rng.uniform(-2, 2, size=(12, 1))
    y = np.sin(2 * x[:, 0]) + 0.1 * rng.normal(size=12)
    problem = GaussianProcess.from_data(x, y, kernel=tw.kernels.RBF())
    point = at_rest(problem, np.log([1.0, 1.0, 0.01]), downhill=True)
    result = Certifier(problem).certify(point, "minimum", 0)
    assert isinstance(result, Certificate) and "bits" in result.tier and result.index == 0


def shifted(point: Minimum, shift: np.ndarray) -> Minimum:
    return dataclasses.replace(point, coordinates=point.coordinates + shift)


def check_shifts(network, certifier, n: int) -> int:
    """Certify points moved by 1e-12 to 1e-2, and see that none says what is not so; how many are proved."""
    rng = np.random.default_rng(0)
    points = [*network.minima(), *network.transition_states()]
    true = [certifier.certify(point, "", 0) for point in points]
    n_proved = 0
    for _ in range(n):
        i = int(rng.integers(len(points)))
        direction = rng.normal(size=len(points[i].coordinates))
        shift = direction / np.linalg.norm(direction) * 10.0 ** rng.uniform(-12, -2)
        result = certifier.certify(shifted(points[i], shift), "", 0)
        if isinstance(result, Certificate):
            n_proved += 1
            # The stationary point is known to within a distance; the claim has to reach it.
            assert np.linalg.norm(shift) - true[i].distance <= result.distance
            assert np.linalg.norm(shift) < 1e-6
    return n_proved


@pytest.mark.slow
def test_points_beside_a_stationary_one_are_refused_or_the_distance_covers_them(network, certifier):
    assert 0 < check_shifts(network, certifier, 60) < 60


@pytest.mark.slow
def test_a_thousand_points_beside_stationary_ones(network, certifier):
    assert 0 < check_shifts(network, certifier, 1000) < 1000


def test_the_wrong_index_is_refused(network, certifier):
    saddle = network.transition_states()[0]
    posing = Minimum(**{f.name: getattr(saddle, f.name) for f in dataclasses.fields(Minimum)})
    result = certifier.certify(posing, "minimum", 3)
    assert isinstance(result, Refusal) and result.id == 3
    assert "1 negative eigenvalues, not 0" in result.reason
    minimum = network.minima()[0]
    posing = TransitionState(
        **{f.name: getattr(minimum, f.name) for f in dataclasses.fields(Minimum)}
    )
    assert "0 negative eigenvalues, not 1" in certifier.certify(posing, "", 0).reason


def test_images_of_one_point_are_not_proved_to_be_different(network, certifier):
    minimum = network.minima()[0]
    original = certifier.certify(minimum, "minimum", 0)
    images = list(network.problem.symmetry.images(minimum.coordinates))
    assert len(images) == 8
    for image in images[1::3]:
        copy = certifier.certify(dataclasses.replace(minimum, coordinates=image), "minimum", 1)
        assert isinstance(copy, Certificate)
        assert not original.is_apart_from(copy)
    other = certifier.certify(network.minima()[1], "minimum", 1)
    assert original.is_apart_from(other)


def test_a_flat_valley_is_refused():
    valley = Certifier(Function(lambda x: x[0] ** 2 + 0.0 * x[1], dimension=2))
    point = Minimum(0.0, np.zeros(2), np.array([0.0, 2.0]), 0.0)
    assert "zero" in valley.certify(point, "minimum", 0).reason
    quartic = Certifier(Function(lambda x: x[0] ** 2 + (x[1] - 1) ** 4, dimension=2))
    point = Minimum(0.0, np.array([0.0, 1 + 1e-4]), np.array([1e-7, 2.0]), 1e-12)
    assert isinstance(quartic.certify(point, "minimum", 0), Refusal)


@pytest.mark.filterwarnings("ignore:sort has kinks")
def test_what_has_no_enclosure_is_refused_by_name():
    ordered = Certifier(
        Function(lambda x: jnp.sum(jnp.arange(1, 3) * jnp.sort(x) ** 2), dimension=2)
    )
    point = Minimum(0.0, np.zeros(2), np.ones(2), 0.0)
    with pytest.raises(Unprovable, match="sort"):
        ordered.certify(point, "minimum", 0)


def test_directions_that_a_test_of_the_loss_has_shown_are_no_ground_for_a_proof():
    class Shifted(Function):
        def zero_modes(self, x):
            return jnp.array([[1.0], [-1.0]]) / jnp.sqrt(2)

    with pytest.raises(Unprovable, match="nobody has stated"):
        Certifier(Shifted(lambda x: (x[0] + x[1] - 1) ** 2, dimension=2))


@pytest.mark.filterwarnings("ignore:abs has")
def test_a_kink_in_the_box_is_no_stationary_point():
    kinked = Certifier(Function(lambda x: jnp.sum(jnp.abs(x) + x**2), dimension=2))
    at_kink = Minimum(0.0, np.zeros(2), np.full(2, 2.0), 0.0)
    assert isinstance(kinked.certify(at_kink, "minimum", 0), Refusal)
    # A corner beside which the gradient is small: without its jump the Hessian of either side would do.
    corner = Certifier(
        Function(lambda x: jnp.sum(0.5 * x**2) + 1e-11 * jnp.abs(x[0] - 1e-11), dimension=2)
    )
    assert isinstance(corner.certify(at_kink, "minimum", 0), Refusal)
    away = Certifier(Function(lambda x: jnp.sum((x - 1) ** 2 + jnp.abs(x)), dimension=2))
    beside = Minimum(0.0, np.full(2, 0.5), np.full(2, 2.0), 0.0)
    assert isinstance(away.certify(beside, "minimum", 0), Certificate)


class EnclosedWell(Function):
    """A double well with bounds of its derivatives near 1."""

    def enclosure(self, x, radius):
        low, high = x - radius, x + radius
        assert (low[0] > 0.5) and (high[0] < 2)
        slope = 4 * x[0] * (x[0] ** 2 - 1) + np.array([-1e-13, 1e-13])
        if radius.any():
            slope = np.array([-np.inf, np.inf])
        curvature = np.array([12 * low[0] ** 2 - 4 - 1e-13, 12 * high[0] ** 2 - 4 + 1e-13])
        return DerivativeEnclosure(np.array([0.0, 1e-12]), slope[:, None], curvature[:, None, None])


def test_an_enclosure_of_the_problems_own_is_preferred_to_its_program():
    def loss(x):
        # There is no enclosure of a sort.
        return jnp.sum(jnp.sort(x**2 - 1) ** 2)

    point = Minimum(0.0, np.array([1 + 1e-13]), np.array([8.0]), 1e-13)
    with pytest.raises(Unprovable, match="sort"):
        Certifier(Function(loss, dimension=1)).certify(point, "minimum", 0)
    proof = Certifier(EnclosedWell(loss, dimension=1)).certify(point, "minimum", 0)
    assert isinstance(proof, Certificate)
    assert proof.tier == "the problem's own enclosure" and proof.index == 0
    assert 1e-13 <= proof.distance < 1e-12


def test_an_enclosure_without_bounds_proves_nothing():
    class Unknown(Function):
        def enclosure(self, x, radius):
            everything = np.array([-np.inf, np.inf])
            return DerivativeEnclosure(everything, everything[:, None], everything[:, None, None])

    point = Minimum(0.0, np.ones(1), np.array([8.0]), 0.0)
    refusal = Certifier(Unknown(lambda x: jnp.sum(x**2), dimension=1)).certify(point, "minimum", 0)
    assert isinstance(refusal, Refusal) and "finite" in refusal.reason
