"""What the outputs of models are: metrics are those of the framework for every importer and loss."""

import functools
import sqlite3

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import torch
from flax import linen, nnx
from scipy.special import expit, log_softmax, softmax
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from torch import nn

import thalweg as tw
from thalweg import problems
from thalweg.analysis import classification_metrics, value_metrics
from thalweg.problems import OutputKind
from thalweg.problems.user_models.output_detection import consistent_kind
from thalweg.problems.user_models.pytorch.module_loss import ModuleLoss

RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(40, 2))
TWO = (X[:, 0] * X[:, 1] > 0).astype(int)
THREE = TWO + (X[:, 0] > 0.8)
REAL = X**2 - 0.3
F = nn.functional
# The acceptance bound for agreement with a framework's own loss.
SAME = {"rel": 1e-12, "abs": 1e-12}


STATED = {
    OutputKind.LOGITS: lambda o: softmax(o, axis=1),
    OutputKind.LOG_PROBABILITIES: np.exp,
    OutputKind.PROBABILITIES: lambda o: o,
    OutputKind.BINARY_LOGIT: lambda o: np.hstack([expit(-o), expit(o)]),
    OutputKind.BINARY_PROBABILITY: lambda o: np.hstack([1 - o, o]),
}
"""Probabilities of each kind of outputs, in other words than the package's."""


def at_one_point(problem, seed=1):
    x = 2 * np.random.default_rng(seed).normal(size=problem.dimension)
    return x, tw.Network.from_arrays([0.0], coordinates=x[None])


def check_classes(problem, targets, own_loss):
    """Loss of the framework, accuracy and AUC of scikit-learn from the probabilities that it gives."""
    x, network = at_one_point(problem)
    metrics = classification_metrics(network, problem, X, targets)
    assert metrics.loss[0] == pytest.approx(own_loss(x), **SAME)
    p = STATED[problem.output_kind](np.asarray(problem.outputs(x, X)).reshape(len(X), -1))
    np.testing.assert_allclose(problems.class_probabilities(problem, x, X), p, atol=1e-15)
    assert metrics.accuracy[0] == accuracy_score(targets, p.argmax(axis=1))
    score = p[:, 1] if p.shape[1] == 2 else p
    assert metrics.auc[0] == pytest.approx(
        roc_auc_score(targets, score, multi_class="ovr"), abs=1e-12
    )


def torch_module(n_outputs, last=None):
    torch.manual_seed(0)
    layers = [nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, n_outputs)]
    return nn.Sequential(*layers, *([] if last is None else [last]))


class Smoothed(nn.Module):
    """Cross-entropy that the table of no library has."""

    def forward(self, outputs, targets):
        return 3 * F.cross_entropy(outputs, targets, label_smoothing=0.2)


ONE = TWO[:, None].astype(float)
TORCH = {
    "CrossEntropyLoss": (3, None, nn.CrossEntropyLoss(), THREE, OutputKind.LOGITS),
    "its function": (2, None, F.cross_entropy, TWO, OutputKind.LOGITS),
    "NLLLoss": (3, nn.LogSoftmax(1), nn.NLLLoss(), THREE, OutputKind.LOG_PROBABILITIES),
    "BCEWithLogitsLoss": (1, None, nn.BCEWithLogitsLoss(), ONE, OutputKind.BINARY_LOGIT),
    "BCELoss": (1, nn.Sigmoid(), nn.BCELoss(), ONE, OutputKind.BINARY_PROBABILITY),
    "BCEWithLogitsLoss, flat": (
        1, nn.Flatten(0), nn.BCEWithLogitsLoss(), ONE[:, 0], OutputKind.BINARY_LOGIT,
    ),
}  # fmt: skip
NUMBERS = {3: THREE, 2: TWO, 1: TWO}


@pytest.mark.parametrize(
    ("title", "use_bridge"),
    [*((title, True) for title in TORCH), ("NLLLoss", False), ("BCELoss", False)],
)
def test_metrics_of_a_torch_module_are_those_of_its_loss(title, use_bridge):
    n_outputs, last, loss, targets, kind = TORCH[title]
    module = torch_module(n_outputs, last)
    problem = problems.from_torch(module, loss, (X, targets), use_bridge=use_bridge)
    assert problem.output_kind is kind

    def own_loss(x):
        with torch.no_grad():
            return float(loss(problem.to_model(x)(torch.from_numpy(X)), torch.from_numpy(targets)))

    check_classes(problem, NUMBERS[n_outputs], own_loss)


