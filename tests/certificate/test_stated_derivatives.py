"""What is proved is stationary of the loss, whatever rules the loss states for its derivatives."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.certificate import Certificate, Certifier, Refusal, Unprovable
from thalweg.certificate.arbs import Arbs
from thalweg.certificate.problem_enclosure import ProblemPrograms
from thalweg.landscape.records import Minimum
from thalweg.problems import Function, NeuralNetwork
from thalweg.problems.losses import CrossEntropy
from thalweg.problems.losses.point_loss import PointLoss
from thalweg.problems.neural_networks.activations import Activation

MIDDLE = np.array([1.0, -0.5, 0.25])


@jax.custom_jvp
def square_of_other_slope(x):
    return x**2


# Of (x − 1)²: a search comes to rest at 1, and the loss at 0.
square_of_other_slope.defjvp(
    lambda primals, tangents: (primals[0] ** 2, 2 * (primals[0] - 1) * tangents[0])
)


@jax.custom_vjp
def square_of_other_adjoint(x):
    return x**2


square_of_other_adjoint.defvjp(lambda x: (x**2, x), lambda x, g: (2 * (x - 1) * g,))


@jax.custom_jvp
def square_of_other_bend(x):
    return x**2


# Right at 0, with another second derivative: of −x² + …, whose point is said to be a maximum.
square_of_other_bend.defjvp(
    lambda primals, tangents: (primals[0] ** 2, -2 * primals[0] * tangents[0])
)

WRONG = {
    "custom_jvp": (lambda x: jnp.sum(square_of_other_slope(x)), np.ones(3)),
    "custom_vjp": (lambda x: jnp.sum(square_of_other_adjoint(x)), np.ones(3)),
    "in a loop": (
        lambda x: jax.lax.scan(lambda c, a: (c + square_of_other_slope(a), 0.0), 0.0, x)[0],
        np.ones(3),
    ),
    "in a branch": (
        lambda x: jax.lax.cond(
            x[0] > -5, lambda y: jnp.sum(square_of_other_slope(y)), lambda y: jnp.sum(y), x
        ),
        np.ones(3),
    ),
    "stop_gradient": (lambda x: jnp.sum((x - jax.lax.stop_gradient(x) + 1) * x**2 - 2 * x), None),
}


def at_rest(problem: Function, x: np.ndarray, spectrum: np.ndarray) -> Minimum:
    with jax.enable_x64(True):
        value, gradient = problem.value_and_gradient(jnp.asarray(x))
    return Minimum(float(value), x, spectrum, float(np.sqrt(np.mean(np.asarray(gradient) ** 2))))


@pytest.mark.parametrize("rule", WRONG)
def test_a_point_at_rest_by_a_wrong_rule_is_refused_and_the_rule_blamed(rule):
    loss, x = WRONG[rule]
    problem = Function(loss, dimension=3)
    # Σ x² − 2x with a stopped factor of one: its gradient by JAX is x² + 2x − 2, the true one 2x − 2.
    x = np.full(3, np.sqrt(3.0) - 1) if x is None else x
    point = at_rest(problem, x, np.full(3, 2.0))
    assert point.rms_gradient < 1e-15
    refusal = Certifier(problem).certify(point, "minimum", 0)
    assert isinstance(refusal, Refusal)
    assert "not stationary of the loss as computed" in refusal.reason


def test_the_index_is_that_of_the_loss():
    problem = Function(lambda x: jnp.sum(square_of_other_bend(x)), dimension=2)
    proof = Certifier(problem).certify(at_rest(problem, np.zeros(2), np.full(2, 2.0)), "minimum", 0)
    assert isinstance(proof, Certificate) and proof.index == 0


A = np.random.default_rng(0).normal(size=(5, 3))
PARTS = {
    "relu": lambda x: jax.nn.relu(A @ x + 3),
    "softplus": lambda x: jax.nn.softplus(A @ x),
    "logsumexp": lambda x: jax.nn.logsumexp(A * x + A, axis=1),
    "log_softmax": lambda x: -jax.nn.log_softmax(A * x + A, axis=1)[:, 0],
    "softmax": lambda x: jax.nn.softmax(A * x + A, axis=1)[:, 0],
    "gelu": lambda x: jax.nn.gelu(A @ x, approximate=False),
    "maximum, minimum and clip": lambda x: (
        jnp.maximum(A @ x, -9.0) + jnp.minimum(x[0], 9.0) + jnp.clip(A @ x, -9, 9)
    ),
    "largest and smallest": lambda x: jnp.max(A * x + A, axis=1) + jnp.min(A * x + A),
    "cholesky": lambda x: jnp.diagonal(
        jnp.linalg.cholesky(jnp.eye(3) * (2 + x[0] ** 2) + jnp.outer(x, x))
    ),
}


def check_parts(names):
    """Near the middle of a bowl that outweighs the parts a minimum is proved."""

    def loss(x):
        return 50 * jnp.sum((x - MIDDLE) ** 2) + sum(jnp.sum(PARTS[name](x)) for name in names)

    problem, x = Function(loss, dimension=3), MIDDLE
    evaluate = jax.jit(lambda x: problem.value_gradient_hessian(x))
    with jax.enable_x64(True):
        for _ in range(6):
            _, gradient, hessian = map(np.asarray, evaluate(jnp.asarray(x)))
            x = x - np.linalg.solve(hessian, gradient)
    point = at_rest(problem, x, np.linalg.eigvalsh(hessian))
    assert isinstance(Certifier(problem).certify(point, "minimum", 0), Certificate)


@pytest.mark.filterwarnings("ignore:.*kinks")
def test_what_jax_itself_derives_by_rules_is_proved():
    check_parts(PARTS)


@pytest.mark.slow
@pytest.mark.parametrize("name", PARTS)
@pytest.mark.filterwarnings("ignore:.*kinks")
def test_what_jax_itself_derives_by_one_rule_is_proved(name):
    check_parts([name])


def test_the_slope_of_erf_is_not_that_of_a_rounded_constant():
    """2/√π is no float64 number: in many bits the gradient shows it."""
    programs = ProblemPrograms(Function(lambda x: jax.scipy.special.erf(x[0]), dimension=1))
    arbs = Arbs(200)
    with arbs.precision():
        slope = programs._gradient.enclose(arbs, arbs.exact(np.zeros(1)))[1][0]
        pi = arbs._flint.arb.pi()
        assert slope.overlaps(2 / pi.sqrt()) and float(slope.rad()) < 1e-50
        assert not slope.overlaps(arbs._flint.arb(2 / np.sqrt(np.pi)))


def test_one_half_of_a_matrix_is_enough_for_its_factor():
    """JAX's own rule takes a matrix for symmetric of which its factor reads one half."""

    def loss(x):
        matrix = jnp.array([[2.0, 7.0], [0.0, 3.0]]) + x[0] * jnp.array([[0.0, 5.0], [1.0, 0.0]])
        factor = jax.lax.linalg.cholesky(matrix, symmetrize_input=False)
        return jnp.sum(factor**2) + factor[1, 0] + x[0] ** 2

    problem = Function(loss, dimension=1)
    arbs = Arbs(96)
    with arbs.precision():
        slope = ProblemPrograms(problem)._gradient.enclose(arbs, arbs.exact(np.full(1, 0.3)))[1][0]
    # The factor is [[√2, 0], [x/√2, …]], and the sum of its squares the trace, 5.
    assert float(slope.mid()) == pytest.approx(1 / np.sqrt(2) + 0.6, abs=1e-14)


