"""scikit-learn's Gaussian processes as problems."""

import copy
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process import kernels as sk

from ..kernels.base import Interval
from ..kernels.constant import Constant
from ..kernels.matern import Matern
from ..kernels.periodic import Periodic
from ..kernels.stationary import RBF, RationalQuadratic
from .fitted_process import (
    FittedProcess,
    Group,
    Part,
    fitted_process,
    free_groups,
    leaf,
    with_fixed_noise,
)
from .gaussian_process import NOISE, GaussianProcess
from .prediction import TargetUnits


def from_sklearn(model: Any) -> FittedProcess:
    """The landscape on which a fitted `GaussianProcessRegressor` is one point.

    Kernels: constant, RBF, Matérn, rational quadratic, ExpSineSquared of one input, sums and products, and
    a WhiteKernel as a summand. Bounds are the model's; what it holds fixed is held; `alpha` is a known
    variance of the observations beside a WhiteKernel or in its place. With `normalize_y` the landscape is
    that of the scaled targets, and predictions are in the units of the observations, as the model's.

    Raises:
        ValueError: if the model is not fitted or has several targets, if all is fixed, for a kernel that is
            not known here, and if the loss is not the model's own: it is compared at 20 random points.
    """
    if not isinstance(model, GaussianProcessRegressor):
        raise ValueError(
            f"from_sklearn reads a fitted GaussianProcessRegressor, got {type(model).__name__}. For networks "
            "(MLPClassifier, MLPRegressor) use from_sklearn_network; for a loss of your own, from_numpy."
        )
    if not hasattr(model, "kernel_"):
        raise ValueError("the model is not fitted; call fit first.")
    x, y = np.asarray(model.X_train_, dtype=np.float64), np.asarray(model.y_train_)
    if y.ndim != 1:
        raise ValueError(
            f"the model has {y.shape[1]} targets; a landscape is that of one. Fit a model for each."
        )
    kernel = copy.deepcopy(model.kernel_)
    part, white = _parts(kernel, x.shape[1])
    noise = None if white is None else _group(white, "noise_level")
    known_noise = np.asarray(model.alpha, dtype=np.float64)
    groups = free_groups(part, noise)
    problem = GaussianProcess._of(
        x,
        y,
        part.kernel,
        _bounds(white, "noise_level", NOISE)[0] if noise in groups else None,
        None,
        known_noise=with_fixed_noise(known_noise, noise),
        # Scalars, or arrays of one.
        target_units=TargetUnits(
            *(float(np.sum(v)) for v in (model._y_train_mean, model._y_train_std))
        ),
    )

    def their_loss() -> float:
        return -float(model.log_marginal_likelihood(kernel.theta))

    return fitted_process(problem, groups, their_loss, "the fitted model")


def _parts(kernel: Any, n_inputs: int) -> tuple[Part, Any]:
    """The kernel without its noise, and scikit-learn's kernel of that if there is one."""
    summands = list(_summands(kernel))
    white = [part for part in summands if isinstance(part, sk.WhiteKernel)]
    others = [_part(part, n_inputs) for part in summands if not isinstance(part, sk.WhiteKernel)]
    if len(white) > 1 or not others:
        raise ValueError(
            f"the kernel needs a summand besides noise, and one WhiteKernel at most; got {kernel}."
        )
    total = others[0]
    for other in others[1:]:
        total = total.joined(other, total.kernel + other.kernel)
    return total, white[0] if white else None


def _summands(kernel: Any) -> Iterator[Any]:
    if isinstance(kernel, sk.Sum):
        yield from _summands(kernel.k1)
        yield from _summands(kernel.k2)
    else:
        yield kernel


def _part(kernel: Any, n_inputs: int) -> Part:
    if isinstance(kernel, sk.Sum | sk.Product):
        left, right = (_part(k, n_inputs) for k in (kernel.k1, kernel.k2))
        is_sum = isinstance(kernel, sk.Sum)
        return left.joined(
            right, left.kernel + right.kernel if is_sum else left.kernel * right.kernel
        )
    if isinstance(kernel, sk.ConstantKernel):
        variance = Constant(*_bounds(kernel, "constant_value", Constant().bounds))
        return leaf(variance, n_inputs, [_group(kernel, "constant_value")])
    length = _group(kernel, "length_scale") if hasattr(kernel, "length_scale") else None
    if length is not None and len(length.values) in (1, n_inputs):
        ard = len(length.values) > 1 or n_inputs == 1
        bounds = tuple(_bounds(kernel, "length_scale", RBF().length_bounds))
        # A Matérn kernel is an RBF kernel to scikit-learn: the special one first.
        if isinstance(kernel, sk.Matern) and np.isfinite(kernel.nu):
            return leaf(Matern(float(kernel.nu), ard, bounds), n_inputs, [length])
        if isinstance(kernel, sk.RBF):
            return leaf(RBF(ard, bounds), n_inputs, [length])
        if isinstance(kernel, sk.RationalQuadratic):
            alphas = _bounds(kernel, "alpha", RationalQuadratic().alpha_bounds)[0]
            both = [length, _group(kernel, "alpha")]
            return leaf(RationalQuadratic(ard, bounds, alphas), n_inputs, both)
        if isinstance(kernel, sk.ExpSineSquared) and n_inputs == 1:
            periods = _bounds(kernel, "periodicity", Periodic().period_bounds)[0]
            both = [length, _group(kernel, "periodicity")]
            return leaf(Periodic(bounds[0], periods), n_inputs, both)
    raise ValueError(f"the kernel {kernel} of {n_inputs} inputs has no counterpart here.")


def _group(kernel: Any, name: str) -> Group:
    value = getattr(kernel, name)

    def assign(values: Sequence[float]) -> None:
        setattr(kernel, name, np.array(values) if np.ndim(value) else values[0])

    fixed = bool(getattr(kernel, f"hyperparameter_{name}").fixed)
    return Group(tuple(np.atleast_1d(value).astype(float).tolist()), assign, fixed)


def _bounds(kernel: Any, name: str, default: Any) -> list[Interval]:
    """A pair for each value; the default where the value is fixed, and bounds have no meaning."""
    hyperparameter = getattr(kernel, f"hyperparameter_{name}")
    bounds = default if hyperparameter.fixed else hyperparameter.bounds
    pairs = np.asarray(bounds, dtype=np.float64).reshape(-1, 2)
    count = np.size(getattr(kernel, name))
    return [(low, high) for low, high in np.broadcast_to(pairs, (count, 2)).tolist()]
