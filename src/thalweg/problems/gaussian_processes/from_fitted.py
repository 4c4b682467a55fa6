"""A Gaussian process fitted elsewhere as a problem: scikit-learn's and GPyTorch's."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process import kernels as sk

from ..kernels.base import Interval, Kernel
from ..kernels.constant import Constant
from ..kernels.matern import Matern
from ..kernels.periodic import Periodic
from ..kernels.stationary import RBF, RationalQuadratic
from .gaussian_process import NOISE, GaussianProcess


@dataclass(frozen=True, eq=False)
class FittedProcess:
    """A fitted model as a problem, and the position of the fit on its landscape.

    Attributes:
        problem: the marginal likelihood over the model's own training data.
        fitted: logarithms of the fitted hyperparameters [d].
    """

    problem: GaussianProcess
    fitted: Float[np.ndarray, " d"]


@dataclass(frozen=True)
class _Part:
    """One of our kernels with the values of its hyperparameters."""

    kernel: Kernel
    values: tuple[float, ...]


def from_sklearn(model: GaussianProcessRegressor) -> FittedProcess:
    """The landscape on which a fitted `GaussianProcessRegressor` is one point.

    Kernels: constant, RBF, Matérn, rational quadratic, ExpSineSquared of one input, sums and products, and
    one WhiteKernel as a summand. Bounds are the model's.

    Raises:
        ValueError: if the model is not fitted, has no WhiteKernel, an `alpha` that matters beside it, a
            hyperparameter that is fixed, or a kernel that is not known here.
    """
    if not hasattr(model, "kernel_"):
        raise ValueError("the model is not fitted; call fit first.")
    summands = list(_summands(model.kernel_))
    white = [part for part in summands if isinstance(part, sk.WhiteKernel)]
    others = [part for part in summands if not isinstance(part, sk.WhiteKernel)]
    if len(white) != 1 or not others:
        raise ValueError(
            "the kernel needs one WhiteKernel as a summand: the noise is part of the landscape. Fit with "
            "kernel + WhiteKernel()."
        )
    noise = float(white[0].noise_level)
    if np.max(model.alpha) > 1e-6 * noise:
        raise ValueError(
            f"alpha = {np.max(model.alpha):g} matters beside the noise of {noise:g}; fit with alpha=0."
        )
    x = np.asarray(model.X_train_, dtype=np.float64)
    parts = [_from_sklearn(part, x.shape[1]) for part in others]
    bounds = _bounds(white[0].hyperparameter_noise_level)
    return _fitted(_sum_of(parts), x, np.asarray(model.y_train_), noise, bounds)


def from_gpytorch(model: Any) -> FittedProcess:
    """The landscape on which a fitted GPyTorch `ExactGP` is one point.

    Kernels: Scale, RBF, Matérn, RQ, sums and products; a Gaussian likelihood with one noise. A constant
    mean stays as it was fitted: it is subtracted from the targets. Bounds are this library's defaults,
    widened to hold the fitted values.

    Raises:
        ValueError: for a mean, a likelihood or a kernel that is not known here.
    """
    from gpytorch import likelihoods, means

    if not isinstance(model.likelihood, likelihoods.GaussianLikelihood):
        raise ValueError(
            f"the likelihood must be a GaussianLikelihood, got {type(model.likelihood).__name__}."
        )
    if not isinstance(model.mean_module, means.ConstantMean | means.ZeroMean):
        raise ValueError(
            f"the mean must be constant or zero, got {type(model.mean_module).__name__}."
        )
    x = model.train_inputs[0].detach().double().numpy()
    x = x[:, None] if x.ndim == 1 else x
    mean = getattr(model.mean_module, "constant", None)
    y = model.train_targets.detach().double().numpy() - (0.0 if mean is None else mean.item())
    part = _from_gpytorch(model.covar_module, x.shape[1])
    return _fitted(part, x, y, float(model.likelihood.noise.item()), NOISE)


def _fitted(
    part: _Part, x: np.ndarray, y: np.ndarray, noise: float, bounds: Interval
) -> FittedProcess:
    problem = GaussianProcess.from_data(x, y, kernel=part.kernel, noise=_widened(bounds, noise))
    values = (*part.values, noise)
    if len(values) < problem.dimension:
        # `from_data` has put a variance in front of a kernel that had none.
        values = (1.0, *values)
    return FittedProcess(problem, np.log(values))


def _summands(kernel: Any) -> Iterator[Any]:
    if isinstance(kernel, sk.Sum):
        yield from _summands(kernel.k1)
        yield from _summands(kernel.k2)
    else:
        yield kernel


def _sum_of(parts: list[_Part]) -> _Part:
    total = parts[0]
    for part in parts[1:]:
        total = _Part(total.kernel + part.kernel, total.values + part.values)
    return total


def _from_sklearn(kernel: Any, n_inputs: int) -> _Part:
    if isinstance(kernel, sk.Sum | sk.Product):
        left, right = (_from_sklearn(k, n_inputs) for k in (kernel.k1, kernel.k2))
        is_sum = isinstance(kernel, sk.Sum)
        joint_kernel = left.kernel + right.kernel if is_sum else left.kernel * right.kernel
        return _Part(joint_kernel, left.values + right.values)
    if isinstance(kernel, sk.ConstantKernel):
        bounds = _bounds(kernel.hyperparameter_constant_value)
        return _Part(Constant(bounds), (float(kernel.constant_value),))
    if isinstance(kernel, sk.ExpSineSquared) and n_inputs == 1:
        length, period = (
            _bounds(h)
            for h in (kernel.hyperparameter_length_scale, kernel.hyperparameter_periodicity)
        )
        return _Part(Periodic(length, period), (kernel.length_scale, kernel.periodicity))
    lengths = np.atleast_1d(getattr(kernel, "length_scale", 1.0)).astype(float)
    ard = len(lengths) > 1 or n_inputs == 1
    values = tuple(lengths.tolist())
    # A Matérn kernel is an RBF kernel to scikit-learn: the special one first.
    if isinstance(kernel, sk.Matern) and np.isfinite(kernel.nu):
        bounds = _bounds(kernel.hyperparameter_length_scale)
        return _Part(Matern(float(kernel.nu), ard, bounds), values)
    if isinstance(kernel, sk.RBF):
        return _Part(RBF(ard, _bounds(kernel.hyperparameter_length_scale)), values)
    if isinstance(kernel, sk.RationalQuadratic):
        alphas = _bounds(kernel.hyperparameter_alpha)
        bounds = _bounds(kernel.hyperparameter_length_scale)
        return _Part(RationalQuadratic(False, bounds, alphas), (*values, float(kernel.alpha)))
    raise ValueError(f"the kernel {kernel} has no counterpart here.")


def _from_gpytorch(kernel: Any, n_inputs: int) -> _Part:
    from gpytorch import kernels as gk

    if isinstance(kernel, gk.AdditiveKernel | gk.ProductKernel):
        parts = [_from_gpytorch(k, n_inputs) for k in kernel.kernels]
        if isinstance(kernel, gk.AdditiveKernel):
            return _sum_of(parts)
        total = parts[0]
        for part in parts[1:]:
            total = _Part(total.kernel * part.kernel, total.values + part.values)
        return total
    if isinstance(kernel, gk.ScaleKernel):
        inner, scale = (
            _from_gpytorch(kernel.base_kernel, n_inputs),
            float(kernel.outputscale.item()),
        )
        front = Constant(_widened(Constant().bounds, scale))
        return _Part(front * inner.kernel, (scale, *inner.values))
    if kernel.active_dims is not None or not kernel.has_lengthscale:
        raise ValueError(f"{type(kernel).__name__} has no counterpart here.")
    lengths = tuple(kernel.lengthscale.detach().double().reshape(-1).tolist())
    ard, bounds = len(lengths) > 1 or n_inputs == 1, _widened(RBF().length_bounds, *lengths)
    if isinstance(kernel, gk.MaternKernel):
        return _Part(Matern(float(kernel.nu), ard, bounds), lengths)
    if isinstance(kernel, gk.RQKernel):
        alpha = float(kernel.alpha.item())
        alphas = _widened(RationalQuadratic().alpha_bounds, alpha)
        return _Part(RationalQuadratic(ard, bounds, alphas), (*lengths, alpha))
    if isinstance(kernel, gk.RBFKernel):
        return _Part(RBF(ard, bounds), lengths)
    raise ValueError(f"{type(kernel).__name__} has no counterpart here.")


def _bounds(hyperparameter: Any) -> Interval:
    if hyperparameter.fixed:
        raise ValueError(
            f"{hyperparameter.name} is fixed; a landscape is over all hyperparameters. Give it bounds."
        )
    lower, upper = np.asarray(hyperparameter.bounds).reshape(-1, 2).T
    return float(lower.min()), float(upper.max())


def _widened(bounds: Interval, *values: float) -> Interval:
    """The bounds, widened where needed so that these values lie between them."""
    return min(bounds[0], *values), max(bounds[1], *values)
