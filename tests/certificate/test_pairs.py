"""Losses over pairs are proved by their double sum, not by the expansion that a search takes."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.certificate import Certificate, Certifier, Refusal, certify
from thalweg.landscape.records import Minimum
from thalweg.problems import FixedCoordinate, NeuralNetwork
from thalweg.problems.losses import ApproximateAUC, PairKernel
from thalweg.problems.losses.traced_kernel import kernel_derivatives


def network(loss, classes: int = 2) -> NeuralNetwork:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(24, 2))
    y = (x[:, 0] * x[:, 1] > 0).astype(int) + (classes - 2) * (x[:, 0] > 0.5)
    return NeuralNetwork.from_data(x, y, hidden=(2,), loss=loss, l2=1e-2)


LOSSES = {
    "sigmoid": ApproximateAUC(beta=5.0),
    "tanh": ApproximateAUC("tanh", beta=3.0),
    "hinge": ApproximateAUC("hinge", margin=0.5, smoothing=0.2),
    "quadratic": ApproximateAUC("quadratic"),
    "exponential": ApproximateAUC("exponential", beta=2.0),
}


ONCE = ("sigmoid", "hinge")
"""One for which the pairs are expanded, and one that is smoothed; the others are slow."""


@pytest.mark.parametrize(
    "name",
    [name if name in ONCE else pytest.param(name, marks=pytest.mark.slow) for name in LOSSES],
)
def test_the_double_sum_is_the_mean_over_all_pairs(name):
    problem = network(LOSSES[name]).reduction().problem
    defined = problem.as_defined()
    with jax.enable_x64(True):
        x = jnp.asarray(np.random.default_rng(0).normal(size=problem.dimension))
        loss = float(defined.loss(x))
        scores = np.asarray(problem.predict(x, jnp.asarray(problem.inputs[:-1].T)))[:, 1]
    labels = np.asarray(problem.targets)
    z = scores[labels == 1][:, None] - scores[labels == 0][None]
    by_hand = LOSSES[name].kernel.value(z).mean() + problem.penalty(np.asarray(x))
    assert loss == pytest.approx(by_hand, abs=1e-13)


@pytest.mark.parametrize("classes", [2, 3])
def test_derivatives_of_the_double_sum_are_those_of_its_loss(classes):
    defined = network(LOSSES["sigmoid"], classes).reduction().problem.as_defined()
    evaluate = jax.jit(lambda x: defined.value_gradient_hessian(x))
    rng = np.random.default_rng(0)
    x, v = rng.normal(size=(2, defined.dimension))
    step = 1e-5
    with jax.enable_x64(True):
        _, gradient, hessian = map(np.asarray, evaluate(jnp.asarray(x)))
        ahead, behind = (evaluate(jnp.asarray(x + sign * step * v)) for sign in (1, -1))
        assert float(evaluate(jnp.asarray(x))[0]) == pytest.approx(
            float(defined.loss(jnp.asarray(x))), abs=1e-14
        )
    # Central differences: rounding over the step, and its square times a third derivative.
    assert gradient @ v == pytest.approx(float(ahead[0] - behind[0]) / (2 * step), abs=1e-8)
    differences = np.asarray(ahead[1] - behind[1]) / (2 * step)
    np.testing.assert_allclose(hessian @ v, differences, atol=1e-7)


def test_a_minimum_of_the_searched_loss_is_proved_for_the_double_sum():
    problem = network(LOSSES["sigmoid"])
    reduction = problem.reduction()
    evaluate = jax.jit(lambda z: reduction.problem.value_gradient_hessian(z))
    z = np.random.default_rng(0).normal(size=reduction.problem.dimension)
    with jax.enable_x64(True):
        for _ in range(100):
            _, gradient, hessian = map(np.asarray, evaluate(jnp.asarray(z)))
            spectrum, modes = np.linalg.eigh(hessian)
            step = modes @ ((modes.T @ gradient) / np.maximum(np.abs(spectrum), 1e-3))
            z = z - step * min(1.0, 0.5 / np.linalg.norm(step))
    x = reduction.expand(z[None])[0]
    point = Minimum(0.0, x, np.maximum(spectrum, 0), float(np.sqrt(np.mean(gradient**2))))
    certifier = Certifier(problem)
    proof = certifier.certify(point, "minimum", 0)
    assert isinstance(proof, Certificate)
    # The expansion moves the minimum by its error over the softest curvature, 2 l2.
    assert proof.distance < 1e-5
    moved = dataclasses.replace(point, coordinates=x + 1e-4)
    assert isinstance(certifier.certify(moved, "minimum", 0), Refusal)


def test_with_a_coordinate_held_it_is_the_double_sum_too():
    problem = network(LOSSES["sigmoid"])
    held = FixedCoordinate(problem, np.asarray(0.3), 1)
    defined = held.as_defined()
    assert defined.problem.loss_function == problem.as_defined().loss_function
    assert defined.problem.loss_function != problem.loss_function and defined.index == 1
    plain = FixedCoordinate(network("cross_entropy"), np.asarray(0.3), 1)
    assert plain.as_defined() is plain


@pytest.mark.slow
@pytest.mark.parametrize("name", LOSSES)
def test_every_point_of_an_approximate_auc_is_proved(name):
    landscape = tw.explore(network(LOSSES[name]), minima=3, workers=1, seed=0)
    result = certify(landscape)
    assert result.is_complete and landscape.n_minima
    assert max(one.distance for one in result.certificates) < 1e-5


def test_a_kernel_of_the_users_own_is_traced_and_what_jax_lacks_is_named():
    own = PairKernel(lambda z: np.where(z > 2, z, np.exp(-z)))
    z = jnp.array([-1.0, 0.5, 3.0])
    s = kernel_derivatives(own, z)
    # In single precision.
    np.testing.assert_allclose(s.value, own.value(np.asarray(z)), rtol=1e-6)
    np.testing.assert_allclose(s.bend, [np.e, np.exp(-0.5), 0], rtol=1e-6)
    with pytest.raises(NotImplementedError, match="busday_count"):
        kernel_derivatives(PairKernel(lambda z: np.busday_count(z, z)), z)
