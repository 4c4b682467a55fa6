"""Kernels of the scaled distance between two points: RBF, Matérn of any smoothness, rational quadratic."""

import abc
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaln
from jaxtyping import Array, Float

from ...special.bessel import log_bessel_k
from .base import LENGTHS, Bounds, Hyperparameter, Kernel, KernelDerivatives

SMOOTHNESS: Bounds = (0.05, 50.0)
"""Within which K_ν is known to full precision."""
_NEAREST = 1e-16
"""Squared scaled distance below which two points are one."""


@dataclass(frozen=True)
class _Stationary(Kernel):
    """A function of the scaled distance, with one length scale, or one for each input.

    Attributes:
        ard: whether every input has a length scale of its own.
        length_bounds: of every length scale.
    """

    ard: bool = True
    length_bounds: Bounds = LENGTHS

    def hyperparameters(self, n_inputs: int) -> tuple[Hyperparameter, ...]:
        if not self.ard:
            return (Hyperparameter("length scale", self.length_bounds), *self._own())
        lengths = (
            Hyperparameter(f"length scale of input {k}", self.length_bounds)
            for k in range(1, n_inputs + 1)
        )
        return (*lengths, *self._own())

    def _own(self) -> tuple[Hyperparameter, ...]:
        """What it has besides length scales."""
        return ()

    @abc.abstractmethod
    def _profile(
        self, squares: Float[Array, "*s"], own: Float[Array, " own"]
    ) -> Float[Array, "*s"]:
        """The covariance at squared scaled distances, for the logarithms of the other hyperparameters."""

    def covariance(
        self,
        logs: Float[Array, " p"],
        x: Float[Array, "n inputs"],
        z: Float[Array, "m inputs"],
    ) -> Float[Array, "n m"]:
        squares, own = self._squares(logs, x, z)
        return self._profile(sum(squares[1:], squares[0]), own)

    def _squares(
        self,
        logs: Float[Array, " p"],
        x: Float[Array, "n inputs"],
        z: Float[Array, "m inputs"],
    ) -> tuple[list[Float[Array, "n m"]], Float[Array, " own"]]:
        """The share of each length scale in the squared scaled distance, and the other hyperparameters."""
        apart = [(x[:, k, None] - z[None, :, k]) ** 2 for k in range(x.shape[1])]
        if not self.ard:
            apart = [sum(apart[1:], apart[0])]
        weights = jnp.exp(-2 * logs[: len(apart)])
        return [w * a for w, a in zip(weights, apart, strict=True)], logs[len(apart) :]

    def derivatives(
        self, logs: Float[Array, " p"], x: Float[Array, "n inputs"]
    ) -> KernelDerivatives:
        """From those of the profile in s = r² = Σ_k s_k: ∂s/∂ln l_k = −2 s_k."""
        squares, own = self._squares(logs, x, x)
        turns = -2 * jnp.stack(squares)
        value, first, second = self._jet(sum(squares[1:], squares[0]), own)

        def bend(weights: Float[Array, "n n"]) -> Float[Array, "p p"]:
            # One pass over the largest arrays: the curvature, the mixed terms and the slope together.
            bent = jnp.concatenate([second[0, 0] * turns, second[0, 1:], first[:1]])
            along = jnp.einsum("iab,jab->ij", turns, weights * bent)
            k = len(turns)
            lengthwise, mixed = along[:, :k] - 2 * jnp.diag(along[:, -1]), along[:, k:-1]
            others = jnp.einsum("ab,ijab->ij", weights, second[1:, 1:])
            return jnp.block([[lengthwise, mixed], [mixed.T, others]])

        return KernelDerivatives(value, jnp.concatenate([first[0] * turns, first[1:]]), bend)

    def _jet(
        self, squares: Float[Array, "*s"], own: Float[Array, " own"]
    ) -> tuple[Float[Array, "*s"], Float[Array, "1+own *s"], Float[Array, "1+own 1+own *s"]]:
        """The profile with its first and second derivatives in (squares, *own), element by element."""

        # A quadrature in the profile is done once: its jet enters every derivative.
        def value(move: Float[Array, " moves"]) -> tuple[Array, Array]:
            out = self._profile(squares + move[0], own + move[1:])
            return out, out

        def slopes(move: Float[Array, " moves"]) -> tuple[Array, tuple[Array, Array]]:
            first, out = jax.jacfwd(value, has_aux=True)(move)
            return first, (first, out)

        second, (first, out) = jax.jacfwd(slopes, has_aux=True)(jnp.zeros(1 + len(own)))
        return out, jnp.moveaxis(first, -1, 0), jnp.moveaxis(second, (-2, -1), (0, 1))

    def choices(self) -> dict[str, Any]:
        return {"kernel": self.name, "ard": self.ard, "length_bounds": list(self.length_bounds)}


@dataclass(frozen=True)
class RBF(_Stationary):
    """exp(−r²/2): infinitely smooth."""

    name = "rbf"

    def _profile(
        self, squares: Float[Array, "*s"], own: Float[Array, " own"]
    ) -> Float[Array, "*s"]:
        return jnp.exp(-0.5 * squares)


