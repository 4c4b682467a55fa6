"""The negative log marginal likelihood of a Gaussian process."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.linalg import block_diag, cho_solve, solve_triangular
from jaxtyping import Array, Float, PRNGKeyArray

from ...precision import as_float64, with_float64
from ..capabilities import Prediction
from ..fixed_coordinate import FixedCoordinate
from ..kernels import from_choices
from ..kernels.base import Bounds, Constant, Hyperparameter, Kernel, KernelDerivatives
from ..kernels.stationary import Matern
from ..problem import Problem
from ..registry import register

_NOISE: Bounds = (1e-6, 1.0)


@dataclass(frozen=True, eq=False)
class GaussianProcessPrediction:
    """The posterior of a Gaussian process at some points.

    Attributes:
        mean: [M].
        variance: of the function, without the noise of an observation [M].
        noise: variance of that noise.
    """

    mean: Float[np.ndarray, " M"]
    variance: Float[np.ndarray, " M"]
    noise: float

    def log_density(self, targets: Float[np.ndarray, " M"]) -> Float[np.ndarray, " M"]:
        """ln p(y) of observations [M], noise included, one by one."""
        spread = self.variance + self.noise
        return -0.5 * (np.log(2 * np.pi * spread) + (targets - self.mean) ** 2 / spread)


@register
class GaussianProcess(Problem):
    """−ln p(y | θ) of a Gaussian process over the logarithms θ of its hyperparameters.

    L(θ) = ½ yᵀΣ⁻¹y + ½ ln|Σ| + (n/2) ln 2π with Σ = K(θ) + noise · I, in a box: a likelihood is flat
    where a length scale or the noise is beyond all data, and points at rest on the box are reported
    apart. The parameter vector holds the kernel's hyperparameters, then the noise variance.

    With `prior_width` w the loss is −ln p(y, θ): every logarithm has a normal prior around the middle of
    its bounds with standard deviation w, in place of the box; a free smoothness keeps its bounds.

    Reference: Rasmussen & Williams, Gaussian Processes for Machine Learning (2006), equations 2.30, 5.9.
    """

    inputs: Float[np.ndarray | Array, "n inputs"]
    targets: Float[np.ndarray | Array, " n"]
    low: Float[np.ndarray | Array, " d"]
    high: Float[np.ndarray | Array, " d"]
    kernel: Kernel = eqx.field(static=True)
    noise_bounds: Bounds = eqx.field(static=True)
    prior_width: float | None = eqx.field(static=True, default=None)
    without_prior: int | None = eqx.field(static=True, default=None)

    kind = "gaussian_process"

    @classmethod
    def from_data(
        cls,
        x: Float[np.ndarray, "n inputs"],
        y: Float[np.ndarray, " n"],
        *,
        kernel: Kernel | None = None,
        noise: Bounds = _NOISE,
        prior_width: float | None = None,
    ) -> "GaussianProcess":
        """A Gaussian process of zero mean for inputs `x` [n inputs] and targets `y` [n].

        The bounds suit inputs and targets of zero mean and unit variance: standardise first.

        Args:
            x: inputs, finite.
            y: targets, finite.
            kernel: covariance function; Matérn with ν = 5/2 by default. One without a variance is
                multiplied by `Constant()`.
            noise: bounds of the noise variance.
            prior_width: standard deviation of a normal prior over every logarithm, in e-folds; None for
                the marginal likelihood alone.

        Raises:
            ValueError: for fewer than two points, values that are not finite, constant targets,
                bounds that are no bounds, or a prior without a positive width.
        """
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        _check_data(x, y)
        if prior_width is not None and not (np.isfinite(prior_width) and prior_width > 0):
            raise ValueError(f"prior_width must be a positive number or None, got {prior_width}.")
        kernel = Matern() if kernel is None else kernel
        if not any(isinstance(part, Constant) for part in kernel.parts()):
            kernel = Constant() * kernel
        return cls._of(x, y, kernel, (float(noise[0]), float(noise[1])), prior_width)

    @classmethod
    def _of(
        cls,
        x: Float[np.ndarray, "n inputs"],
        y: Float[np.ndarray, " n"],
        kernel: Kernel,
        noise: Bounds,
        prior_width: float | None,
    ) -> "GaussianProcess":
        every = (*kernel.hyperparameters(x.shape[1]), Hyperparameter("noise", noise))
        low, high = np.log([one.bounds for one in every]).T
        return cls(x, y, low, high, kernel, noise, prior_width)

    # ---- shape ----------------------------------------------------------------------------------

    @property
    def dimension(self) -> int:
        return self.low.shape[0]

    @property
    def hyperparameters(self) -> tuple[Hyperparameter, ...]:
        """Of the kernel, then the noise variance, in the order of the parameter vector."""
        own = self.kernel.hyperparameters(self.inputs.shape[1])
        return (*own, Hyperparameter("noise", self.noise_bounds))

    def likelihood(self) -> "GaussianProcess":
        """The same problem without its prior: what the data alone say."""
        return dataclasses.replace(self, prior_width=None)

    @property
    def prediction(self) -> Prediction:
        return Prediction.DISTRIBUTION

    @property
    def bounds(self) -> Any:
        if self.prior_width is None:
            return self.low, self.high
        # A prior needs no walls, but K_ν is not known beyond the bounds of ν.
        has_walls = np.array([one.name == "smoothness" for one in self.hyperparameters])
        if not has_walls.any():
            return None
        return np.where(has_walls, self.low, -np.inf), np.where(has_walls, self.high, np.inf)

    @property
    def length_scale(self) -> float:
        return 1.0

    @property
    def walkers_per_chunk(self) -> int:
        # A few covariance matrices should stay within the second-level cache.
        return int(np.clip((1 << 14) // (8 * self.inputs.shape[0] ** 2), 1, 16))

    # ---- loss and derivatives -------------------------------------------------------------------

    def loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        factor = jnp.linalg.cholesky(self._covariance(x))
        alpha = cho_solve((factor, True), jnp.asarray(self.targets))
        return self._value(factor, alpha) + self._prior(x)[0]

    def value_and_gradient(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"]]:
        kernel, noise = self._derivatives(x), jnp.exp(x[-1])
        solved = self._solved(self._with_noise(kernel.covariance, noise))
        by_kernel = jnp.einsum("ab,iab->i", solved.slope, kernel.rates)
        gradient = jnp.append(by_kernel, noise * jnp.trace(solved.slope))
        penalty, pull = self._prior(x)
        return solved.value + penalty, gradient + pull

    def value_gradient_hessian(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"], Float[Array, "d d"]]:
        return self.value_gradient_hessian_noise(x)[:3]

    def value_gradient_hessian_noise(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"], Float[Array, "d d"], Float[Array, ""]]:
        """With G = ½(Σ⁻¹ − ααᵀ), α = Σ⁻¹y: ∂ᵢL = ⟨G, ∂ᵢΣ⟩ and
        ∂ᵢⱼL = ⟨G, ∂ᵢⱼΣ⟩ − ½ tr(Σ⁻¹∂ᵢΣ Σ⁻¹∂ⱼΣ) + αᵀ∂ᵢΣ Σ⁻¹∂ⱼΣ α."""
        kernel, noise = self._derivatives(x), jnp.exp(x[-1])
        solved = self._solved(self._with_noise(kernel.covariance, noise))
        inverse, alpha = solved.inverse, solved.alpha
        p, n = kernel.rates.shape[:2]
        # ∂Σ/∂(ln noise) = noise · I and, of a variance in front, ∂Σ = Σ − noise · I: no multiplication.
        by_noise = noise * inverse[None]
        scale = [jnp.eye(n)[None] - by_noise] if kernel.has_scale else []
        others = kernel.rates[len(scale) :]
        turned = (others.reshape(-1, n) @ inverse).reshape(len(others), n, n)
        turned = jnp.concatenate([*scale, turned, by_noise])
        pushed = jnp.concatenate([kernel.rates @ alpha, noise * alpha[None]])
        gradient = 0.5 * (jnp.einsum("iaa->i", turned) - pushed @ alpha)
        traces = jnp.einsum("iab,jba->ij", turned, turned)
        bent = block_diag(kernel.bend(solved.slope), gradient[-1])
        hessian = bent - 0.5 * traces + pushed @ inverse @ pushed.T
        hessian = 0.5 * (hessian + hessian.T)
        penalty, pull = self._prior(x)
        if self.prior_width is not None:
            has_prior = np.arange(p + 1) != self.without_prior
            hessian = hessian + jnp.diag(has_prior / self.prior_width**2)
        return solved.value + penalty, gradient + pull, hessian, self._noise(solved)

    def _prior(self, x: Float[Array, " d"]) -> tuple[Float[Array, ""], Float[Array, " d"]]:
        """Minus the logarithm of the prior density, and its gradient; zero without a prior."""
        if self.prior_width is None:
            return jnp.zeros(()), jnp.zeros_like(x)
        off = (x - 0.5 * (jnp.asarray(self.low) + jnp.asarray(self.high))) / self.prior_width
        has_prior = np.arange(self.dimension) != self.without_prior
        off = jnp.where(has_prior, off, 0.0)
        constant = has_prior.sum() * np.log(self.prior_width * np.sqrt(2 * np.pi))
        return 0.5 * off @ off + constant, off / self.prior_width

    def gradient_noise(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        """eps · cond(Σ) · ½(yᵀΣ⁻¹y + n), the spread of the Cholesky pivots in place of the condition."""
        return self._noise(self._solved(self._covariance(x)))

    def _noise(self, solved: "_Solved") -> Float[Array, ""]:
        pivots = jnp.diagonal(solved.factor)
        condition = (pivots.max() / pivots.min()) ** 2
        terms = 0.5 * (jnp.asarray(self.targets) @ solved.alpha + len(pivots))
        return jnp.finfo(jnp.float64).eps * condition * terms

    def _covariance(self, x: Float[Array, " d"]) -> Float[Array, "n n"]:
        return self._with_noise(self._derivatives(x).covariance, jnp.exp(x[-1]))

    def _derivatives(self, x: Float[Array, " d"]) -> KernelDerivatives:
        return self.kernel.derivatives(x[:-1], jnp.asarray(self.inputs))

    @staticmethod
    def _with_noise(
        covariance: Float[Array, "n n"], noise: Float[Array, ""]
    ) -> Float[Array, "n n"]:
        return covariance + noise * jnp.eye(len(covariance))

    def _solved(self, covariance: Float[Array, "n n"]) -> "_Solved":
        y = jnp.asarray(self.targets)
        factor = jnp.linalg.cholesky(covariance)
        inverse = cho_solve((factor, True), jnp.eye(len(y)))
        alpha = inverse @ y
        slope = 0.5 * (inverse - alpha[:, None] * alpha)
        return _Solved(self._value(factor, alpha), factor, inverse, alpha, slope)

    def _value(self, factor: Float[Array, "n n"], alpha: Float[Array, " n"]) -> Float[Array, ""]:
        y = jnp.asarray(self.targets)
        log_determinant = 2 * jnp.sum(jnp.log(jnp.diagonal(factor)))
        return 0.5 * (y @ alpha + log_determinant + len(y) * np.log(2 * np.pi))

    # ---- prediction -----------------------------------------------------------------------------

    @with_float64
    def posterior(
        self, x: Float[np.ndarray, " d"], inputs: Float[np.ndarray, "M inputs"]
    ) -> GaussianProcessPrediction:
        """Mean and variance at `inputs` [M inputs] for hyperparameters with the logarithms `x` [d].

        Raises:
            ValueError: if the covariance matrix is not positive definite there.
        """
        mean, variance = (
            np.asarray(v) for v in _posterior(self, jnp.asarray(x), jnp.asarray(inputs))
        )
        if not np.isfinite(mean).all():
            raise ValueError(
                "the covariance matrix is not positive definite at these hyperparameters; raise the "
                "noise, or remove repeated rows."
            )
        return GaussianProcessPrediction(mean, np.maximum(variance, 0.0), float(np.exp(x[-1])))

    @with_float64
    def posteriors(
        self, points: Float[np.ndarray, "points d"], inputs: Float[np.ndarray, "M inputs"]
    ) -> tuple[Float[np.ndarray, "points M"], Float[np.ndarray, "points M"]]:
        """Means and variances [points M] as `posterior` for several points; NaN where it would raise."""
        mean, variance = _posteriors(self, jnp.asarray(points), jnp.asarray(inputs))
        return np.asarray(mean), np.maximum(np.asarray(variance), 0.0)

    @with_float64
    def leave_one_out(self, x: Float[np.ndarray, " d"]) -> GaussianProcessPrediction:
        """The prediction at each point of the data from all others.

        Reference: Rasmussen & Williams (2006), equation 5.12.
        """
        solved = jax.jit(lambda p, at: p._solved(p._covariance(at)))(self, jnp.asarray(x))
        spread = 1 / np.diagonal(np.asarray(solved.inverse))
        noise = float(np.exp(x[-1]))
        mean = np.asarray(self.targets) - np.asarray(solved.alpha) * spread
        return GaussianProcessPrediction(mean, spread - noise, noise)

    # ---- search ---------------------------------------------------------------------------------

    def start(self, key: PRNGKeyArray) -> Float[Array, " d"]:
        low, high = jnp.asarray(self.low), jnp.asarray(self.high)
        return low + (high - low) * jax.random.uniform(key, low.shape)

    @property
    def start_law(self) -> str:
        return "log-uniform in the box"

    # ---- other kernels --------------------------------------------------------------------------

    @property
    def parameters(self) -> Mapping[str, float]:
        fixed = [part.nu for part in self.kernel.parts() if isinstance(part, Matern)]
        return {"nu": fixed[0]} if len(fixed) == 1 and isinstance(fixed[0], float) else {}

    def with_parameter(self, name: str, value: Float[Array, ""] | float) -> FixedCoordinate:
        """With another smoothness ν: the problem of free ν, with ν held."""
        freed = dataclasses.replace(self, kernel=self.kernel.free_smoothness())
        names = [one.name for one in freed.hyperparameters]
        low, high = np.log([one.bounds for one in freed.hyperparameters]).T
        logarithm = jnp.log(value) if isinstance(value, jax.Array) else as_float64(np.log(value))
        held = names.index("smoothness")
        freed = dataclasses.replace(freed, low=low, high=high, without_prior=held)
        return FixedCoordinate(freed, logarithm, held)

    # ---- identity -------------------------------------------------------------------------------

    def choices(self) -> dict[str, Any]:
        choices: dict[str, Any] = {
            "kernel": self.kernel.choices(),
            "noise": list(self.noise_bounds),
        }
        if self.prior_width is not None:
            choices["prior_width"] = self.prior_width
        return choices

    def unhashed_choices(self) -> dict[str, Any]:
        # It changes the loss by a constant, but landscapes of a held ν are known without it.
        return {"without_prior": self.without_prior}

    def arrays(self) -> dict[str, np.ndarray]:
        return {"inputs": np.asarray(self.inputs), "targets": np.asarray(self.targets)}

    @property
    def name(self) -> str:
        n, inputs = self.inputs.shape
        parts = [part.name.replace("_", " ") for part in self.kernel.parts()]
        prior = "" if self.prior_width is None else f", prior of width {self.prior_width:g}"
        kernels = " and ".join(parts)
        return f"Gaussian process, {kernels} kernel, {n} points of {inputs} inputs{prior}"

    @classmethod
    def from_record(
        cls, choices: Mapping[str, Any], arrays: Mapping[str, np.ndarray]
    ) -> "GaussianProcess":
        kernel = from_choices(choices["kernel"])
        noise, width = tuple(choices["noise"]), choices.get("prior_width")
        problem = cls._of(arrays["inputs"], arrays["targets"], kernel, noise, width)
        return dataclasses.replace(problem, without_prior=choices.get("without_prior"))


class _Solved(eqx.Module):
    """What follows from Σ.

    Attributes:
        value: the loss.
        factor: lower Cholesky factor [n n].
        inverse: Σ⁻¹ [n n].
        alpha: Σ⁻¹y [n].
        slope: derivative of the loss in Σ, ½(Σ⁻¹ − ααᵀ) [n n].
    """

    value: Float[Array, ""]
    factor: Float[Array, "n n"]
    inverse: Float[Array, "n n"]
    alpha: Float[Array, " n"]
    slope: Float[Array, "n n"]


@jax.jit
def _posterior(
    problem: GaussianProcess, x: Float[Array, " d"], at: Float[Array, "M inputs"]
) -> tuple[Float[Array, " M"], Float[Array, " M"]]:
    inputs, kernel = jnp.asarray(problem.inputs), problem.kernel
    factor = jnp.linalg.cholesky(problem._covariance(x))
    cross = solve_triangular(factor, kernel.covariance(x[:-1], inputs, at), lower=True)
    white = solve_triangular(factor, jnp.asarray(problem.targets), lower=True)
    prior = jax.vmap(lambda z: kernel.covariance(x[:-1], z[None], z[None])[0, 0])(at)
    return cross.T @ white, prior - jnp.sum(cross**2, axis=0)


@jax.jit
def _posteriors(
    problem: GaussianProcess, points: Float[Array, "points d"], at: Float[Array, "M inputs"]
) -> tuple[Float[Array, "points M"], Float[Array, "points M"]]:
    found: tuple[Array, Array] = jax.lax.map(lambda x: _posterior(problem, x, at), points)
    return found


def _check_data(x: Float[np.ndarray, "n inputs"], y: Float[np.ndarray, " n"]) -> None:
    if x.ndim != 2 or y.shape != (len(x),) or len(x) < 2 or x.shape[1] < 1:
        raise ValueError(
            f"a Gaussian process needs x [n inputs] and y [n] with n of at least two; got shapes "
            f"{x.shape} and {y.shape}."
        )
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("x and y hold values that are missing or infinite; remove those rows.")
    if np.ptp(y) == 0:
        raise ValueError("y is constant; there is nothing to learn.")
