"""GPyTorch's exact Gaussian processes as problems."""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..kernels.base import LENGTHS, Interval
from ..kernels.constant import Constant
from ..kernels.matern import Matern
from ..kernels.restricted import OnInputs
from ..kernels.stationary import RBF, RationalQuadratic
from .fitted_process import (
    FittedProcess,
    Group,
    Part,
    bounds_around,
    fitted_process,
    free_groups,
    leaf,
    with_fixed_noise,
)
from .gaussian_process import NOISE, GaussianProcess
from .prediction import TargetUnits
from .priors import Gamma, HalfCauchy, LogNormal, Normal, Prior


def from_gpytorch(model: Any) -> FittedProcess:
    """The landscape on which a fitted GPyTorch `ExactGP` is one point.

    Kernels: Scale, RBF, Matérn, RQ, sums and products, each of some inputs (`active_dims`) too; a Gaussian
    likelihood with one noise, or one of known noise. Frozen parameters (`requires_grad=False`) are held.
    Priors (gamma, normal, log-normal, half-Cauchy) are part of the loss, as they are of
    `ExactMarginalLogLikelihood`. A constant mean stays as it was fitted. Bounds are this library's defaults
    within the constraints of the model, widened to hold the fitted values.

    Raises:
        ValueError: for a mean, a likelihood, a kernel or a prior that is not known here, if all is frozen,
            and if the loss is not the model's own: it is compared at 20 random points.
    """
    _require_exact(model)
    model = copy.deepcopy(model).double()
    model.train()
    if len(model.train_inputs) != 1 or model.train_targets.ndim != 1:
        raise ValueError("the model must have one tensor of inputs [n inputs] and targets [n].")
    x = model.train_inputs[0].detach().cpu().numpy()
    x = x[:, None] if x.ndim == 1 else x
    constant = getattr(model.mean_module, "constant", None)
    mean = 0.0 if constant is None else float(constant.detach())
    part = _part(model.covar_module, x.shape[1])
    noise, known_noise = _noise(model.likelihood)
    groups = free_groups(part, noise)
    _require_known_priors(model)
    problem = GaussianProcess._of(
        x,
        model.train_targets.detach().cpu().numpy() - mean,
        part.kernel,
        None if noise is None or noise.is_fixed else _noise_bounds(model.likelihood, noise),
        None,
        known_noise=with_fixed_noise(known_noise, noise),
        priors=_priors(groups),
        target_units=TargetUnits(mean),
    )
    return fitted_process(problem, groups, lambda: _loss(model), "the fitted model")


def _require_exact(model: Any) -> None:
    from gpytorch import likelihoods, means, models

    if not isinstance(model, models.ExactGP):
        raise ValueError(f"from_gpytorch reads an ExactGP, got {type(model).__name__}.")
    known = likelihoods.GaussianLikelihood | likelihoods.FixedNoiseGaussianLikelihood
    if not isinstance(model.likelihood, known):
        raise ValueError(
            f"the likelihood must be a GaussianLikelihood, got {type(model.likelihood).__name__}."
        )
    if not isinstance(model.mean_module, means.ConstantMean | means.ZeroMean):
        raise ValueError(
            f"the mean must be constant or zero, got {type(model.mean_module).__name__}."
        )


def _loss(model: Any) -> float:
    """Minus what GPyTorch's own fit maximises, with its priors, by Cholesky factors throughout."""
    import gpytorch
    import torch

    objective = gpytorch.mlls.ExactMarginalLogLikelihood(model.likelihood, model)
    with (
        torch.no_grad(),
        gpytorch.settings.fast_computations(False, False, False),
        gpytorch.settings.debug(False),
    ):
        density = objective(model(*model.train_inputs), model.train_targets)
    return -len(model.train_targets) * float(density)


def _noise(likelihood: Any) -> tuple[Group | None, np.ndarray]:
    """The noise variance that is fitted, and the one that is known beforehand."""
    from gpytorch import likelihoods

    if not isinstance(likelihood, likelihoods.FixedNoiseGaussianLikelihood):
        return _group(likelihood.noise_covar, "noise"), np.zeros(())
    known_noise = likelihood.noise_covar.noise.detach().cpu().numpy().astype(np.float64)
    second = likelihood.second_noise_covar
    return (None if second is None else _group(second, "noise")), known_noise


def _noise_bounds(likelihood: Any, noise: Group) -> Interval:
    modules = [likelihood.noise_covar, getattr(likelihood, "second_noise_covar", None)]
    owner = next(one for one in modules if hasattr(one, "raw_noise_constraint"))
    return _bounds(owner, "noise", NOISE, noise)


def _part(kernel: Any, n_inputs: int) -> Part:
    """One of our kernels, over the inputs that theirs sees."""
    if kernel.active_dims is None:
        return _part_of_all(kernel, n_inputs)
    columns = tuple(kernel.active_dims.tolist())
    inner = _part_of_all(kernel, len(columns))
    return Part(OnInputs(inner.kernel, columns), inner.groups)