@pytest.mark.parametrize(
    ("loss", "n_outputs", "targets", "kind"),
    [
        (nn.CrossEntropyLoss(weight=torch.tensor([1.0, 5.0])), 2, TWO, "logits"),
        (nn.CrossEntropyLoss(ignore_index=0, reduction="sum"), 3, THREE, "logits"),
        (Smoothed(), 3, THREE, "logits"),
        (lambda o, t: F.nll_loss(F.log_softmax(o, 1), t), 3, THREE, "logits"),
        (nn.BCEWithLogitsLoss(pos_weight=torch.tensor([4.0]).double()), 1, ONE, "binary_logit"),
        (nn.SoftMarginLoss(), 1, 2 * ONE - 1, "binary_logit"),
        (nn.KLDivLoss(reduction="batchmean"), 3, np.eye(3)[THREE], "log_probabilities"),
        (lambda o, t: -o.clamp(1e-9).log().gather(1, t[:, None]).mean(), 3, THREE, "probabilities"),
        (nn.MSELoss(), 2, REAL, "values"),
        (nn.MSELoss(), 2, 1e9 * REAL, "values"),
        (nn.L1Loss(), 2, REAL, "values"),
        (nn.HuberLoss(delta=0.3), 2, REAL, "values"),
        (nn.PoissonNLLLoss(), 2, X**2, None),
        (lambda o, t: ((1 - F.softmax(o, 1).gather(1, t[:, None])) ** 2).mean(), 3, THREE, None),
        (lambda o, t: o[:, :1].mean() + (o**2)[:, 1:].mean(), 3, THREE, None),
        # The targets are not what the loss asks for: another order of the classes, another scale.
        (lambda o, t: F.binary_cross_entropy_with_logits(-o, t), 1, ONE, None),
        (lambda o, t: F.binary_cross_entropy_with_logits(o, 1 - t), 1, ONE, None),
        (lambda o, t: F.cross_entropy(o.flip(1), t), 3, THREE, None),
        (lambda o, t: F.mse_loss(o, torch.log1p(t)), 2, X**2, None),
        (lambda o, t: F.cross_entropy(o / 2, t), 3, THREE, None),
    ],
)  # fmt: skip
def test_a_loss_shows_what_its_outputs_are_however_it_is_written(loss, n_outputs, targets, kind):
    data = tuple(torch.from_numpy(np.asarray(a)) for a in (X, targets))
    assert ModuleLoss(torch_module(n_outputs).double(), loss, data, ()).output_kind() == kind


def forward(params, inputs):
    return jnp.tanh(inputs @ params["a"]) @ params["b"]


def mean_of(loss):
    return lambda outputs, targets: loss(outputs, targets).mean()


JAX = {
    "softmax, numbers": (
        3, mean_of(optax.softmax_cross_entropy_with_integer_labels), THREE, OutputKind.LOGITS,
    ),
    "sigmoid": (1, mean_of(optax.sigmoid_binary_cross_entropy), ONE, OutputKind.BINARY_LOGIT),
}  # fmt: skip


class Linen(linen.Module):
    n_outputs: int

    @linen.compact
    def __call__(self, x):
        return linen.Dense(self.n_outputs)(jnp.tanh(linen.Dense(3)(x)))


class Nnx(nnx.Module):
    def __init__(self, n_outputs):
        rngs = nnx.Rngs(0)
        self.a, self.b = nnx.Linear(2, 3, rngs=rngs), nnx.Linear(3, n_outputs, rngs=rngs)

    def __call__(self, x):
        return self.b(jnp.tanh(self.a(x)))


def of_jax(n_outputs, loss, targets, kind):
    params = {"a": np.zeros((2, 3)), "b": np.zeros((3, n_outputs))}
    return problems.from_jax(
        lambda p, x, y: loss(forward(p, x), y), params, X, targets, predict=forward, outputs=kind
    )


