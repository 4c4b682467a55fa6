"""The negative log marginal likelihood of a Gaussian process."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from ...numbers import Real
from ...precision import as_float64
from ..bounds import Bounds, uniform_between
from ..capabilities import Prediction
from ..fixed_coordinate import FixedCoordinate
from ..kernels.base import (
    Hyperparameter,
    Interval,
    IntervalLike,
    Kernel,
    KernelDerivatives,
    as_interval,
)
from ..kernels.constant import Constant
from ..kernels.matern import Matern
from ..kernels.registry import from_choices, is_registered
from ..means import registry as mean_registry
from ..means.base import Mean
from ..means.polynomial import ZeroMean
from ..problem import Problem
from ..registry import register
from .checks import check_data, check_mean, validated_width
from .likelihood_terms import LikelihoodTerms, likelihood_terms
from .marginal_likelihood import (
    FactorisedLikelihood,
    factorise,
    likelihood_derivatives,
    negative_log_likelihood,
    weights_of_targets,
)
from .posterior import leave_one_out, posterior, posteriors
from .prediction import GaussianProcessPrediction, PredictionsOfEach, TargetUnits
from .priors import PriorOf, negative_log_priors, prior_choices, priors_from_choices

NOISE: Interval = (1e-6, 1.0)
"""Bounds of the noise variance by default, for targets of unit variance."""
_NO_NOISE = np.zeros(())
_AS_OBSERVED = TargetUnits()
_ZERO_MEAN = ZeroMean()


@register
class GaussianProcess(Problem):
    """−ln p(y | θ) of a Gaussian process over the logarithms θ of its hyperparameters.

    L(θ) = ½ yᵀΣ⁻¹y + ½ ln|Σ| + (n/2) ln 2π with Σ = K(θ) + noise · I, between bounds: a likelihood is flat
    where a length scale or the noise is beyond all data, and points at rest at the bounds are reported
    apart. The parameter vector holds the kernel's hyperparameters, then the noise variance.

    With `prior_width` w the loss is −ln p(y, θ): every logarithm has a normal prior around the middle of
    its bounds with standard deviation w, in place of the bounds; a free smoothness keeps its bounds.

    With a `mean` m(x) = h(x)ᵀβ the coefficients β are those of highest likelihood for every Σ, and y is
    what they leave of the targets: the landscape has the same coordinates, and the stationary points of the
    one over θ and β together.

    A model that was fitted elsewhere (`from_sklearn`, `from_gpytorch`) may bring a variance that is known
    beforehand in place of the noise or beside it, priors of its own, and targets that it has standardised:
    predictions are in the units of the observations.

    Reference: Rasmussen & Williams, Gaussian Processes for Machine Learning (2006), equations 2.30, 5.9.
    """

    inputs: Float[np.ndarray | Array, "n inputs"]
    targets: Float[np.ndarray | Array, " n"]
    lower: Float[np.ndarray | Array, " d"]
    upper: Float[np.ndarray | Array, " d"]
    known_noise: Float[np.ndarray | Array, "*n"]
    kernel: Kernel = eqx.field(static=True)
    noise_bounds: Interval | None = eqx.field(static=True)
    prior_width: float | None = eqx.field(static=True, default=None)
    without_prior: int | None = eqx.field(static=True, default=None)
    priors: tuple[PriorOf, ...] = eqx.field(static=True, default=())
    target_units: TargetUnits = eqx.field(static=True, default=_AS_OBSERVED)
    mean: Mean = eqx.field(static=True, default=_ZERO_MEAN)

    kind = "gaussian_process"

    @classmethod
    def from_data(
        cls,
        x: Float[np.ndarray, "n inputs"],
        y: Float[np.ndarray, " n"],
        *,
        kernel: Kernel | None = None,
        noise: IntervalLike = NOISE,
        prior_width: Real | None = None,
        mean: Mean = _ZERO_MEAN,
    ) -> "GaussianProcess":
        """A Gaussian process for inputs `x` [n inputs] and targets `y` [n].

        The bounds suit inputs and targets of zero mean and unit variance: standardise first.

        Args:
            x: inputs, finite.
            y: targets, finite.
            kernel: covariance function; Matérn with ν = 5/2 by default. One without a variance is
                multiplied by `Constant()`.
            noise: bounds of the noise variance.
            prior_width: standard deviation of a normal prior over every logarithm, in e-folds; None for
                the marginal likelihood alone.
            mean: mean function, `means.ConstantMean()` or `means.LinearMean()` for example; zero by default.

        Raises:
            ValueError: for fewer than two points, values that are not finite, constant targets,
                bounds that are no bounds, a prior without a positive width, or a mean with more
                coefficients than the points determine.
        """
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        check_data(x, y)
        check_mean(mean, x)
        width = validated_width(prior_width)
        kernel = Matern() if kernel is None else kernel
        if not any(part.has_variance for part in kernel.parts()):
            kernel = Constant() * kernel
        return cls._of(x, y, kernel, as_interval(noise, "noise"), width, mean=mean)

    @classmethod
    def _of(
        cls,
        x: Float[np.ndarray | Array, "n inputs"],
        y: Float[np.ndarray | Array, " n"],
        kernel: Kernel,
        noise: Interval | None,
        prior_width: float | None,
        without_prior: int | None = None,
        known_noise: Float[np.ndarray | Array, "*n"] = _NO_NOISE,
        priors: tuple[PriorOf, ...] = (),
        target_units: TargetUnits = _AS_OBSERVED,
        mean: Mean = _ZERO_MEAN,
    ) -> "GaussianProcess":
        intervals = [one.bounds for one in _hyperparameters(kernel, x.shape[1], noise)]
        lower, upper = np.log(intervals).T
        return cls(
            inputs=x,
            targets=y,
            lower=lower,
            upper=upper,
            known_noise=known_noise,
            kernel=kernel,
            noise_bounds=noise,
            prior_width=prior_width,
            without_prior=without_prior,
            priors=priors,
            target_units=target_units,
            mean=mean,
        )

    @property
    def dimension(self) -> int:
        return self.lower.shape[0]

    @property
    def hyperparameters(self) -> tuple[Hyperparameter, ...]:
        """Hyperparameters of the kernel, then the noise variance, in the order of the parameter vector."""
        return _hyperparameters(self.kernel, self.inputs.shape[1], self.noise_bounds)

    def likelihood(self) -> "GaussianProcess":
        """The same problem without its prior: what the data alone say."""
        return dataclasses.replace(self, prior_width=None, priors=())

    @property
    def observations(self) -> Float[np.ndarray, " n"]:
        """The targets [n] in the units in which predictions are."""
        return self.target_units.observed(np.asarray(self.targets))

    # ---- loss and derivatives -------------------------------------------------------------------

    def loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        targets = jnp.asarray(self.targets)
        factor = jnp.linalg.cholesky(self.covariance(x))
        alpha = weights_of_targets(factor, targets, self._basis)
        return negative_log_likelihood(factor, alpha, targets) + self._prior(x)[0]

    def value_and_gradient(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"]]:
        kernel, noise = self._kernel_derivatives(x), self._noise(x)
        likelihood = self._factorised(self._with_noise(kernel.covariance, x))
        by_kernel = jnp.einsum("ab,iab->i", likelihood.slope, kernel.gradient)
        by_noise = noise * jnp.trace(likelihood.slope)
        gradient = jnp.concatenate([by_kernel, by_noise])
        penalty, penalty_gradient = self._prior(x)
        return likelihood.value + penalty, gradient + penalty_gradient

    def value_gradient_hessian(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"], Float[Array, "d d"]]:
        return self.value_gradient_hessian_noise(x)[:3]

    def value_gradient_hessian_noise(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"], Float[Array, "d d"], Float[Array, ""]]:
        kernel, noise = self._kernel_derivatives(x), self._noise(x)
        likelihood = self._factorised(self._with_noise(kernel.covariance, x))
        gradient, hessian = likelihood_derivatives(
            likelihood, kernel, noise, jnp.asarray(self.known_noise)
        )
        penalty, penalty_gradient = self._prior(x)
        if self.prior_width is not None:
            hessian = hessian + jnp.diag(self._has_prior / self.prior_width**2)
        if self.priors:
            hessian = hessian + jax.hessian(lambda y: negative_log_priors(self.priors, y))(x)
        return (
            likelihood.value + penalty,
            gradient + penalty_gradient,
            hessian,
            likelihood.gradient_noise,
        )

    def gradient_noise(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        return self._factorised(self.covariance(x)).gradient_noise

    def covariance(self, x: Float[Array, " d"]) -> Float[Array, "n n"]:
        """Of the observations, noise included [n n]."""
        return self._with_noise(self._kernel_derivatives(x).covariance, x)

    def _kernel_derivatives(self, x: Float[Array, " d"]) -> KernelDerivatives:
        return self.kernel.derivatives(self.kernel_logs(x), jnp.asarray(self.inputs))

    def kernel_logs(self, x: Float[Array, "*points d"]) -> Float[Array, "*points p"]:
        """Those of the logarithms `x` that are the kernel's."""
        return x if self.noise_bounds is None else x[..., :-1]

    def _noise(self, x: Float[Array, "*points d"]) -> Float[Array, "*points q"]:
        """The noise variance that is a coordinate [1]; none [0] where it is known beforehand."""
        return jnp.exp(x[..., self.kernel_logs(x).shape[-1] :])

    def _with_noise(
        self, covariance: Float[Array, "n n"], x: Float[Array, " d"]
    ) -> Float[Array, "n n"]:
        variance = self._noise(x).sum() + jnp.asarray(self.known_noise)
        return covariance + variance * jnp.eye(len(covariance))

    def observation_noise(self, x: Float[np.ndarray, "*points d"]) -> Float[np.ndarray, "*points"]:
        """Variance of the noise of a new observation, in the units of the observations.

        A known variance is that of the training data, and not of new points where it differs from one to
        the next: then it is left out.
        """
        known = np.unique(np.asarray(self.known_noise))
        noise = np.asarray(self._noise(jnp.asarray(x))).sum(axis=-1)
        return np.asarray(
            (noise + (known[0] if len(known) == 1 else 0.0)) * self.target_units.scale**2
        )

    def _factorised(self, covariance: Float[Array, "n n"]) -> FactorisedLikelihood:
        return factorise(covariance, jnp.asarray(self.targets), self._basis)

    @property
    def _basis(self) -> Float[Array, "n k"]:
        return self.mean.basis(jnp.asarray(self.inputs))

    @property
    def growth_doubt(self) -> str | None:
        if self.prior_width is None or self.bounds is not None:
            return (
                "it is looked at between bounds, and the gradient need not point outwards at them; with a "
                "normal prior (prior_width) on every hyperparameter it has none"
            )
        if not bool(np.all(self._has_prior)):
            return "not every hyperparameter has a prior"
        # −ln p(y) falls at most in proportion to a logarithm, and the prior grows with its square.
        return None

    def _prior(self, x: Float[Array, " d"]) -> tuple[Float[Array, ""], Float[Array, " d"]]:
        """Minus the logarithm of the prior density, and its gradient [d]; zero without a prior."""
        if self.priors:
            return jax.value_and_grad(lambda y: negative_log_priors(self.priors, y))(x)
        if self.prior_width is None:
            return jnp.zeros(()), jnp.zeros_like(x)
        middle = 0.5 * (jnp.asarray(self.lower) + jnp.asarray(self.upper))
        deviations = jnp.where(self._has_prior, (x - middle) / self.prior_width, 0.0)
        constant = self._has_prior.sum() * np.log(self.prior_width * np.sqrt(2 * np.pi))
        return 0.5 * deviations @ deviations + constant, deviations / self.prior_width

    @property
    def _has_prior(self) -> Bool[np.ndarray, " d"]:
        has_prior: Bool[np.ndarray, " d"] = np.arange(self.dimension) != self.without_prior
        return has_prior

    def terms(self, x: Float[np.ndarray, " d"]) -> LikelihoodTerms:
        """Misfit, complexity and constant of −ln p(y) for hyperparameters with the logarithms `x` [d].

        Raises:
            ValueError: if the covariance matrix is not positive definite there.
        """
        return likelihood_terms(self, x)

    # ---- prediction -----------------------------------------------------------------------------

    @property
    def prediction(self) -> Prediction:
        return Prediction.DISTRIBUTION

    def posterior(
        self, x: Float[np.ndarray, " d"], inputs: Float[np.ndarray, "M inputs"]
    ) -> GaussianProcessPrediction:
        """Mean and variance at `inputs` [M inputs] for hyperparameters with the logarithms `x` [d].

        Raises:
            ValueError: if the covariance matrix is not positive definite there.
        """
        return posterior(self, x, inputs)

    def posteriors(
        self, points: Float[np.ndarray, "points d"], inputs: Float[np.ndarray, "M inputs"]
    ) -> PredictionsOfEach:
        """As `posterior`, for several points [points d] at once; NaN where it would raise."""
        return posteriors(self, points, inputs)

    def leave_one_out(self, x: Float[np.ndarray, " d"]) -> GaussianProcessPrediction:
        """The prediction at each point of the data from all others, to compare with `observations`.

        Reference: Rasmussen & Williams (2006), equation 5.12.
        """
        return leave_one_out(self, x)

    # ---- bounds and hints for searches ----------------------------------------------------------

    @property
    def bounds(self) -> Bounds | None:
        if self.prior_width is None:
            return self.lower, self.upper
        # From the hyperparameters, which are choices: `lower` and `upper` are traced within a search.
        keeps_bounds = np.array([one.keeps_bounds for one in self.hyperparameters])
        if not keeps_bounds.any():
            return None
        lower, upper = np.log([one.bounds for one in self.hyperparameters]).T
        return np.where(keeps_bounds, lower, -np.inf), np.where(keeps_bounds, upper, np.inf)

    def start(self, key: PRNGKeyArray) -> Float[Array, " d"]:
        return uniform_between(key, self.lower, self.upper)

    @property
    def start_law(self) -> str:
        # The name under which landscapes count hits: it stays as it is.
        return "log-uniform in the box"

    @property
    def walkers_per_chunk(self) -> int:
        # A few covariance matrices should stay within the second-level cache.
        return int(np.clip((1 << 14) // (8 * self.inputs.shape[0] ** 2), 1, 16))

    # ---- parameters -----------------------------------------------------------------------------

    @property
    def parameters(self) -> Mapping[str, float]:
        """The smoothness "nu" of the kernel, if one part has one and it is not optimised."""
        values = [part.smoothness for part in self.kernel.parts() if part.smoothness is not None]
        return {"nu": values[0]} if len(values) == 1 and isinstance(values[0], float) else {}

    def with_parameter(self, name: str, value: Float[Array, ""] | float) -> Problem:
        """The same problem at another smoothness ν: that of free ν, with ν held fixed."""
        if name not in self.parameters:
            return super().with_parameter(name, value)
        kernel = self.kernel.free_smoothness()
        names = [one.name for one in kernel.hyperparameters(self.inputs.shape[1])]
        index = names.index("smoothness")
        free_problem = self._of(
            self.inputs,
            self.targets,
            kernel,
            self.noise_bounds,
            self.prior_width,
            index,
            self.known_noise,
            tuple((k + (k >= index), prior) for k, prior in self.priors),
            self.target_units,
            self.mean,
        )
        logarithm = jnp.log(value) if isinstance(value, jax.Array) else as_float64(np.log(value))
        return FixedCoordinate(free_problem, logarithm, index)

    def coordinate_name(self, i: int) -> str:
        return self.hyperparameters[i].name.replace("_", " ")

    # ---- identity -------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        n, inputs = self.inputs.shape
        names = " and ".join(part.name.replace("_", " ") for part in self.kernel.parts())
        prior = "" if self.prior_width is None else f", prior of width {self.prior_width:g}"
        prior += f", priors of {len(self.priors)} hyperparameters" if self.priors else ""
        mean = "" if self.mean == _ZERO_MEAN else f", {self.mean.name.replace('_', ' ')} mean"
        return f"Gaussian process, {names} kernel, {n} points of {inputs} inputs{mean}{prior}"

    def choices(self) -> dict[str, Any]:
        choices: dict[str, Any] = {
            "kernel": self.kernel.choices(),
            "noise": None if self.noise_bounds is None else list(self.noise_bounds),
        }
        if self.prior_width is not None:
            choices["prior_width"] = self.prior_width
        if self.priors:
            choices["priors"] = prior_choices(self.priors)
        if self.mean != _ZERO_MEAN:
            # Landscapes of a mean of zero are known without it.
            choices["mean"] = self.mean.choices()
        return choices

    def unhashed_choices(self) -> dict[str, Any]:
        # It changes the loss by a constant, but landscapes of a held ν are known without it.
        choices: dict[str, Any] = {"without_prior": self.without_prior}
        if self.target_units != _AS_OBSERVED:
            choices["target_units"] = dataclasses.asdict(self.target_units)
        return choices

    def arrays(self) -> dict[str, np.ndarray]:
        arrays = {"inputs": np.asarray(self.inputs), "targets": np.asarray(self.targets)}
        if np.any(self.known_noise):
            arrays["known_noise"] = np.asarray(self.known_noise)
        return arrays

    @property
    def is_portable(self) -> bool:
        has_known_parts = is_registered(self.kernel) and mean_registry.is_registered(self.mean)
        return super().is_portable and has_known_parts

    @classmethod
    def from_record(
        cls, choices: Mapping[str, Any], arrays: Mapping[str, np.ndarray]
    ) -> "GaussianProcess":
        return cls._of(
            arrays["inputs"],
            arrays["targets"],
            from_choices(choices["kernel"]),
            None if choices["noise"] is None else tuple(choices["noise"]),
            choices.get("prior_width"),
            choices.get("without_prior"),
            arrays.get("known_noise", _NO_NOISE),
            priors_from_choices(choices.get("priors", ())),
            TargetUnits(**choices.get("target_units", {})),
            mean_registry.from_choices(choices.get("mean", _ZERO_MEAN.choices())),
        )


def _hyperparameters(
    kernel: Kernel, n_inputs: int, noise: Interval | None
) -> tuple[Hyperparameter, ...]:
    of_noise = () if noise is None else (Hyperparameter("noise", noise),)
    return (*kernel.hyperparameters(n_inputs), *of_noise)
