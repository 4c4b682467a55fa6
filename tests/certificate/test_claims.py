"""What a class states of its loss binds no class that has changed this loss."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.analysis import euler_characteristic
from thalweg.certificate import Certificate, Certifier, Refusal, Unprovable, pass_bounds
from thalweg.landscape.records import Batch, Minimum, Pathway, TransitionState
from thalweg.problems import DerivativeEnclosure, Function, KMeans, LennardJones, NeuralNetwork
from thalweg.problems.fixed_coordinate import FixedCoordinate
from thalweg.problems.losses import CrossEntropy
from thalweg.problems.symmetry import Symmetry


def at_rest(problem, start, kind=Minimum):
    """The point next to a start where the gradient that the problem states is zero, by Newton's steps."""
    evaluate = jax.jit(lambda x: problem.value_gradient_hessian(x))
    x = np.asarray(start, dtype=float)
    with jax.enable_x64(True):
        for _ in range(30):
            value, gradient, hessian = map(np.asarray, evaluate(jnp.asarray(x)))
            x = x - np.linalg.solve(hessian, gradient)
    rms = float(np.sqrt(np.mean(gradient**2)))
    return kind(float(value), x, np.linalg.eigvalsh(hessian), rms)


class SlantedWell(Function):
    """A class of its own that makes true claims, for others to derive from it."""

    @property
    def has_true_derivatives(self):
        return True

    def loss(self, x):
        return self.walls(x) + 0.1 * jnp.sum(x)

    def walls(self, x):
        return jnp.sum((x**2 - 1) ** 2)

    def value_and_gradient(self, x):
        return self.loss(x), 4 * x * (x**2 - 1) + 0.1

    def value_gradient_hessian(self, x):
        return *self.value_and_gradient(x), jnp.diag(12 * x**2 - 4)


class LiftedWell(SlantedWell):
    def loss(self, x):
        return super().loss(x) + jnp.sum(x**2)


class WithOtherWalls(SlantedWell):
    """The loss itself is inherited, and calls what is not."""

    def walls(self, x):
        return super().walls(x) + jnp.sum(x**2)


@pytest.mark.parametrize("well", [SlantedWell, LiftedWell, WithOtherWalls])
def test_derivatives_of_a_changed_loss_are_not_believed_with_a_coordinate_held_or_free(well):
    free, x = well(jnp.sum, dimension=1), np.roots([4.0, 0, -4, 0.1])[:1].real
    held = FixedCoordinate(well(jnp.sum, dimension=2), jnp.asarray(0.5), 0)
    assert held.has_true_derivatives is (well is SlantedWell)
    for problem in (free, held):
        result = Certifier(problem).certify(Minimum(0.0, x, np.ones(1), 1e-12), "minimum", 0)
        assert isinstance(result, Certificate if well is SlantedWell else Refusal)


class QuarticPenalty(NeuralNetwork):
    """Another penalty than the one of which the derivatives are known."""

    def _penalty(self, x):
        return jnp.asarray(self.l2) * jnp.sum(x**4)


@pytest.fixture(scope="module")
def data():
    x = np.random.default_rng(0).normal(size=(12, 2))
    return x, x[:, 0] > 0


@pytest.mark.filterwarnings("ignore")
def test_derivatives_of_a_network_with_a_part_changed_are_not_believed(data):
    problem = QuarticPenalty.from_data(*data, hidden=(1,), l2=0.1)
    # Near the one minimum of a strong penalty, which the derivatives as they are stated still lead to.
    z = at_rest(problem.reduction().problem, np.full(5, 0.1)).coordinates
    stored = Minimum(0.0, problem.reduction().expand(z[None])[0], np.ones(3), 1e-12)
    refusal = Certifier(problem).certify(stored, "minimum", 0)
    assert isinstance(refusal, Refusal) and "as computed" in refusal.reason


class DearerInMoreCoordinates(NeuralNetwork):
    """A loss that is not the same function in fewer coordinates, though it is flat along what is removed."""

    def loss(self, x):
        return super().loss(x) + x.shape[0] * (x[0] - 1) ** 2

    def value_and_gradient(self, x):
        return jax.value_and_grad(self.loss)(x)

    def value_gradient_hessian(self, x):
        return *self.value_and_gradient(x), jax.hessian(self.loss)(x)


