"""Models fitted elsewhere: the same likelihood, the same prediction, and what is refused."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process import kernels as sk
from sklearn.linear_model import LogisticRegression

import thalweg as tw
from thalweg.problems import FittedProcess, from_gpytorch, from_sklearn

RNG = np.random.default_rng(0)
X = RNG.normal(size=(25, 2))
Y = np.sin(2 * X[:, 0]) + 0.1 * RNG.normal(size=25)
AT = RNG.normal(size=(6, 2))


def loss(fitted):
    with jax.enable_x64(True):
        return float(jax.jit(lambda p, x: p.loss(x))(fitted.problem, jnp.asarray(fitted.fitted)))


MODELS = {
    "ard": (1.7 * sk.Matern((0.8, 2.1), nu=1.5) + sk.WhiteKernel(0.05), {"alpha": 0.0}),
    "sum": (sk.WhiteKernel(0.1) + 0.4 * sk.RBF(1.2) + 2.0 * sk.Matern(0.7, nu=1.2), {"alpha": 0.0}),
    "product": (
        sk.RationalQuadratic(0.9, 1.4) * sk.ConstantKernel(2.0) + sk.WhiteKernel(0.05),
        {"alpha": 0.0},
    ),
    # No variance in front: none is added.
    "unit variance": (sk.RBF(1.2) + sk.WhiteKernel(0.05), {}),
    "alpha beside the noise": (2.0 * sk.RBF(1.2) + sk.WhiteKernel(0.1), {"alpha": 0.05}),
    "alpha alone": (2.0 * sk.RBF((0.7, 0.9)), {"alpha": 0.02}),
    "alpha for each point": (2.0 * sk.RBF(1.2), {"alpha": np.linspace(0.01, 0.1, 25)}),
    "fixed": (sk.ConstantKernel(2.0, "fixed") * sk.RBF(1.2) + sk.WhiteKernel(0.05), {}),
    "fixed noise": (2.0 * sk.RBF(1.2) + sk.WhiteKernel(0.05, "fixed"), {}),
    "bounds for each input": (
        1.0 * sk.RBF((0.8, 2.1), [(0.1, 3.0), (1.0, 50.0)]) + sk.WhiteKernel(0.05),
        {},
    ),
    "normalised": (1.3 * sk.RBF(1.2) + sk.WhiteKernel(0.05), {"normalize_y": True}),
}


@pytest.mark.parametrize("case", MODELS)
def test_a_model_of_scikit_learn_stands_on_its_landscape(case):
    kernel, options = MODELS[case]
    model = GaussianProcessRegressor(kernel, optimizer=None, **options).fit(X, 3 + 20 * Y)
    fitted = from_sklearn(model)
    assert loss(fitted) == pytest.approx(-model.log_marginal_likelihood_value_, rel=1e-10, abs=1e-8)
    assert fitted.problem.dimension == len(model.kernel_.theta)
    mean, spread = model.predict(AT, return_std=True)
    prediction = fitted.posterior(AT)
    np.testing.assert_allclose(prediction.mean, mean, rtol=1e-8, atol=1e-8)
    # scikit-learn counts a WhiteKernel's noise as part of the function, and alpha not.
    white = [k for k in (kernel.get_params().values()) if isinstance(k, sk.WhiteKernel)]
    noise = white[0].noise_level * model._y_train_std**2 if white else 0.0
    np.testing.assert_allclose(prediction.variance + noise, spread**2, rtol=1e-7, atol=1e-8)
    again = tw.problems.from_record(fitted.problem.kind, *_record(fitted.problem))
    assert loss(FittedProcess(again, fitted.fitted, fitted.gradient)) == loss(fitted)
    np.testing.assert_array_equal(again.posterior(fitted.fitted, AT).mean, prediction.mean)


def _record(problem):
    choices = json.loads(json.dumps({**problem.choices(), **problem.unhashed_choices()}))
    return choices, problem.arrays()


def test_bounds_of_each_input_are_kept():
    kernel, _ = MODELS["bounds for each input"]
    problem = from_sklearn(GaussianProcessRegressor(kernel, optimizer=None).fit(X, Y)).problem
    bounds = {one.name: one.bounds for one in problem.hyperparameters}
    assert bounds["length scale of input 1"] == (0.1, 3.0)
    assert bounds["length scale of input 2"] == (1.0, 50.0)


def test_a_fixed_period_is_held():
    kernel = sk.ExpSineSquared(1.0, 2.0, periodicity_bounds="fixed") + sk.WhiteKernel(0.1)
    model = GaussianProcessRegressor(kernel, optimizer=None).fit(X[:, :1], Y)
    fitted = from_sklearn(model)
    assert [one.name for one in fitted.problem.hyperparameters] == ["length scale", "noise"]
    assert loss(fitted) == pytest.approx(-model.log_marginal_likelihood_value_, abs=1e-8)


# It warns of a length scale at its bound, where a gradient may push outwards.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("normalize_y", [False, True])
def test_a_converged_fit_of_scikit_learn_is_at_rest(normalize_y):
    kernel = 1.0 * sk.RBF((1.0, 1.0)) + sk.WhiteKernel(0.1)
    model = GaussianProcessRegressor(kernel, normalize_y=normalize_y).fit(X, 3 + 20 * Y)
    # L-BFGS-B of scikit-learn stops at projected gradients of 1e-5 or relative falls of 2e-9.
    assert np.abs(from_sklearn(model).gradient).max() < 1e-2


@pytest.mark.parametrize(
    ("kernel", "said"),
    [
        (sk.DotProduct() + sk.WhiteKernel(0.1), "no counterpart"),
        (sk.ExpSineSquared() + sk.WhiteKernel(5.0), "no counterpart"),
        (sk.WhiteKernel(0.1), "besides noise"),
        (sk.RBF() + sk.WhiteKernel(0.1) + sk.WhiteKernel(0.2), "one WhiteKernel"),
        (sk.RBF(1.0, "fixed") + sk.WhiteKernel(0.1, "fixed"), "is fixed"),
    ],
)
def test_models_without_a_counterpart_are_refused(kernel, said):
    model = GaussianProcessRegressor(kernel, optimizer=None)
    with pytest.raises(ValueError, match="not fitted"):
        from_sklearn(model)
    with pytest.raises(ValueError, match=said):
        from_sklearn(model.fit(X, Y))


def test_other_models_and_several_targets_are_refused():
    with pytest.raises(ValueError, match="from_sklearn_network"):
        from_sklearn(LogisticRegression())
    model = GaussianProcessRegressor(sk.RBF() + sk.WhiteKernel(0.1), optimizer=None)
    with pytest.raises(ValueError, match="targets"):
        from_sklearn(model.fit(X, np.stack([Y, -Y], axis=1)))


def test_a_model_whose_loss_is_another_is_refused():
    class Doubled(GaussianProcessRegressor):
        def log_marginal_likelihood(self, theta=None, eval_gradient=False, clone_kernel=True):
            return 2 * super().log_marginal_likelihood(theta, eval_gradient, clone_kernel)

    model = Doubled(1.0 * sk.RBF() + sk.WhiteKernel(0.1), optimizer=None).fit(X, Y)
    with pytest.raises(ValueError, match="another model"):
        from_sklearn(model)


def exact_gp(kernel, likelihood=None, x=X, y=Y):
    """A model of GPyTorch in double precision, with a constant mean of 0.2."""
    gpytorch = pytest.importorskip("gpytorch")
    torch = pytest.importorskip("torch")

    class Model(gpytorch.models.ExactGP):
        def __init__(self):
            super().__init__(torch.tensor(x), torch.tensor(y), likelihood_)
            self.mean_module, self.covar_module = gpytorch.means.ConstantMean(), kernel

        def forward(self, x):
            return gpytorch.distributions.MultivariateNormal(
                self.mean_module(x), self.covar_module(x)
            )

    likelihood_ = likelihood or gpytorch.likelihoods.GaussianLikelihood()
    model = Model().double()
    if likelihood is None:
        likelihood_.noise = 0.05
    model.mean_module.constant.data = torch.tensor(0.2).double()
    return model


def their_loss(model):
    gpytorch = pytest.importorskip("gpytorch")
    model.train()
    with gpytorch.settings.fast_computations(False, False, False):
        objective = gpytorch.mlls.ExactMarginalLogLikelihood(model.likelihood, model)
        return -len(X) * float(objective(model(*model.train_inputs), model.train_targets))


def two_scaled_kernels(k, p):
    kernel = k.ScaleKernel(k.MaternKernel(nu=1.5, ard_num_dims=2)) + k.ScaleKernel(k.RBFKernel())
    first, second = kernel.kernels
    first.outputscale, second.outputscale = 1.3, 0.4
    second.base_kernel.lengthscale = 1.7
    return kernel


def with_priors(k, p):
    base = k.MaternKernel(nu=2.5, ard_num_dims=2, lengthscale_prior=p.GammaPrior(3.0, 6.0))
    return k.ScaleKernel(base, outputscale_prior=p.LogNormalPrior(0.0, 1.0))


def frozen(k, p):
    kernel = k.ScaleKernel(k.RBFKernel(lengthscale_prior=p.NormalPrior(1.0, 0.5)))
    kernel.raw_outputscale.requires_grad = False
    return kernel


def active_dimensions(k, p):
    return k.ScaleKernel(k.RBFKernel(active_dims=(1,))) + k.RQKernel(active_dims=(0,))


KERNELS = [two_scaled_kernels, with_priors, frozen, active_dimensions]


# Torch's and GPyTorch's own warnings about scripting and default dtypes are not ours.
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("make", KERNELS)
def test_a_model_of_gpytorch_stands_on_its_landscape(make):
    gpytorch = pytest.importorskip("gpytorch")
    torch = pytest.importorskip("torch")
    model = exact_gp(make(gpytorch.kernels, gpytorch.priors))
    fitted = from_gpytorch(model)
    # Priors are known up to constants; the difference at 20 points is compared on the way in.
    if make in (two_scaled_kernels, active_dimensions):
        assert loss(fitted) == pytest.approx(their_loss(model), abs=1e-8)
    n_free = sum(p.numel() for p in model.parameters() if p.requires_grad) - 1
    assert fitted.problem.dimension == n_free
    model.eval()
    with gpytorch.settings.fast_computations(False, False, False):
        theirs = model(torch.tensor(AT))
    prediction = fitted.posterior(AT)
    np.testing.assert_allclose(prediction.mean, theirs.mean.detach(), atol=1e-8)
    np.testing.assert_allclose(prediction.variance, theirs.variance.detach(), atol=1e-8)


@pytest.mark.filterwarnings("ignore")
def test_a_fit_with_priors_is_at_rest_on_the_landscape_with_priors():
    gpytorch = pytest.importorskip("gpytorch")
    torch = pytest.importorskip("torch")
    model = exact_gp(with_priors(gpytorch.kernels, gpytorch.priors))
    model.mean_module.constant.requires_grad = False
    optimiser = torch.optim.LBFGS(
        model.parameters(), max_iter=200, tolerance_grad=1e-9, line_search_fn="strong_wolfe"
    )
    objective = gpytorch.mlls.ExactMarginalLogLikelihood(model.likelihood, model)

    def closure():
        optimiser.zero_grad()
        value = -objective(model(*model.train_inputs), model.train_targets)
        value.backward()
        return value

    with gpytorch.settings.fast_computations(False, False, False):
        optimiser.step(closure)
    fitted = from_gpytorch(model)
    # Without the priors this is 0.7 and more; the constraint of the noise ends at 1e-4.
    assert np.abs(fitted.gradient).max() < 1e-3
    with jax.enable_x64(True):
        without = fitted.problem.likelihood().value_and_gradient(jnp.asarray(fitted.fitted))[1]
    assert np.abs(without).max() > 0.1


@pytest.mark.filterwarnings("ignore")
def test_known_noise_of_gpytorch_is_kept():
    gpytorch = pytest.importorskip("gpytorch")
    torch = pytest.importorskip("torch")
    noise = torch.linspace(0.01, 0.1, len(X)).double()
    known = gpytorch.likelihoods.FixedNoiseGaussianLikelihood
    for learned in (False, True):
        likelihood = known(noise, learn_additional_noise=learned)
        kernel = gpytorch.kernels.ScaleKernel(gpytorch.kernels.RBFKernel())
        fitted = from_gpytorch(model := exact_gp(kernel, likelihood))
        assert loss(fitted) == pytest.approx(their_loss(model), abs=1e-8)
        assert fitted.problem.dimension == 2 + learned


@pytest.mark.filterwarnings("ignore")
def test_models_of_gpytorch_without_a_counterpart_are_refused():
    gpytorch = pytest.importorskip("gpytorch")
    k = gpytorch.kernels
    with pytest.raises(ValueError, match="PeriodicKernel has no counterpart"):
        from_gpytorch(exact_gp(k.ScaleKernel(k.PeriodicKernel())))
    boxed = k.RBFKernel(lengthscale_prior=gpytorch.priors.SmoothedBoxPrior(0.1, 2.0))
    with pytest.raises(ValueError, match="SmoothedBoxPrior is not known"):
        from_gpytorch(exact_gp(boxed))
    model = exact_gp(k.RBFKernel())
    model.mean_module = gpytorch.means.LinearMean(2)
    with pytest.raises(ValueError, match="constant or zero"):
        from_gpytorch(model)
    with pytest.raises(ValueError, match="ExactGP"):
        from_gpytorch(k.RBFKernel())