def of_numpy(n_outputs, loss, targets, kind):
    is_binary = n_outputs == 1
    one_hot = targets if targets.ndim == 2 else np.eye(n_outputs)[targets]

    def predict(x, inputs):
        return np.tanh(inputs @ x[:6].reshape(2, 3)) @ x[6:].reshape(3, -1)

    def loss_and_gradient(x):
        z = predict(x, X)
        if is_binary:
            value, slope = np.logaddexp(0, z) - one_hot * z, expit(z) - one_hot
        else:
            value, slope = -one_hot * log_softmax(z, axis=1), softmax(z, axis=1) - one_hot
        hidden = np.tanh(X @ x[:6].reshape(2, 3))
        below = (slope @ x[6:].reshape(3, -1).T) * (1 - hidden**2)
        gradient = np.concatenate([(X.T @ below).ravel(), (hidden.T @ slope).ravel()])
        return value.sum() / 40, gradient / 40

    x0 = np.zeros(6 + 3 * n_outputs)
    return problems.from_numpy(loss_and_gradient, x0, predict=predict, outputs=kind.value)


def of_equinox(n_outputs, loss, targets, kind):
    mlp = eqx.nn.MLP(
        2, n_outputs, width_size=3, depth=1, activation=jnp.tanh, key=jax.random.key(0)
    )
    return problems.from_equinox(mlp, loss, (X, targets))


def of_linen(n_outputs, loss, targets, kind):
    module = Linen(n_outputs)
    variables = module.init(jax.random.key(0), X)
    return problems.from_flax(module, loss, (X, targets), variables=variables)


def of_nnx(n_outputs, loss, targets, kind):
    return problems.from_flax(Nnx(n_outputs), loss, (X, targets))


@pytest.mark.parametrize("title", JAX)
@pytest.mark.parametrize("importer", [of_jax, of_numpy, of_equinox, of_linen, of_nnx])
def test_metrics_of_a_jax_model_are_those_of_its_loss(importer, title):
    n_outputs, loss, targets, kind = JAX[title]
    problem = importer(n_outputs, loss, targets, kind)
    assert problem.output_kind is kind

    def own_loss(x):
        with jax.enable_x64(True):
            return float(problem.model_loss(jnp.asarray(x)))

    check_classes(problem, NUMBERS[n_outputs], own_loss)


@pytest.mark.parametrize("y", [np.array(["no", "yes"])[TWO], THREE])
def test_metrics_of_a_scikit_learn_classifier_are_those_of_its_loss(y):
    model = MLPClassifier((3,), activation="tanh", alpha=0.0)
    problem = problems.from_sklearn_network(model, X, y)
    numbers = np.unique(y, return_inverse=True)[1]

    def own_loss(x):
        p = problem.to_model(x).predict_proba(X)
        np.testing.assert_allclose(p, problems.class_probabilities(problem, x, X), atol=1e-15)
        np.testing.assert_allclose(p, problem.predict(x, X), atol=1e-15)
        with jax.enable_x64(True):
            return float(problem.loss(jnp.asarray(x)))

    check_classes(problem, numbers, own_loss)


def test_errors_of_predicted_values_are_those_of_the_framework():
    of_sklearn = MLPRegressor(hidden_layer_sizes=(3,), activation="tanh", alpha=0.0)
    ours = {"hidden": (3,), "loss": tw.losses.MeanSquaredError(), "l2": 0.0}
    models = [
        (problems.from_torch(torch_module(2), nn.MSELoss(), (X, REAL)), REAL, 1.0),
        (of_equinox(2, mean_of(optax.l2_loss), REAL, None), REAL, 2.0),
        (problems.from_sklearn_network(of_sklearn, X, REAL[:, 0]), REAL[:, 0], 2.0),
        (problems.NeuralNetwork.from_data(X, REAL[:, 0], **ours), REAL[:, 0], 1.0),
    ]
    for problem, targets, factor in models:
        assert problem.output_kind is OutputKind.VALUES
        x, network = at_one_point(problem)
        errors = value_metrics(network, problem, X, targets)
        with jax.enable_x64(True):
            own_loss = factor * float(problem.loss(jnp.asarray(x)))
        assert errors.mean_squared_error[0] == pytest.approx(own_loss, **SAME), problem.name
        residuals = problems.predicted_values(problem, x, X) - targets.reshape(40, -1)
        assert errors.mean_absolute_error[0] == np.abs(residuals).mean()
        with pytest.raises(ValueError, match="no class probabilities"):
            classification_metrics(network, problem, X, TWO)