@pytest.mark.filterwarnings("ignore")
def test_a_changed_loss_is_not_taken_for_the_same_in_fewer_coordinates(data):
    problem = DearerInMoreCoordinates.from_data(*data, hidden=(1,), l2=0.1)
    reduction = problem.reduction()
    reduced = at_rest(reduction.problem, np.array([0.3, 0.2, 0.1, 0.4, 0.2]))
    x = reduction.expand(reduced.coordinates[None])[0]
    assert isinstance(
        Certifier(problem).certify(Minimum(0.0, x, np.ones(3), 1e-12), "minimum", 0), Refusal
    )
    true = Certifier(problem).certify(at_rest(problem, x), "minimum", 0)
    assert isinstance(true, Certificate) and len(true.centre) == problem.dimension


class EnclosedWell(Function):
    """A double well with bounds of its derivatives near 1."""

    def loss(self, x):
        return jnp.sum((x**2 - 1) ** 2)

    def enclosure(self, x, radius):
        low, high = x - radius, x + radius
        slope = 4 * x[0] * (x[0] ** 2 - 1) + np.array([-1e-13, 1e-13])
        if radius.any():
            slope = np.array([-np.inf, np.inf])
        curvature = np.array([12 * low[0] ** 2 - 4 - 1e-13, 12 * high[0] ** 2 - 4 + 1e-13])
        return DerivativeEnclosure(np.array([0.0, 1e-12]), slope[:, None], curvature[:, None, None])


class TiltedWell(EnclosedWell):
    def loss(self, x):
        return super().loss(x) + 0.1 * jnp.sum(x)


def test_an_enclosure_of_another_loss_is_not_believed():
    at_one = Minimum(0.0, np.ones(1), np.array([8.0]), 1e-13)
    proof = Certifier(EnclosedWell(jnp.sum, dimension=1)).certify(at_one, "minimum", 0)
    assert isinstance(proof, Certificate) and "own" in proof.tier
    tilted = Certifier(TiltedWell(jnp.sum, dimension=1))
    assert isinstance(tilted.certify(at_one, "minimum", 0), Refusal)
    beside = at_rest(TiltedWell(jnp.sum, dimension=1), [0.98])
    proof = tilted.certify(beside, "minimum", 0)
    assert isinstance(proof, Certificate) and proof.tier == "float64"


class TiltedClusters(KMeans):
    def loss(self, x):
        return super().loss(x) + jnp.sum(jnp.sin(x))


class LongerClusters(KMeans):
    def _squares(self, x, points):
        return super()._squares(x, points) ** 2


@pytest.mark.parametrize("changed", [TiltedClusters, LongerClusters])
def test_what_is_proved_of_clusters_is_not_proved_of_a_subclass_with_another_loss(changed):
    with pytest.raises(Unprovable, match=changed.__name__):
        Certifier(changed(np.array([[-1.0], [1.0]]), 2))


class CentredAtoms(LennardJones):
    """Atoms on a hill: the motion of all of them changes the loss, and it inherits that it does not."""

    def loss(self, x):
        centre = x.reshape(-1, 3).mean(axis=0)
        return super().loss(x) - centre @ centre

    def value_and_gradient(self, x):
        return jax.value_and_grad(self.loss)(x)

    def value_gradient_hessian(self, x):
        return *self.value_and_gradient(x), jax.hessian(self.loss)(x)


class CentredAtomsThatInsist(CentredAtoms):
    def generators(self, x):
        return super().generators(x)


def test_motions_that_change_the_loss_are_not_believed():
    height = np.sqrt(3) / 2
    triangle = 2 ** (1 / 6) * np.array([0, 0, 0, 1, 0, 0, 0.5, height, 0])
    atoms = (triangle.reshape(3, 3) - triangle.reshape(3, 3).mean(axis=0)).ravel()
    point = Minimum(-3.0, atoms, np.ones(3), 1e-10)
    assert isinstance(Certifier(LennardJones(3)).certify(point, "minimum", 0), Certificate)
    with pytest.raises(Unprovable, match="CentredAtoms"):
        Certifier(CentredAtoms(3))
    refusal = Certifier(CentredAtomsThatInsist(3)).certify(point, "minimum", 0)
    assert isinstance(refusal, Refusal) and "generators" in refusal.reason