class OtherCrossEntropy(CrossEntropy):
    kind = "other_cross_entropy"

    def terms(self, outputs, targets):
        terms = super().terms(outputs, targets)
        return terms._replace(residuals=0.5 * terms.residuals)

    def shift_free_terms(self, outputs, targets):
        terms = super().shift_free_terms(outputs, targets)
        return terms._replace(residuals=0.5 * terms.residuals)


WRONG_PARTS = {
    "activation": {
        "activation": Activation(
            "wrong",
            jnp.tanh,
            slope=lambda a, h: 0.5 * (1 - h * h),
            bend=lambda a, h, s: -2 * h * s,
            numpy_value=np.tanh,
            numpy_slope=lambda a, h: 1 - h * h,
            has_true_derivatives=True,
        )
    },
    "loss": {"loss": OtherCrossEntropy()},
}


@pytest.mark.parametrize("part", WRONG_PARTS)
@pytest.mark.filterwarnings("ignore")
def test_derivatives_by_hand_of_parts_of_the_users_own_are_not_believed(part):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(12, 2))
    problem = NeuralNetwork.from_data(x, x[:, 0] > 0, hidden=(1,), l2=0.1, **WRONG_PARTS[part])
    reduced = problem.reduction().problem
    z = rng.normal(size=reduced.dimension)
    stated = jax.jit(lambda z: reduced.value_and_gradient(z))
    with jax.enable_x64(True):
        for _ in range(400):
            value, gradient = map(np.asarray, stated(jnp.asarray(z)))
            z = z - gradient
    point = Minimum(float(value), problem.reduction().expand(z[None])[0], np.ones(3), 1e-12)
    assert np.abs(gradient).max() < 1e-10
    refusal = Certifier(problem).certify(point, "minimum", 0)
    assert isinstance(refusal, Refusal) and "as computed" in refusal.reason


class OfEachOutput(PointLoss):
    """Not of their differences alone, and it does not say so."""

    kind = "of each output"

    def values(self, outputs, targets):
        is_correct = targets[None] == jnp.arange(outputs.shape[0])[:, None]
        return jnp.sum(jnp.where(is_correct, -3.0, 1.0) * outputs + jnp.exp(outputs), axis=0)


class OnAHill(PointLoss):
    """The sum of all outputs, zero where none is shifted, leads down on both sides."""

    kind = "on a hill"

    def values(self, outputs, targets):
        is_correct = targets[None] == jnp.arange(outputs.shape[0])[:, None]
        differences = outputs - outputs.mean(axis=0)
        errors = jnp.sum((differences - is_correct) ** 2, axis=0)
        return errors - jnp.sum(outputs, axis=0) ** 2


@pytest.mark.parametrize("loss", [OfEachOutput(), OnAHill()], ids=lambda loss: loss.kind)
@pytest.mark.filterwarnings("ignore")
def test_a_loss_that_changes_with_a_shift_of_all_outputs_is_refused(loss):
    x = np.random.default_rng(0).normal(size=(12, 2))
    problem = NeuralNetwork.from_data(x, x[:, 0] > 0, hidden=(1,), l2=0.1, loss=loss)
    with pytest.raises(Unprovable, match="differences of outputs"):
        Certifier(problem)
