"""Models fitted elsewhere: the same likelihood, the same prediction, and what is refused."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process import kernels as sk

from thalweg.problems import from_gpytorch, from_sklearn

RNG = np.random.default_rng(0)
X = RNG.normal(size=(25, 2))
Y = np.sin(2 * X[:, 0]) + 0.1 * RNG.normal(size=25)
AT = RNG.normal(size=(6, 2))


def loss(fitted):
    with jax.enable_x64(True):
        return float(jax.jit(lambda p, x: p.loss(x))(fitted.problem, jnp.asarray(fitted.fitted)))


@pytest.mark.parametrize(
    "kernel",
    [
        1.7 * sk.Matern((0.8, 2.1), nu=1.5) + sk.WhiteKernel(0.05),
        sk.WhiteKernel(0.1) + 0.4 * sk.RBF(1.2) + 2.0 * sk.Matern(0.7, nu=1.2),
        sk.RationalQuadratic(0.9, 1.4) * sk.ConstantKernel(2.0) + sk.WhiteKernel(0.05),
    ],
)
def test_a_model_of_scikit_learn_stands_on_its_landscape(kernel):
    model = GaussianProcessRegressor(kernel, optimizer=None, alpha=0.0).fit(X, Y)
    fitted = from_sklearn(model)
    assert loss(fitted) == pytest.approx(-model.log_marginal_likelihood_value_, abs=1e-8)
    mean, spread = model.predict(AT, return_std=True)
    prediction = fitted.problem.posterior(fitted.fitted, AT)
    np.testing.assert_allclose(prediction.mean, mean, atol=1e-8)
    np.testing.assert_allclose(prediction.variance + prediction.noise, spread**2, atol=1e-8)


@pytest.mark.parametrize(
    ("kernel", "alpha", "said"),
    [
        (sk.RBF(1.0), 1e-10, "WhiteKernel"),
        (sk.RBF(1.0) + sk.WhiteKernel(0.1), 0.05, "alpha"),
        (sk.RBF(1.0, "fixed") + sk.WhiteKernel(0.1), 0.0, "is fixed"),
        (sk.DotProduct() + sk.WhiteKernel(0.1), 0.0, "no counterpart"),
    ],
)
def test_models_without_a_counterpart_are_refused(kernel, alpha, said):
    model = GaussianProcessRegressor(kernel, optimizer=None, alpha=alpha)
    with pytest.raises(ValueError, match="not fitted"):
        from_sklearn(model)
    with pytest.raises(ValueError, match=said):
        from_sklearn(model.fit(X, Y))


# Torch's and GPyTorch's own warnings about scripting and default dtypes are not ours.
@pytest.mark.filterwarnings("ignore")
def test_a_model_of_gpytorch_stands_on_its_landscape():
    gpytorch = pytest.importorskip("gpytorch")
    torch = pytest.importorskip("torch")

    class Model(gpytorch.models.ExactGP):
        def __init__(self, x, y, likelihood, kernel):
            super().__init__(x, y, likelihood)
            self.mean_module, self.covar_module = gpytorch.means.ConstantMean(), kernel

        def forward(self, x):
            return gpytorch.distributions.MultivariateNormal(
                self.mean_module(x), self.covar_module(x)
            )

    k = gpytorch.kernels
    kernel = k.ScaleKernel(k.MaternKernel(nu=1.5, ard_num_dims=2)) + k.ScaleKernel(k.RBFKernel())
    likelihood = gpytorch.likelihoods.GaussianLikelihood()
    x, y = torch.tensor(X), torch.tensor(Y)
    model = Model(x, y, likelihood, kernel).double()
    first, second = kernel.kernels
    first.outputscale, second.outputscale = 1.3, 0.4
    first.base_kernel.lengthscale = torch.tensor([0.8, 2.1])
    second.base_kernel.lengthscale = 1.7
    likelihood.noise, model.mean_module.constant.data = 0.05, torch.tensor(0.2).double()
    fitted = from_gpytorch(model)
    with gpytorch.settings.fast_computations(False, False, False):
        density = gpytorch.mlls.ExactMarginalLogLikelihood(likelihood, model)(model(x), y)
        model.eval()
        theirs = model(torch.tensor(AT))
    assert loss(fitted) == pytest.approx(-len(X) * float(density), abs=1e-8)
    prediction = fitted.problem.posterior(fitted.fitted, AT)
    np.testing.assert_allclose(prediction.mean + 0.2, theirs.mean.detach(), atol=1e-8)
    np.testing.assert_allclose(prediction.variance, theirs.variance.detach(), atol=1e-8)
    model.mean_module = gpytorch.means.LinearMean(2)
    with pytest.raises(ValueError, match="constant or zero"):
        from_gpytorch(model)