@dataclass(frozen=True)
class Matern(_Stationary):
    """2^{1−ν}/Γ(ν) (√(2ν) r)^ν K_ν(√(2ν) r) for any smoothness ν > 0.

    Half-integer ν have closed forms.

    Attributes:
        nu: the smoothness, or bounds within which it is optimised.
    """

    nu: float | Bounds = 2.5
    name = "matern"

    def __init__(
        self, nu: float | Bounds = 2.5, ard: bool = True, length_bounds: Bounds = LENGTHS
    ) -> None:
        fixed = np.atleast_1d(np.asarray(nu, dtype=np.float64))
        if fixed.shape not in ((1,), (2,)) or not np.all(
            (fixed >= SMOOTHNESS[0]) & (fixed <= SMOOTHNESS[1])
        ):
            raise ValueError(
                f"nu must be a number from 0.05 to 50, or two of them as bounds; got {nu}. For a smoother "
                "process use RBF."
            )
        object.__setattr__(
            self, "nu", tuple(fixed.tolist()) if len(fixed) == 2 else float(fixed[0])
        )
        object.__setattr__(self, "ard", ard)
        object.__setattr__(self, "length_bounds", length_bounds)

    def free_smoothness(self) -> Kernel:
        return Matern(SMOOTHNESS, self.ard, self.length_bounds)

    def _own(self) -> tuple[Hyperparameter, ...]:
        return (Hyperparameter("smoothness", self.nu),) if isinstance(self.nu, tuple) else ()

    @property
    def _order(self) -> int | None:
        """p of ν = p + 1/2, where there is a closed form."""
        if isinstance(self.nu, tuple) or not (self.nu - 0.5).is_integer():
            return None
        return int(self.nu - 0.5)

    def _profile(
        self, squares: Float[Array, "*s"], own: Float[Array, " own"]
    ) -> Float[Array, "*s"]:
        is_one = squares < _NEAREST
        # The distance has no derivative at zero, where the covariance is 1 whatever the parameters.
        r = jnp.sqrt(jnp.where(is_one, 1.0, squares))
        if self._order is not None:
            value = _closed_matern(self._order, r)[0]
        else:
            value = _general_matern(jnp.exp(own[0]) if len(own) else jnp.asarray(self.nu), r)
        return jnp.where(is_one, 1.0, value)

    def _jet(
        self, squares: Float[Array, "n n"], own: Float[Array, " own"]
    ) -> tuple[Float[Array, "n n"], Float[Array, "1+own n n"], Float[Array, "1+own 1+own n n"]]:
        if self._order is not None:
            is_one = squares < _NEAREST
            jet = _closed_matern(self._order, jnp.sqrt(jnp.where(is_one, 1.0, squares)))
            value, first, second = (
                jnp.where(is_one, at, part) for at, part in zip((1.0, 0.0, 0.0), jet, strict=True)
            )
            return value, first[None], second[None, None]
        # A quadrature for each pair is dear: every pair once, and none on the diagonal.
        n = len(squares)
        upper = np.triu_indices(n, 1)
        place = np.zeros((n, n), int)
        place[upper] = 1 + np.arange(len(upper[0]))
        place += place.T

        def spread(pairs: Float[Array, "... pairs"], at_zero: float) -> Float[Array, "... n n"]:
            edge = [(0, 0)] * (pairs.ndim - 1) + [(1, 0)]
            return jnp.pad(pairs, edge, constant_values=at_zero)[..., place]

        value, first, second = super()._jet(squares[upper], own)
        return spread(value, 1.0), spread(first, 0.0), spread(second, 0.0)

    def choices(self) -> dict[str, Any]:
        nu = list(self.nu) if isinstance(self.nu, tuple) else self.nu
        return {**super().choices(), "nu": nu}


def _closed_matern(order: int, r: Float[Array, "*s"]) -> tuple[Array, Array, Array]:
    """Matérn of ν = `order` + 1/2, with its first and second derivative in r².

    With x = √(2ν) r, x^ν K_ν(x) is √(π/2) e^−x θ_p(x), θ_p the reverse Bessel polynomials:
    θ_p = (2p − 1) θ_{p−1} + x² θ_{p−2} from θ₀ = 1, θ₁ = 1 + x; before them, 1/x and (1 + x)/x³. As
    d/dx x^ν K_ν = −x x^{ν−1} K_{ν−1}, a derivative in r² takes one from p and brings −ν.
    """
    nu = order + 0.5
    x = np.sqrt(2 * nu) * r
    thetas = [(1 + x) / x**3, 1 / x, jnp.ones_like(x), 1 + x]
    for p in range(2, order + 1):
        thetas.append((2 * p - 1) * thetas[-1] + x * x * thetas[-2])
    at_zero = np.prod(np.arange(1.0, 2 * order, 2))
    fall = jnp.exp(-x) / at_zero
    second, first, value = (theta * fall for theta in thetas[order : order + 3])
    return value, -nu * first, nu**2 * second


def _general_matern(nu: Float[Array, ""], r: Float[Array, "*s"]) -> Float[Array, "*s"]:
    scaled = jnp.sqrt(2 * nu) * r
    logs = (1 - nu) * jnp.log(2.0) - gammaln(nu) + nu * jnp.log(scaled) + log_bessel_k(nu, scaled)
    return jnp.exp(logs)


@dataclass(frozen=True)
class RationalQuadratic(_Stationary):
    """(1 + r²/2α)^−α: a mixture of RBFs of many length scales."""

    alpha_bounds: Bounds = (1e-2, 1e2)
    name = "rational_quadratic"

    def _own(self) -> tuple[Hyperparameter, ...]:
        return (Hyperparameter("alpha", self.alpha_bounds),)

    def _profile(
        self, squares: Float[Array, "*s"], own: Float[Array, " own"]
    ) -> Float[Array, "*s"]:
        alpha = jnp.exp(own[0])
        return jnp.exp(-alpha * jnp.log1p(squares / (2 * alpha)))

    def choices(self) -> dict[str, Any]:
        return {**super().choices(), "alpha_bounds": list(self.alpha_bounds)}