# ---- what is refused, and when -----------------------------------------------------------------------


def focal(outputs, targets):
    return optax.sigmoid_focal_loss(outputs, targets).mean()


def test_what_a_loss_does_not_show_is_asked_for_by_readers_alone(tmp_path):
    problem = of_equinox(1, focal, ONE, None)
    _, network = at_one_point(problem)
    assert problem.output_kind is None and problem.prediction is None
    for read in (classification_metrics, value_metrics):
        with pytest.raises(ValueError, match="outputs= one of 'logits'"):
            read(network, problem, X, TWO.astype(float))
    tw.Landscape.create(problem, tmp_path / "focal.db").close()
    with pytest.raises(ValueError, match="did you mean 'logits'"):
        problems.from_equinox(torch_free_mlp(), focal, (X, ONE), outputs="logit")
    said = problems.from_equinox(torch_free_mlp(), focal, (X, ONE), outputs="binary_logit")
    assert classification_metrics(network, said, X, TWO).loss[0] > 0


torch_free_mlp = functools.partial(
    eqx.nn.MLP, 2, 1, width_size=3, depth=1, activation=jnp.tanh, key=jax.random.key(0)
)


def test_what_is_said_of_outputs_must_be_what_the_loss_takes_them_for():
    with pytest.raises(ValueError, match="takes the outputs for binary_probability"):
        problems.from_torch(
            torch_module(1, nn.Sigmoid()), nn.BCELoss(), (X, ONE), outputs="binary_logit"
        )
    with pytest.raises(ValueError, match="takes the outputs for logits"):
        problems.from_equinox(
            eqx.nn.MLP(2, 3, 2, 1, jnp.tanh, key=jax.random.key(0)), JAX["softmax, numbers"][1], (X, THREE),
            outputs="values",
        )  # fmt: skip
    # A squared error of probabilities is one of values as well, and logits may be normalised already.
    for said, shown in (("probabilities", "values"), ("log_probabilities", "logits")):
        assert consistent_kind(said, OutputKind(shown)) == said
    assert consistent_kind(None, OutputKind.LOGITS) is OutputKind.LOGITS
    assert consistent_kind("logits", None) is OutputKind.LOGITS


def test_a_landscape_that_is_opened_again_knows_what_the_outputs_are(tmp_path):
    said = problems.from_equinox(torch_free_mlp(), focal, (X, ONE), outputs="binary_logit")
    unsaid = problems.from_equinox(torch_free_mlp(), focal, (X, ONE))
    assert said.fingerprint == unsaid.fingerprint
    tw.Landscape.create(said, tmp_path / "said.db").close()
    with tw.Landscape.open(tmp_path / "said.db", unsaid) as landscape:
        assert landscape.problem.output_kind is OutputKind.BINARY_LOGIT
    with sqlite3.connect(tmp_path / "said.db") as connection:
        connection.execute("UPDATE problem SET choices = '{'")
    connection.close()
    with tw.Landscape.open(tmp_path / "said.db", unsaid) as landscape:
        assert landscape.problem.output_kind is None
    # A file without the record, as those of 0.1 are: what is passed in counts.
    tw.Landscape.create(unsaid, tmp_path / "unsaid.db").close()
    for problem in (said, unsaid):
        with tw.Landscape.open(tmp_path / "unsaid.db", problem) as landscape:
            assert landscape.problem.output_kind == problem.output_kind


