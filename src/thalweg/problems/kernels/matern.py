"""The Matérn kernel of any smoothness."""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaln
from jaxtyping import Array, Float

from ...numbers import Real
from ...special.bessel import log_bessel_k
from .base import LENGTHS, Hyperparameter, Interval, IntervalLike
from .registry import register
from .stationary import Stationary

SMOOTHNESS: Interval = (0.05, 50.0)
"""Within which K_ν is known to full precision."""
_NEAREST = 1e-16
"""Squared scaled distance below which two points are one."""


@register
@dataclass(frozen=True)
class Matern(Stationary):
    """2^{1−ν}/Γ(ν) (√(2ν) r)^ν K_ν(√(2ν) r) for any smoothness ν > 0.

    Half-integer ν have closed forms.

    Attributes:
        nu: the smoothness, or bounds within which it is optimised.

    Raises:
        ValueError: for a smoothness outside `SMOOTHNESS`.
    """

    nu: float | Interval = 2.5
    name = "matern"

    def __init__(
        self,
        nu: Real | IntervalLike = 2.5,
        ard: bool = True,
        length_bounds: IntervalLike | tuple[Interval, ...] = LENGTHS,
    ) -> None:
        values = np.atleast_1d(np.asarray(nu, dtype=np.float64))
        if values.shape not in ((1,), (2,)) or not np.all(
            (values >= SMOOTHNESS[0]) & (values <= SMOOTHNESS[1])
        ):
            raise ValueError(
                f"nu must be a number from 0.05 to 50, or two of them as bounds; got {nu}. For a smoother "
                "process use RBF."
            )
        object.__setattr__(
            self, "nu", tuple(values.tolist()) if len(values) == 2 else float(values[0])
        )
        object.__setattr__(self, "ard", ard)
        object.__setattr__(self, "length_bounds", length_bounds)
        self.__post_init__()

    @property
    def smoothness(self) -> float | Interval:
        return self.nu

    def free_smoothness(self) -> "Matern":
        return Matern(SMOOTHNESS, self.ard, self.length_bounds)

    def shape_parameters(self) -> tuple[Hyperparameter, ...]:
        if not isinstance(self.nu, tuple):
            return ()
        return (Hyperparameter("smoothness", self.nu, keeps_bounds=True),)

    @property
    def _order(self) -> int | None:
        """p of ν = p + 1/2, where there is a closed form."""
        if isinstance(self.nu, tuple) or not (self.nu - 0.5).is_integer():
            return None
        return int(self.nu - 0.5)

    def profile(
        self, squares: Float[Array, "*s"], shape_logs: Float[Array, " q"]
    ) -> Float[Array, "*s"]:
        is_one = squares < _NEAREST
        # The distance has no derivative at zero, where the covariance is 1 whatever the parameters.
        r = jnp.sqrt(jnp.where(is_one, 1.0, squares))
        if self._order is not None:
            value = _closed_form(self._order, r)[0]
        else:
            nu = jnp.exp(shape_logs[0]) if len(shape_logs) else jnp.asarray(self.nu)
            value = _general_form(nu, r)
        return jnp.where(is_one, 1.0, value)

    def _jet(
        self, squares: Float[Array, "n n"], shape_logs: Float[Array, " q"]
    ) -> tuple[Float[Array, "n n"], Float[Array, "1+q n n"], Float[Array, "1+q 1+q n n"]]:
        if self._order is not None:
            is_one = squares < _NEAREST
            jet = _closed_form(self._order, jnp.sqrt(jnp.where(is_one, 1.0, squares)))
            value, first, second = (
                jnp.where(is_one, at_zero, part)
                for at_zero, part in zip((1.0, 0.0, 0.0), jet, strict=True)
            )
            return value, first[None], second[None, None]
        # A quadrature for each pair is dear: every pair once, and none on the diagonal.
        n = len(squares)
        pairs = np.triu_indices(n, 1)
        position = np.zeros((n, n), int)
        position[pairs] = 1 + np.arange(len(pairs[0]))
        position += position.T

        def as_matrix(values: Float[Array, "... pairs"], at_zero: float) -> Float[Array, "... n n"]:
            front = [(0, 0)] * (values.ndim - 1) + [(1, 0)]
            return jnp.pad(values, front, constant_values=at_zero)[..., position]

        value, first, second = super()._jet(squares[pairs], shape_logs)
        return as_matrix(value, 1.0), as_matrix(first, 0.0), as_matrix(second, 0.0)


def _closed_form(order: int, r: Float[Array, "*s"]) -> tuple[Array, Array, Array]:
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
    decay = jnp.exp(-x) / at_zero
    second, first, value = (theta * decay for theta in thetas[order : order + 3])
    return value, -nu * first, nu**2 * second


def _general_form(nu: Float[Array, ""], r: Float[Array, "*s"]) -> Float[Array, "*s"]:
    x = jnp.sqrt(2 * nu) * r
    logs = (1 - nu) * jnp.log(2.0) - gammaln(nu) + nu * jnp.log(x) + log_bessel_k(nu, x)
    return jnp.exp(logs)
