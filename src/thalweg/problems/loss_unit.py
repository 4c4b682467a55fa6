"""Unit and tolerance of a loss in a search: losses that differ by a factor have the same landscape."""

from collections.abc import Callable, Sequence

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from .bounds import Bounds
from .forwarding import ForwardingProblem
from .problem import RMS_TOLERANCE

_ORDINARY = (1e-4, 1e4)
"""Differences of the loss between which the unit is 1: the stated tolerances are absolute there."""


def unit_from(losses: Sequence[float]) -> float:
    """The unit of a loss with these values at some points: a power of two, so that dividing is exact.

    It is 1 unless all differences are tiny or all are huge: one large difference may come from a steep
    slope far from any minimum, and one tiny difference from two points that are alike.
    """
    values = np.array([value for value in losses if np.isfinite(value)], dtype=np.float64)
    if len(values) < 2:
        return 1.0
    differences = np.abs(values[:, None] - values)[np.triu_indices(len(values), 1)]
    smallest, largest = float(differences.min()), float(differences.max())
    if 0 < largest < _ORDINARY[0]:
        return _power_of_two(largest)
    return _power_of_two(smallest) if smallest > _ORDINARY[1] else 1.0


def _power_of_two(size: float) -> float:
    return float(2.0 ** np.clip(np.round(np.log2(size)), -1000, 1000))


class InLossUnits(ForwardingProblem):
    """`problem` with its loss divided by `unit`, for searches: all that is recorded is multiplied again.

    With a unit of 1 it is the problem itself but for the tolerance.

    Attributes:
        unit: of its loss.
        tolerance: RMS gradient below which a point counts as stationary, in units of 1.
    """

    unit: float = eqx.field(static=True)
    tolerance: float = eqx.field(static=True, default=RMS_TOLERANCE)

    kind = "in loss units"

    @property
    def dimension(self) -> int:
        return self.problem.dimension

    # ---- derivatives ----------------------------------------------------------------------------

    def loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        return self.problem.loss(x) / self.unit

    def value_and_gradient(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"]]:
        value, gradient = self.problem.value_and_gradient(x)
        return value / self.unit, gradient / self.unit

    def value_gradient_hessian_noise(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"], Float[Array, "d d"], Float[Array, ""]]:
        value, gradient, hessian, noise = self.problem.value_gradient_hessian_noise(x)
        unit = self.unit
        return value / unit, gradient / unit, hessian / unit, self._noise(value, noise)

    def hessian_vector(self, x: Float[Array, " d"], v: Float[Array, " d"]) -> Float[Array, " d"]:
        return self.problem.hessian_vector(x, v) / self.unit

    def gradient_and_products(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, " d"], Callable[[Float[Array, " d"]], Float[Array, " d"]]]:
        gradient, product = self.problem.gradient_and_products(x)
        return gradient / self.unit, lambda v: product(v) / self.unit

    def gradient_noise(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        return self._noise(self.problem.loss(x), self.problem.gradient_noise(x))

    def _noise(self, value: Float[Array, ""], noise: Float[Array, ""]) -> Float[Array, ""]:
        """No less than the rounding of the loss over a length scale: the unit may be far below its size."""
        if self.unit == 1:
            return noise
        rounding = float(np.finfo(np.float64).eps) * jnp.abs(value) / self.length_scale
        return jnp.maximum(noise, rounding) / self.unit

    def zero_modes(self, x: Float[Array, " d"]) -> Float[Array, "d k"] | None:
        return self.problem.zero_modes(x)

    # ---- bounds, scale and hints ----------------------------------------------------------------

    @property
    def bounds(self) -> Bounds | None:
        return self.problem.bounds

    @property
    def rms_tolerance(self) -> float:
        # Larger units do not loosen it: what rounding asks for is in the noise.
        return self.tolerance * min(1.0, 1 / self.unit)

    def start(self, key: PRNGKeyArray) -> Float[Array, " d"]:
        return self.problem.start(key)