def test_outputs_that_are_not_what_they_are_said_to_be_are_refused():
    _, network = at_one_point(of_jax(3, JAX["softmax, numbers"][1], THREE, OutputKind.LOGITS))

    def measured(kind, targets=THREE):
        problem = of_jax(3, JAX["softmax, numbers"][1], THREE, kind)
        return classification_metrics(network, problem, X, targets)

    for kind in (OutputKind.PROBABILITIES, OutputKind.LOG_PROBABILITIES):
        with pytest.raises(ValueError, match="in place of 1"):
            measured(kind)
    with pytest.raises(ValueError, match="one number a row"):
        measured(OutputKind.BINARY_LOGIT)
    for strangers in (THREE + 1, THREE - 1, THREE + 0.5):
        with pytest.raises(ValueError, match="from 0 to 2"):
            measured(OutputKind.LOGITS, strangers)
    with pytest.raises(ValueError, match="predict=…"):
        tw.analysis.classification_metrics(
            network, problems.from_jax(lambda p: jnp.sum(p["a"] ** 2), {"a": np.ones(15)}), X, TWO
        )
    with pytest.raises(ValueError, match="one class a row"):
        measured(OutputKind.LOGITS, np.eye(3)[THREE])
    column = measured(OutputKind.LOGITS, THREE[:, None].astype(float))
    np.testing.assert_array_equal(column.loss, measured(OutputKind.LOGITS).loss)
    of_values = of_jax(3, JAX["softmax, numbers"][1], THREE, OutputKind.VALUES)
    with pytest.raises(ValueError, match="shape of what is predicted"):
        value_metrics(network, of_values, X, REAL[:, 0])
    with pytest.raises(ValueError, match="gives no array of outputs for inputs"):
        value_metrics(network, of_values, np.ones((4, 7)), np.ones(4))
    with pytest.raises(ValueError, match="stand for classes"):
        value_metrics(
            network, of_jax(3, JAX["softmax, numbers"][1], THREE, OutputKind.LOGITS), X, REAL
        )


def test_several_labels_a_row_are_no_classes():
    labels = np.stack([TWO, X[:, 0] > 0], axis=1).astype(float)
    of_torch = problems.from_torch(torch_module(2), nn.BCEWithLogitsLoss(), (X, labels))
    of_sklearn = problems.from_sklearn_network(
        MLPClassifier((3,), activation="tanh"), X, labels.astype(int)
    )
    for problem in (of_torch, of_sklearn):
        _, network = at_one_point(problem)
        with pytest.raises(ValueError, match="do not exclude one another"):
            classification_metrics(network, problem, X, TWO)


@pytest.mark.parametrize(
    ("make", "x"),
    [
        (lambda: problems.NeuralNetwork.from_data(X, TWO, hidden=(1,), l2=0.0),
         [30.0, 0, 0, -1000, 0, 1000, 0]),
        (lambda: problems.from_sklearn_network(
            MLPClassifier((1,), activation="tanh", alpha=0.0), X, TWO), [30.0, 0, 0, 2000, 0]),
    ],
)  # fmt: skip
def test_a_loss_is_right_where_probabilities_underflow(make, x):
    """Logits of ±2000: the probability of the wrong class is zero, its cross-entropy is not."""
    problem = make()
    network = tw.Network.from_arrays([0.0], coordinates=[x])
    with jax.enable_x64(True):
        own_loss = float(problem.loss(jnp.asarray(x)))
    assert own_loss > 800
    assert classification_metrics(network, problem, X, TWO).loss[0] == pytest.approx(
        own_loss, rel=1e-12
    )


def test_other_readers_go_through_the_same_door():
    from thalweg.analysis import decision_regions, metrics_by_name
    from thalweg.datasets import Dataset
    from thalweg.learn.selection import SelectionContext, select
    from thalweg.problems.symmetry import Symmetry

    problem = problems.from_torch(torch_module(1), nn.BCEWithLogitsLoss(), (X, ONE))
    points = np.random.default_rng(0).normal(size=(3, problem.dimension))
    network = tw.Network.from_arrays([2.0, 1.0, 3.0], coordinates=points)
    with torch.no_grad():
        signs = [(problem.to_model(x)(torch.from_numpy(X))[:, 0] > 0).numpy() for x in points]
    assert not np.array_equal(signs[0], signs[1])
    context = SelectionContext(network, problem, Symmetry(), X)
    farthest = max((0, 2), key=lambda i: np.mean(signs[i] != signs[1]))
    assert select(context, 2).minima.tolist() == [1, farthest]
    regions = decision_regions(problem, points[0], X, resolution=5)
    grid = np.stack(np.meshgrid(regions.u, regions.v), axis=-1)
    with torch.no_grad():
        expected = problem.to_model(points[0])(torch.from_numpy(grid))[..., 0].numpy() > 0
    np.testing.assert_array_equal(regions.classes, expected)
    data = Dataset("own", X, TWO, X[:9], TWO[:9], ("a", "b"))
    named = metrics_by_name(network, problem, data)
    alone = classification_metrics(network, problem, X, TWO)
    np.testing.assert_array_equal(named["train loss"], alone.loss)
