"""Networks against plain means, losses and activations of a stranger, bad input.

Derivatives, symmetry, reduction and record: `tests/testing/test_check_problem.py`.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.problems import NeuralNetwork, losses
from thalweg.problems.neural_networks.activations import Activation
from thalweg.testing import check_problem

# Sums over some hundred points in another order: a few hundred roundings of numbers of order one.
ROUNDING = 1e-12


def network(hidden, n_classes, activation="tanh", n=90, **options):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(n, 2)), np.arange(n) % n_classes
    return NeuralNetwork.from_data(x, y, hidden=hidden, l2=1e-3, activation=activation, **options)


def some_points(problem):
    return np.random.default_rng(1).normal(size=(2, problem.dimension))


@pytest.mark.parametrize(
    "loss", [losses.MeanSquaredError(), losses.MeanAbsoluteError(smoothing=0.1)]
)
@pytest.mark.parametrize("outputs", [1, 2])
def test_a_regression_has_the_mean_of_its_loss(loss, outputs):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(50, 2)), rng.normal(size=(50, outputs))
    problem = NeuralNetwork.from_data(x, y, hidden=(3, 2), loss=loss, l2=1e-3)
    assert problem.reduction().problem is problem
    with jax.enable_x64(True):
        point = jnp.asarray(rng.normal(size=problem.dimension))
        predicted = problem.predict(point, jnp.asarray(x))
        mean = loss(predicted, jnp.asarray(y)) + 1e-3 * jnp.sum(point**2)
        np.testing.assert_allclose(problem.loss(point), mean, atol=ROUNDING)


def test_balanced_classes_share_the_loss():
    x, y = np.zeros((4, 1)), np.array([0, 0, 0, 1])
    problem = NeuralNetwork.from_data(x, y, hidden=(1,), class_weights="balanced")
    np.testing.assert_allclose(problem.weights, [2 / 3, 2 / 3, 2 / 3, 2])


@pytest.mark.parametrize("loss", [losses.CrossEntropy(), losses.ApproximateAUC()])
def test_data_in_pieces_give_the_same_sums(monkeypatch, loss):
    problem = network((3,), 2, n=1000, loss=loss)
    with jax.enable_x64(True):
        x = jnp.asarray(np.random.default_rng(3).normal(size=problem.dimension))
        whole = jax.jit(lambda p, x: p.value_gradient_hessian(x))(problem, x)
        monkeypatch.setattr("thalweg.problems.neural_networks.pieces._CACHE_BYTES", 1 << 15)
        # Traced anew, in pieces.
        pieces = jax.jit(lambda p, x: p.value_gradient_hessian(x))(problem, x)
        for a, b in zip(whole, pieces, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-11)


class Focal(losses.PointLoss):
    """A loss of a stranger: cross-entropy that heeds easy points less (Lin et al., 2017)."""

    gamma: float = eqx.field(static=True, default=2.0)

    kind = "focal"

    def values(self, outputs, targets):
        log_p = jax.nn.log_softmax(outputs, axis=0)
        correct = jnp.sum(jnp.where(targets == jnp.arange(len(outputs))[:, None], log_p, 0), axis=0)
        return -((1 - jnp.exp(correct)) ** self.gamma) * correct


class Margin(losses.PairLoss):
    """A loss over pairs of a stranger: a cubic of the difference of probabilities."""

    kind = "cubic"

    @property
    def kernel(self):
        return losses.PairKernel(lambda z: (1 - z) ** 3)


STEPLIKE = losses.Surrogate(
    "arctangent", lambda s: losses.PairKernel(lambda z: -np.arctan(s.beta * z), 1 / s.beta), 5.0
)


@pytest.mark.parametrize(
    ("loss", "n_classes"),
    [
        pytest.param(Focal(), 3, id="over points"),
        pytest.param(Margin(), 2, id="over pairs", marks=pytest.mark.slow),
        pytest.param(losses.ApproximateAUC(STEPLIKE), 3, id="a surrogate", marks=pytest.mark.slow),
    ],
)
def test_a_loss_of_a_stranger_has_exact_derivatives_and_an_identity(loss, n_classes):
    problem = network((3,), n_classes, loss=loss)
    check_problem(problem, points=some_points(problem), variants=[network((3,), n_classes)])
    assert not problem.is_portable and loss.name in problem.name
    assert problem.fingerprint == network((3,), n_classes, loss=loss).fingerprint
    with jax.enable_x64(True):
        x = jnp.asarray(np.random.default_rng(5).normal(size=problem.dimension))
        outputs = problem.traced_outputs(x, jnp.asarray(problem.inputs[:-1].T))
        mean = loss(outputs, jnp.asarray(problem.targets)) + 1e-3 * jnp.sum(x**2)
        np.testing.assert_allclose(problem.loss(x), mean, atol=ROUNDING)


def test_the_settings_of_a_loss_are_part_of_its_identity():
    a, b = (network((3,), 2, loss=Focal(gamma)) for gamma in (1.0, 2.0))
    assert a.fingerprint != b.fingerprint


def test_an_activation_of_a_stranger_serves_without_a_table():
    mish = Activation.from_function("mish", lambda a: a * jnp.tanh(jax.nn.softplus(a)))
    problem = network((3,), 2, mish)
    check_problem(problem, points=some_points(problem))
    assert not problem.is_portable and "mish network" in problem.name
    # The same name for another function is another problem.
    impostor = Activation.from_function("tanh", lambda a: jnp.tanh(2 * a), is_odd=True)
    assert network((3,), 2, impostor).fingerprint != network((3,), 2).fingerprint
    assert network((3,), 2).is_portable


def test_a_file_asks_for_the_activation_of_a_stranger(tmp_path):
    mish = Activation.from_function("mish", lambda a: a * jnp.tanh(jax.nn.softplus(a)))
    problem = network((2,), 2, mish)
    with tw.Landscape.create(problem, tmp_path / "mish.db"):
        pass
    with (
        tw.Landscape.open(tmp_path / "mish.db") as landscape,
        pytest.raises(tw.LandscapeError, match="Pass the problem again"),
    ):
        landscape.problem  # noqa: B018
    with tw.Landscape.open(tmp_path / "mish.db", problem) as landscape:
        assert landscape.problem is problem


def test_a_false_claim_of_oddness_is_refused():
    swish = Activation.from_function("mine", jax.nn.swish, is_odd=True)
    with pytest.raises(ValueError, match="said to be odd"):
        network((3,), 2, swish)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hidden": [0]}, "hidden"),
        ({"hidden": []}, "hidden"),
        ({"l2": -1.0}, "l2"),
        ({"activation": "step"}, "activation must be one of"),
        ({"y": np.zeros(4, int)}, "one class"),
        ({"y": np.array([0.5, 1.0, 0.25, 2.0])}, "class labels, but y holds real numbers"),
        ({"y": np.array(list("abab")), "loss": losses.MeanSquaredError()}, "real targets"),
        ({"l2_on": "biases"}, "l2_on"),
        ({"class_weights": "even"}, "balanced"),
        ({"class_weights": {0: 1.0}}, "no weight for the class 1"),
        ({"class_weights": "balanced", "loss": losses.ApproximateAUC()}, "no meaning"),
        ({"loss": losses.MeanAbsoluteError(), "y": np.arange(4.0)}, "smoothing"),
        ({"loss": losses.ApproximateAUC("hinge", margin=0.5)}, "smoothing"),
        ({"x": np.array([[1.0], [np.nan], [0.0], [0.0]])}, "NaN"),
    ],
)
def test_bad_input_is_refused_and_named(change, said):
    arguments = {"x": np.eye(4)[:, :1], "y": np.arange(4) % 2, **change}
    with pytest.raises(ValueError, match=said):
        NeuralNetwork.from_data(arguments.pop("x"), arguments.pop("y"), **arguments)