class Mirror(Symmetry):
    """The change of the sign of a vector."""

    order = 2

    def images(self, x):
        yield from (np.asarray(x), -np.asarray(x))

    def canonical(self, x):
        return max(self.images(x), key=list)

    def align(self, x, to):
        return min(self.images(x), key=lambda image: float(np.linalg.norm(image - to)))


class ThreeWells(Function):
    """Wells at −2, 0 and 2, with walls of the same height between them."""

    @property
    def symmetry(self):
        return Mirror()

    @property
    def growth_doubt(self):
        return None

    def loss(self, x):
        return jnp.sum(x**2 * (x**2 - 4) ** 2) / 4


class WithAHigherWall(ThreeWells):
    """Between −2 and 0."""

    def loss(self, x):
        return super().loss(x) + 5 * jnp.exp(-20 * jnp.sum((x + 1) ** 2))


def three_wells(wells):
    """What a search that believes the symmetry notes of wells: one way into each of two of them."""
    problem = wells(jnp.sum, dimension=1)
    minima = [at_rest(problem, [0.0]), at_rest(problem, [-2.0])]
    state = at_rest(problem, [1.15], TransitionState)
    landscape = tw.Landscape.create(problem)
    batch = Batch("x", minima=tuple(minima), pathways=(Pathway(state, tuple(minima)),))
    landscape.record(batch, landscape.start_run("x", {}, 0))
    return landscape, state


def test_a_path_to_an_image_of_a_minimum_does_not_join_it_by_a_symmetry_of_another_loss():
    landscape, state = three_wells(ThreeWells)
    (bound,) = pass_bounds(landscape, record=False).passes
    assert bound.bound < state.loss + 1e-9
    landscape, _ = three_wells(WithAHigherWall)
    # The wall is 5 higher than the other one, of 9/4; a path that is not at rest takes ever shorter pieces.
    bounds = pass_bounds(landscape, record=False, most_seconds=0.1)
    assert all(one.bound > 7 for one in bounds.passes)


def test_nothing_follows_from_numbers_of_images_under_a_symmetry_of_another_loss():
    landscape, _ = three_wells(ThreeWells)
    assert euler_characteristic(landscape).refusal is None
    landscape, _ = three_wells(WithAHigherWall)
    assert "WithAHigherWall" in euler_characteristic(landscape).refusal
    assert "symmetry" in euler_characteristic(landscape, grows=True).refusal


class TwiceCrossEntropy(CrossEntropy):
    kind = "twice cross-entropy"

    def values(self, outputs, targets):
        return 2 * super().values(outputs, targets)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.filterwarnings("ignore")
def test_what_a_loss_states_of_its_terms_binds_no_loss_with_other_values(data, n_classes):
    """Of its derivatives, of what it is without a shift of all outputs, and without comparisons."""
    x, y = data[0], np.arange(12) % n_classes
    problem = NeuralNetwork.from_data(x, y, hidden=(1,), l2=0.1, loss=TwiceCrossEntropy())
    plain = NeuralNetwork.from_data(x, y, hidden=(1,), l2=0.1)
    reduction = problem.reduction()
    z = np.random.default_rng(1).normal(size=(1, reduction.problem.dimension))
    point = reduction.expand(z)[0]

    def of(problem, x):
        """Loss and gradient, without the penalty."""
        value, gradient = problem.value_and_gradient(jnp.asarray(x))
        return float(value) - 0.1 * float(x @ x), np.asarray(gradient) - 0.2 * np.asarray(x)

    with jax.enable_x64(True):
        value, gradient = of(plain, point)
        for other, at in (
            (problem, point),
            (reduction.problem, z[0]),
            (problem.without_switches(), point),
        ):
            # Sums of twelve terms of order one.
            assert of(other, at)[0] == pytest.approx(2 * value, rel=1e-13)
            slope = of(other, at)[1]
            expected = gradient if len(at) == len(point) else reduction.contract(gradient[None])[0]
            np.testing.assert_allclose(slope, 2 * expected, atol=1e-13)
