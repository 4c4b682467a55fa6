"""Models of other libraries as problems: the same loss, the way back, and what is refused."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from flax import linen, nnx
from sklearn.neural_network import MLPClassifier, MLPRegressor
from torch import nn

import thalweg as tw
from thalweg.problems import HostModel, JaxModel, from_torch
from thalweg.problems.user_models.origin import Parameter
from thalweg.problems.user_models.symmetry_detection import detect_symmetry

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(30, 2))
Y = (X[:, 0] * X[:, 1] > 0).astype(int)
# The bound for predictions of a minimum that was written back.
SAME = {"rtol": 0, "atol": 1e-12}


def net(activation=None, bias=True):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 3, bias=bias), activation or nn.Tanh(), nn.Linear(3, 2))


def cross_entropy(logits, labels):
    return -jnp.mean(jax.nn.log_softmax(logits)[jnp.arange(len(labels)), labels])


def derivatives(problem, x):
    with jax.enable_x64(True):
        value, gradient, hessian = jax.jit(lambda p, x: p.value_gradient_hessian(x))(problem, x)
        return float(value), np.asarray(gradient), np.asarray(hessian)


def loss_at(problem, x):
    with jax.enable_x64(True):
        return float(problem.loss(jnp.asarray(x)))


def some_point(problem):
    return np.random.default_rng(1).normal(size=problem.dimension)


# ---- PyTorch ---------------------------------------------------------------------------------------


def test_a_module_has_the_loss_of_pytorch_with_the_bridge_and_without():
    data = (X, Y)
    bridged = from_torch(net(), nn.CrossEntropyLoss(), data, l2=0.01)
    called = from_torch(net(), nn.CrossEntropyLoss(), data, l2=0.01, use_bridge=False)
    assert isinstance(bridged, JaxModel) and isinstance(called, HostModel)
    x = some_point(bridged)
    # Sums over 30 points in another order, and one Hessian-vector product each way.
    for one, other in zip(derivatives(bridged, x), derivatives(called, x), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-13)
    module = called.to_model(x)
    with torch.no_grad():
        outputs = module(torch.from_numpy(X))
        stated = nn.CrossEntropyLoss()(outputs, torch.from_numpy(Y)) + 0.01 * (x**2).sum()
    assert derivatives(bridged, x)[0] == pytest.approx(float(stated), rel=1e-12)
    np.testing.assert_allclose(outputs.numpy(), bridged.predict(x, X), **SAME)
    np.testing.assert_allclose(outputs.numpy(), called.predict(x, X), **SAME)
    with jax.enable_x64(True):
        v = jnp.asarray(np.random.default_rng(2).normal(size=len(x)))
        products = [np.asarray(p.hessian_vector(jnp.asarray(x), v)) for p in (bridged, called)]
    np.testing.assert_allclose(*products, rtol=1e-10, atol=1e-12)
    # Either way it is the same problem: a landscape of one can be opened with the other.
    assert bridged.fingerprint == called.fingerprint


@pytest.mark.parametrize(
    ("activation", "loss", "targets"),
    [
        (nn.GELU(), nn.BCEWithLogitsLoss(), np.eye(2)[Y]),
        (nn.Softplus(), nn.MSELoss(), RANDOM.normal(size=(30, 2))),
        (nn.SiLU(), nn.CrossEntropyLoss(reduction="sum"), np.eye(2)[Y]),
        (nn.ELU(), lambda o, t: nn.functional.nll_loss(nn.functional.log_softmax(o, 1), t), Y),
    ],
)
def test_common_layers_and_losses_need_no_fallback(activation, loss, targets):
    problem = from_torch(net(activation), loss, (X, targets))
    assert isinstance(problem, JaxModel)
    # Three units that may be exchanged; none of these activations is odd.
    assert problem.symmetry.order == 6


def test_what_the_bridge_does_not_know_falls_back():
    module = nn.Sequential(
        nn.Unflatten(1, (1, 2)), nn.Conv1d(1, 2, 2), nn.Flatten(), nn.Linear(2, 2)
    )
    problem = from_torch(module, nn.CrossEntropyLoss(label_smoothing=0.1), (X, Y))
    assert isinstance(problem, HostModel)


def test_a_minimum_goes_back_into_the_module():
    module = net()
    before = {k: v.clone() for k, v in module.state_dict().items()}
    problem = from_torch(module, nn.CrossEntropyLoss(), (X, Y), l2=1e-2)
    landscape = tw.explore(problem, minima=1, connect=False, workers=1)
    back = landscape.minimum(0).to_torch()
    assert all(p.dtype == torch.float64 for p in back.parameters())
    with torch.no_grad():
        outputs = back(torch.from_numpy(X)).numpy()
    np.testing.assert_allclose(
        outputs, problem.predict(landscape.minima()[0].coordinates, X), **SAME
    )
    assert all(torch.equal(v, before[k]) for k, v in module.state_dict().items())
    with pytest.raises(NotImplementedError, match="torch model"):
        landscape.minimum(0).to_sklearn()
    with pytest.raises(IndexError, match="numbered from 0"):
        landscape.minimum(landscape.n_minima)


def test_single_precision_is_converted_and_named():
    assert "the model is float32" in from_torch(net(), nn.CrossEntropyLoss(), (X, Y)).name
    assert "float32" not in from_torch(net().double(), nn.CrossEntropyLoss(), (X, Y)).name


def test_frozen_parameters_do_not_vary():
    module = net()
    module[0].bias.requires_grad_(False)
    problem = from_torch(module, nn.CrossEntropyLoss(), (X, Y))
    assert problem.dimension == 17 - 3
    fixed = problem.to_model(np.zeros(14)).state_dict()["0.bias"]
    assert torch.equal(fixed, module[0].bias.double())


class Counter(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.register_buffer("calls", torch.zeros(1))

    def forward(self, x):
        self.calls += 1
        return self.layer(x) * self.calls


class Noisy(nn.Linear):
    def forward(self, x):
        return super().forward(x + torch.randn_like(x))


@pytest.mark.parametrize(
    ("module", "loss", "data", "message"),
    [
        (nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.3)), nn.CrossEntropyLoss(), (X, Y), "training"),
        (nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)), nn.CrossEntropyLoss(), (X, Y), "eval"),
        (Counter(), nn.CrossEntropyLoss(), (X, Y), "state"),
        (Noisy(2, 2), nn.CrossEntropyLoss(), (X, Y), "random"),
        (nn.Linear(3, 2), nn.CrossEntropyLoss(), (X, Y), "do not fit"),
        (nn.Linear(2, 1), nn.MSELoss(), (X, X[:, 0]), "do not fit"),
        (nn.Linear(2, 2), nn.CrossEntropyLoss(reduction="none"), (X, Y), "one number"),
        (nn.Linear(2, 2), lambda o, t: (o.argmax(1) != t).double().mean(), (X, Y), "differentiated"),
        (nn.Linear(2, 2), lambda o, t: o.round().mean(), (X, Y), "gradient"),
        (nn.Linear(2, 2), nn.CrossEntropyLoss(), (np.full_like(X, np.nan), Y), "finite"),
        (nn.Linear(2, 2), nn.CrossEntropyLoss(), (X,), "tuple"),
        (nn.Flatten(), nn.CrossEntropyLoss(), (X, Y), "no parameters"),
        (nn.Sequential(nn.Linear(2, 2), nn.ParameterList([torch.zeros(1)]))[0:1].append(nn.Identity()),
         nn.CrossEntropyLoss(), (X, Y.astype(object)), "Encode labels"),
    ],
)  # fmt: skip
def test_what_has_no_landscape_is_refused(module, loss, data, message):
    with pytest.raises(ValueError, match=message):
        from_torch(module, loss, data)


def test_kinks_give_a_warning():
    with pytest.warns(UserWarning, match="ReLU has kinks"):
        from_torch(net(nn.ReLU()), nn.CrossEntropyLoss(), (X, Y))


# ---- JAX, Equinox, Flax ----------------------------------------------------------------------------


def jax_loss(params, inputs, labels):
    hidden = jnp.tanh(inputs @ params["W1"].T + params["b1"])
    return cross_entropy(hidden @ params["W2"].T + params["b2"], labels)


PARAMS = {"W1": np.zeros((3, 2)), "b1": np.zeros(3), "W2": np.zeros((2, 3)), "b2": np.zeros(2)}


def test_one_network_of_five_libraries_has_one_landscape():
    """The same weights give the same loss, whatever the order of the arrays, and the same group."""
    reference = from_torch(net(), nn.CrossEntropyLoss(), (X, Y), l2=1e-3)
    x = some_point(reference)
    w1, b1, w2, b2 = (np.asarray(a) for a in reference.origin.split(x))
    mlp = eqx.nn.MLP(2, 2, width_size=3, depth=1, activation=jnp.tanh, key=jax.random.key(0))
    ours = tw.problems.NeuralNetwork.from_data(X, Y, hidden=(3,), l2=1e-3)

    class Linen(linen.Module):
        @linen.compact
        def __call__(self, x):
            return linen.Dense(2)(jnp.tanh(linen.Dense(3)(x)))

    variables = Linen().init(jax.random.key(0), X)
    cases = [
        (tw.problems.from_jax(jax_loss, PARAMS, X, Y, l2=1e-3), (w1, w2, b1, b2)),
        (tw.problems.from_equinox(mlp, cross_entropy, (X, Y), l2=1e-3), (w1, b1, w2, b2)),
        (tw.problems.from_flax(Linen(), cross_entropy, (X, Y), variables=variables, l2=1e-3),
         (b2, w2.T, b1, w1.T)),
        (ours, (np.c_[w1, b1], np.c_[w2, b2])),
    ]  # fmt: skip
    for problem, arrays in cases:
        vector = np.concatenate([a.ravel() for a in arrays])
        assert loss_at(problem, vector) == pytest.approx(loss_at(reference, x), rel=1e-13)
        assert problem.symmetry.order == reference.symmetry.order == 48
        images = list(problem.symmetry.images(vector))
        assert len(images) == 48
        for image in images[::7]:
            assert loss_at(problem, image) == pytest.approx(loss_at(problem, vector), rel=1e-13)
            np.testing.assert_allclose(problem.symmetry.align(image, vector), vector, atol=1e-12)


def test_modules_come_back():
    class Network(nnx.Module):
        def __init__(self, rngs):
            self.a, self.b = nnx.Linear(2, 3, rngs=rngs), nnx.Linear(3, 2, rngs=rngs)

        def __call__(self, x):
            return self.b(jnp.tanh(self.a(x)))

    mlp = eqx.nn.MLP(2, 2, width_size=3, depth=1, activation=jnp.tanh, key=jax.random.key(0))
    of_flax = tw.problems.from_flax(Network(nnx.Rngs(0)), cross_entropy, (X, Y))
    of_equinox = tw.problems.from_equinox(mlp, cross_entropy, (X, Y))
    x = some_point(of_flax)
    with jax.enable_x64(True):
        np.testing.assert_allclose(
            of_flax.to_model(x)(jnp.asarray(X)), of_flax.predict(x, X), **SAME
        )
        outputs = jax.vmap(of_equinox.to_model(x))(jnp.asarray(X))
    np.testing.assert_allclose(outputs, of_equinox.predict(x, X), **SAME)
    tree = tw.problems.from_jax(jax_loss, PARAMS, X, Y).to_model(x)
    assert {k: v.shape for k, v in tree.items()} == {k: v.shape for k, v in PARAMS.items()}


def test_a_skip_connection_has_no_symmetry_of_hidden_units():
    def loss(params, inputs, labels):
        hidden = jnp.tanh(inputs @ params["W1"].T + params["b1"])
        return cross_entropy((hidden + inputs) @ params["W2"].T + params["b2"], labels)

    params = {"W1": np.zeros((2, 2)), "b1": np.zeros(2), "W2": np.zeros((2, 2)), "b2": np.zeros(2)}
    problem = tw.problems.from_jax(loss, params, X, Y)
    assert problem.symmetry.order == 1 and "no symmetry" in problem.name


def test_directions_without_influence_are_projected_out():
    """Without a penalty the softmax leaves the common shift of all logits free: 3 + 1 directions."""
    problem = tw.problems.from_jax(jax_loss, PARAMS, X, Y)
    assert problem.invariant_directions.shape == (17, 4)
    x = some_point(problem)
    shifted = x + problem.invariant_directions @ np.ones(4)
    assert loss_at(problem, shifted) == pytest.approx(loss_at(problem, x), rel=1e-13)
    assert problem.symmetry.distance(shifted, x) < 1e-12


@pytest.mark.parametrize(
    ("function", "params", "message"),
    [
        (lambda p: jnp.round(p["a"]).sum(), {"a": np.ones(3)}, "no gradient"),
        (lambda p: p["a"].astype(jnp.float32).sum(), {"a": np.ones(3)}, "single precision"),
        (lambda p: jax.jit(lambda a: a.astype(jnp.float32).sum() * 1.0)(p["a"]).astype(float),
         {"a": np.ones(3)}, "single precision"),
        (lambda p: p["a"] @ np.ones(2), {"a": np.ones(3)}, "cannot be traced"),
        (lambda p: p["a"], {"a": np.ones(3)}, "one number"),
        (lambda p: jnp.log(-jnp.sum(p["a"] ** 2)), {"a": np.ones(3)}, "finite"),
        (lambda p: 0.0, {}, "no parameters"),
        (lambda p: jnp.sum(p["a"] ** 2.0), {"a": np.arange(3)}, "real numbers"),
        (lambda p: float(p["a"].sum()), {"a": np.ones(3)}, "cannot be traced"),
    ],
)  # fmt: skip
def test_functions_without_a_landscape_are_refused(function, params, message):
    with pytest.raises(ValueError, match=message):
        tw.problems.from_jax(function, params)


def test_random_and_stateful_modules_are_refused():
    class Dropping(nnx.Module):
        def __init__(self, rngs):
            self.a, self.drop = nnx.Linear(2, 2, rngs=rngs), nnx.Dropout(0.5, rngs=rngs)

        def __call__(self, x):
            return self.drop(self.a(x))

    model = Dropping(nnx.Rngs(0))
    with pytest.raises(ValueError, match="eval"):
        tw.problems.from_flax(model, cross_entropy, (X, Y))
    model.eval()
    assert tw.problems.from_flax(model, cross_entropy, (X, Y)).dimension == 6
    layers = [eqx.nn.Linear(2, 2, key=jax.random.key(0)), eqx.nn.Dropout()]
    with pytest.raises(ValueError, match="training mode"):
        tw.problems.from_equinox(eqx.nn.Sequential(layers), cross_entropy, (X, Y))
    with pytest.raises(ValueError, match="variables"):
        tw.problems.from_flax(linen.Dense(2), cross_entropy, (X, Y))


# ---- scikit-learn and NumPy ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "y", "order"),
    [
        (MLPClassifier((3,), activation="tanh", alpha=0.3), np.array(["no", "yes"])[Y], 48),
        # The sigmoid is not odd: exchanges alone.
        (MLPClassifier((2, 2), activation="logistic", alpha=0.3), Y + (X[:, 0] > 1), 4),
        (MLPRegressor(hidden_layer_sizes=(3,), activation="tanh", alpha=0.3), X[:, 0] ** 2, 48),
    ],
)
def test_a_perceptron_has_scikit_learns_loss_and_comes_back(model, y, order):
    # One step from a known start: scikit-learn states the loss at that start.
    fitted = model.set_params(max_iter=1, solver="adam", learning_rate_init=1e-300, random_state=0)
    with pytest.warns(UserWarning):
        fitted.fit(X, y)
    problem = tw.problems.from_sklearn_network(fitted, X, y)
    assert loss_at(problem, problem.initial) == pytest.approx(fitted.loss_, rel=1e-12)
    x = some_point(problem)
    back = problem.to_model(x)
    outputs = back.predict_proba(X) if isinstance(model, MLPClassifier) else back.predict(X)
    np.testing.assert_allclose(outputs, problem.predict(x, X), **SAME)
    assert problem.symmetry.order == order


def test_a_multiclass_perceptron_has_minima_although_its_biases_may_shift():
    y = Y + (X[:, 0] > 1)
    model = MLPClassifier((2,), activation="tanh", alpha=1.0)
    problem = tw.problems.from_sklearn_network(model, X, y)
    assert problem.invariant_directions.shape[1] == 1
    landscape = tw.explore(problem, minima=2, connect=False, workers=1)
    assert landscape.n_minima > 0
    assert landscape.minimum(0).to_sklearn().predict(X).shape == (30,)


def test_perceptrons_that_are_refused():
    with pytest.raises(ValueError, match="linear"):
        tw.problems.from_sklearn_network(MLPClassifier((2,), activation="identity"), X, Y)
    with pytest.raises(ValueError, match="MLPClassifier"):
        tw.problems.from_sklearn_network(nn.Linear(2, 2), X, Y)


def well(x):
    return (x[0] ** 2 - 1) ** 2 + x[1] ** 2, np.array([4 * x[0] * (x[0] ** 2 - 1), 2 * x[1]])


def well_hessian(x):
    return np.diag([12 * x[0] ** 2 - 4, 2.0])


@pytest.mark.parametrize("hessian", [None, well_hessian])
def test_a_numpy_function_has_its_landscape(hessian):
    problem = tw.problems.from_numpy(well, np.zeros(2), hessian=hessian, start_width=2.0)
    point = np.array([0.3, -0.7])
    # Central differences are good to the cube root of the rounding, squared.
    np.testing.assert_allclose(derivatives(problem, point)[2], well_hessian(point), atol=1e-8)
    landscape = tw.explore(problem, minima=2, workers=1)
    network = landscape.network()
    np.testing.assert_allclose(np.sort(network.coordinates[:, 0]), [-1, 1], atol=1e-9)
    np.testing.assert_allclose(network.barrier_losses, [1.0], atol=1e-12)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: (well(x)[0], 2 * well(x)[1]), "does not fit its loss"),
        (lambda x: well(x)[0], "pair"),
        (lambda x: (well(x)[0], np.ones(3)), "shape"),
        (lambda x: (well(x)[0], well(x)[1].astype(np.float32)), "float64"),
        (lambda x: (np.random.uniform(), well(x)[1]), "differs from one call"),
    ],
)
def test_numpy_functions_that_are_refused(function, message):
    with pytest.raises(ValueError, match=message):
        tw.problems.from_numpy(function, np.zeros(2))


def test_a_loss_without_a_model_says_what_to_pass_for_predictions():
    problem = tw.problems.from_numpy(well, np.zeros(2))
    with pytest.raises(NotImplementedError, match="Pass the model itself"):
        problem.predict(np.zeros(2), X)


# ---- identity --------------------------------------------------------------------------------------


def test_a_landscape_knows_its_model(tmp_path):
    problem = tw.problems.from_jax(jax_loss, PARAMS, X, Y, l2=1e-2)
    tw.explore(problem, tmp_path / "own.db", minima=1, connect=False, workers=1).close()
    again = tw.problems.from_jax(jax_loss, PARAMS, X, Y, l2=1e-2)
    assert tw.Landscape.open(tmp_path / "own.db", again).n_minima > 0
    for other in (
        tw.problems.from_jax(jax_loss, PARAMS, X, 1 - Y, l2=1e-2),
        tw.problems.from_jax(jax_loss, PARAMS, X, Y, l2=1e-3),
    ):
        with pytest.raises(tw.FingerprintMismatch):
            tw.Landscape.open(tmp_path / "own.db", other)
    with pytest.raises(tw.LandscapeError, match="Pass the problem again"):
        _ = tw.Landscape.open(tmp_path / "own.db").problem


def test_arrays_that_make_no_chain_have_no_symmetry():
    parameters = (Parameter("a", (3, 2)), Parameter("b", (5, 4)), Parameter("scale", (7,)))
    assert detect_symmetry(parameters, lambda x: 0.0, np.zeros((1, 33))).order == 1
