"""The negative log marginal likelihood of a Gaussian process."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.linalg import cho_solve, solve_triangular
from jaxtyping import Array, Float, PRNGKeyArray

from .kernels import Bounds, Constant, Hyperparameter, Kernel, Matern, from_choices
from .precision import float64
from .problem import Problem

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


class GaussianProcess(Problem):
    """−ln p(y | θ) of a Gaussian process over the logarithms θ of its hyperparameters.

    L(θ) = ½ yᵀΣ⁻¹y + ½ ln|Σ| + (n/2) ln 2π with Σ = K(θ) + noise · I, in a box: a likelihood is flat
    where a length scale or the noise is beyond all data, and points at rest on the box are reported
    apart. The parameter vector holds the kernel's hyperparameters, then the noise variance.

    Reference: Rasmussen & Williams, Gaussian Processes for Machine Learning (2006), equations 2.30, 5.9.
    """

    inputs: Float[np.ndarray | Array, "n inputs"]
    targets: Float[np.ndarray | Array, " n"]
    low: Float[np.ndarray | Array, " d"]
    high: Float[np.ndarray | Array, " d"]
    kernel: Kernel = eqx.field(static=True)
    noise_bounds: Bounds = eqx.field(static=True)

    kind = "gaussian_process"

    @classmethod
    def from_data(
        cls,
        x: Float[np.ndarray, "n inputs"],
        y: Float[np.ndarray, " n"],
        *,
        kernel: Kernel | None = None,
        noise: Bounds = _NOISE,
    ) -> "GaussianProcess":
        """A Gaussian process of zero mean for inputs `x` [n inputs] and targets `y` [n].

        The bounds suit inputs and targets of zero mean and unit variance: standardise first.

        Args:
            x: inputs, finite.
            y: targets, finite.
            kernel: covariance function; Matérn with ν = 5/2 by default. One without a variance is
                multiplied by `Constant()`.
            noise: bounds of the noise variance.

        Raises:
            ValueError: for fewer than two points, values that are not finite, constant targets, or
                bounds that are no bounds.
        """
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        _check_data(x, y)
        kernel = Matern() if kernel is None else kernel
        if not any(isinstance(part, Constant) for part in kernel.parts()):
            kernel = Constant() * kernel
        return cls._of(x, y, kernel, (float(noise[0]), float(noise[1])))

    @classmethod
    def _of(
        cls,
        x: Float[np.ndarray, "n inputs"],
        y: Float[np.ndarray, " n"],
        kernel: Kernel,
        noise: Bounds,
    ) -> "GaussianProcess":
        every = (*kernel.hyperparameters(x.shape[1]), Hyperparameter("noise", noise))
        low, high = np.log([one.bounds for one in every]).T
        return cls(x, y, low, high, kernel, noise)

    # ---- shape ----------------------------------------------------------------------------------

    @property
    def dimension(self) -> int:
        return self.low.shape[0]

    @property
    def hyperparameters(self) -> tuple[Hyperparameter, ...]:
        """Of the kernel, then the noise variance, in the order of the parameter vector."""
        own = self.kernel.hyperparameters(self.inputs.shape[1])
        return (*own, Hyperparameter("noise", self.noise_bounds))

    @property
    def box(self) -> Any:
        return self.low, self.high

    @property
    def length_scale(self) -> float:
        return 0.5

    @property
    def walkers_per_chunk(self) -> int:
        # A few covariance matrices should stay within the second-level cache.
        return int(np.clip((1 << 18) // (8 * self.inputs.shape[0] ** 2), 1, 16))

    # ---- loss and derivatives -------------------------------------------------------------------

    def loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        factor = jnp.linalg.cholesky(self._covariance(x))
        return self._value(factor, cho_solve((factor, True), jnp.asarray(self.targets)))

    def value_and_gradient(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"]]:
        covariance, pull_back = jax.vjp(self._covariance, x)
        value, _, _, slope = self._solved(covariance)
        return value, pull_back(slope)[0]

    def value_gradient_hessian(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"], Float[Array, "d d"]]:
        """With G = ½(Σ⁻¹ − ααᵀ), α = Σ⁻¹y: ∂ᵢL = ⟨G, ∂ᵢΣ⟩ and
        ∂ᵢⱼL = ⟨G, ∂ᵢⱼΣ⟩ − ½ tr(Σ⁻¹∂ᵢΣ Σ⁻¹∂ⱼΣ) + αᵀ∂ᵢΣ Σ⁻¹∂ⱼΣ α."""
        value, inverse, alpha, slope = self._solved(self._covariance(x))
        rates = jnp.moveaxis(jax.jacfwd(self._covariance)(x), -1, 0)
        bent = jax.hessian(lambda y: jnp.sum(slope * self._covariance(y)))(x)
        turned = inverse @ rates
        pushed = rates @ alpha
        traces = jnp.einsum("iab,jba->ij", turned, turned)
        hessian = bent - 0.5 * traces + pushed @ inverse @ pushed.T
        return value, jnp.einsum("ab,iab->i", slope, rates), 0.5 * (hessian + hessian.T)

    def gradient_noise(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        """eps · cond(Σ) · ½(yᵀΣ⁻¹y + n), the spread of the Cholesky pivots in place of the condition."""
        factor = jnp.linalg.cholesky(self._covariance(x))
        pivots = jnp.diagonal(factor)
        condition = (pivots.max() / pivots.min()) ** 2
        half = solve_triangular(factor, jnp.asarray(self.targets), lower=True)
        terms = 0.5 * (half @ half + len(half))
        return jnp.finfo(jnp.float64).eps * condition * terms

    def _covariance(self, x: Float[Array, " d"]) -> Float[Array, "n n"]:
        inputs = jnp.asarray(self.inputs)
        return self.kernel.covariance(x[:-1], inputs, inputs) + jnp.exp(x[-1]) * jnp.eye(
            len(inputs)
        )

    def _solved(
        self, covariance: Float[Array, "n n"]
    ) -> tuple[Float[Array, ""], Float[Array, "n n"], Float[Array, " n"], Float[Array, "n n"]]:
        """The loss, Σ⁻¹, Σ⁻¹y, and the derivative of the loss with respect to Σ."""
        factor = jnp.linalg.cholesky(covariance)
        half = solve_triangular(factor, jnp.eye(len(covariance)), lower=True)
        inverse = half.T @ half
        alpha = half.T @ (half @ jnp.asarray(self.targets))
        slope = 0.5 * (inverse - alpha[:, None] * alpha)
        return self._value(factor, alpha), inverse, alpha, slope

    def _value(self, factor: Float[Array, "n n"], alpha: Float[Array, " n"]) -> Float[Array, ""]:
        y = jnp.asarray(self.targets)
        log_determinant = jnp.sum(jnp.log(jnp.diagonal(factor)))
        return 0.5 * y @ alpha + log_determinant + 0.5 * len(y) * np.log(2 * np.pi)

    # ---- prediction -----------------------------------------------------------------------------

    @float64
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

    # ---- search ---------------------------------------------------------------------------------

    def start(self, key: PRNGKeyArray) -> Float[Array, " d"]:
        low, high = jnp.asarray(self.low), jnp.asarray(self.high)
        return low + (high - low) * jax.random.uniform(key, low.shape)

    @property
    def start_law(self) -> str:
        return "log-uniform in the box"

    # ---- identity -------------------------------------------------------------------------------

    def choices(self) -> dict[str, Any]:
        return {"kernel": self.kernel.choices(), "noise": list(self.noise_bounds)}

    def arrays(self) -> dict[str, np.ndarray]:
        return {"inputs": np.asarray(self.inputs), "targets": np.asarray(self.targets)}

    @property
    def name(self) -> str:
        n, inputs = self.inputs.shape
        parts = [part.name.replace("_", " ") for part in self.kernel.parts()]
        return f"Gaussian process, {' and '.join(parts)} kernel, {n} points of {inputs} inputs"

    @classmethod
    def from_record(
        cls, choices: Mapping[str, Any], arrays: Mapping[str, np.ndarray]
    ) -> "GaussianProcess":
        kernel = from_choices(choices["kernel"])
        return cls._of(arrays["inputs"], arrays["targets"], kernel, tuple(choices["noise"]))


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