def _part_of_all(kernel: Any, n_inputs: int) -> Part:
    from gpytorch import kernels as gk

    if isinstance(kernel, gk.AdditiveKernel | gk.ProductKernel):
        parts = [_part(one, n_inputs) for one in kernel.kernels]
        total = parts[0]
        for part in parts[1:]:
            is_sum = isinstance(kernel, gk.AdditiveKernel)
            joint = total.kernel + part.kernel if is_sum else total.kernel * part.kernel
            total = total.joined(part, joint)
        return total
    if isinstance(kernel, gk.ScaleKernel):
        # It has taken its base kernel's inputs over.
        scale, inner = _group(kernel, "outputscale"), _part_of_all(kernel.base_kernel, n_inputs)
        bounds = _bounds(kernel, "outputscale", Constant().bounds, scale)
        front = leaf(Constant(bounds), n_inputs, [scale])
        return front.joined(inner, front.kernel * inner.kernel)
    # A subclass may compute anything: these classes alone.
    if type(kernel) not in (gk.MaternKernel, gk.RQKernel, gk.RBFKernel):
        raise ValueError(f"{type(kernel).__name__} has no counterpart here.")
    length = _group(kernel, "lengthscale")
    ard = len(length.values) > 1 or n_inputs == 1
    bounds = _bounds(kernel, "lengthscale", LENGTHS, length)
    if isinstance(kernel, gk.MaternKernel):
        return leaf(Matern(float(kernel.nu), ard, bounds), n_inputs, [length])
    if isinstance(kernel, gk.RQKernel):
        alpha = _group(kernel, "alpha")
        alphas = _bounds(kernel, "alpha", RationalQuadratic().alpha_bounds, alpha)
        return leaf(RationalQuadratic(ard, bounds, alphas), n_inputs, [length, alpha])
    return leaf(RBF(ard, bounds), n_inputs, [length])


def _group(module: Any, name: str) -> Group:
    import torch

    raw = getattr(module, f"raw_{name}")
    shape, values = raw.shape, getattr(module, name).detach().reshape(-1).tolist()

    def assign(new_values: Sequence[float]) -> None:
        module.initialize(**{name: torch.tensor(new_values, dtype=raw.dtype).reshape(shape)})

    prior = _prior(module, name)
    return Group(tuple(values), assign, not raw.requires_grad, prior)


def _prior(module: Any, name: str) -> Prior | None:
    """The prior that the module keeps for the values of this name."""
    import torch

    for prior, closure, _ in module._priors.values():
        if torch.equal(closure(module), getattr(module, name)):
            return _our_prior(prior)
    return None


def _our_prior(prior: Any) -> Prior:
    from gpytorch import priors

    def number(value: Any) -> float:
        if value.numel() != 1:
            raise ValueError(
                f"{type(prior).__name__} has parameters of its own for each input, which is not known here."
            )
        return float(value)

    if isinstance(prior, priors.GammaPrior):
        return Gamma(number(prior.concentration), number(prior.rate))
    if isinstance(prior, priors.LogNormalPrior):
        return LogNormal(number(prior.loc), number(prior.scale))
    if isinstance(prior, priors.NormalPrior):
        return Normal(number(prior.loc), number(prior.scale))
    if isinstance(prior, priors.HalfCauchyPrior):
        return HalfCauchy(number(prior.scale))
    raise ValueError(
        f"the prior {type(prior).__name__} is not known here; GammaPrior, NormalPrior, LogNormalPrior and "
        "HalfCauchyPrior are."
    )


def _priors(groups: Sequence[Group]) -> tuple[tuple[int, Prior], ...]:
    owners = [group for group in groups for _ in group.values]
    return tuple((k, one.prior) for k, one in enumerate(owners) if one.prior is not None)


def _require_known_priors(model: Any) -> None:
    """A prior over something that is not a hyperparameter here would be lost without a word."""
    import torch

    names = ("lengthscale", "outputscale", "noise", "alpha")
    for name, module, _, closure, _ in model.named_priors():
        values = closure(module)
        known = [getattr(module, one, None) for one in names]
        is_known = any(one is not None and torch.equal(one, values) for one in known)
        # The mean is held as it was fitted, and its prior with it: a constant.
        if not is_known and not name.startswith("mean_module"):
            raise ValueError(f"the prior {name} is over a quantity that is not known here.")


def _bounds(module: Any, name: str, default: Interval, group: Group) -> Interval:
    """The default bounds within the module's constraint, widened to hold the fitted values."""
    constraint = getattr(module, f"raw_{name}_constraint")
    lower, upper = float(constraint.lower_bound), float(constraint.upper_bound)
    within = (max(default[0], lower), min(default[1], upper))
    if not within[0] < within[1]:
        within = (max(lower, 0.1 * min(group.values)), min(upper, 10 * max(group.values)))
    return bounds_around(within, *group.values)
