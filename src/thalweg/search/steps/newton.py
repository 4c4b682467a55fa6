"""Trust-region Newton steps in the eigenbasis of the exact Hessian."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from .rule import StepRule, Trial


def trust_region_step(
    spectrum: Float[Array, " m"], components: Float[Array, " m"], radius: Float[Array, ""]
) -> Float[Array, " m"]:
    """The minimiser [m] of the quadratic model within `radius`, in the eigenbasis.

    −g_i/(λ_i + μ) with the smallest μ ≥ max(0, −λ_min) that keeps the length; in the hard case (no
    gradient along the lowest mode) the lowest mode is added up to the radius (Moré & Sorensen, SIAM
    J. Sci. Stat. Comput. 4, 553, 1983).
    """
    lowest = jnp.argmin(spectrum)
    least_shift = jnp.maximum(0.0, -spectrum[lowest]) * (1 + 1e-10) + 1e-14

    def length(shift: Float[Array, ""]) -> Float[Array, ""]:
        return jnp.asarray(jnp.linalg.norm(components / (spectrum + shift)))

    def bisect(
        _: Int[Array, ""], bracket: tuple[Float[Array, ""], Float[Array, ""]]
    ) -> tuple[Float[Array, ""], Float[Array, ""]]:
        lower, upper = bracket
        middle = 0.5 * (lower + upper)
        too_long = length(jnp.exp(middle)) > radius
        return jnp.where(too_long, middle, lower), jnp.where(too_long, upper, middle)

    fits = length(least_shift) <= radius
    bracket = (
        jnp.log(least_shift),
        jnp.log(least_shift + jnp.linalg.norm(components) / radius + 1e-14),
    )
    _, upper = jax.lax.fori_loop(0, 30, bisect, bracket)
    step = -components / (spectrum + jnp.where(fits, least_shift, jnp.exp(upper)))
    is_hard = fits & (spectrum[lowest] < -1e-9)
    remainder = jnp.sqrt(jnp.maximum(radius**2 - jnp.sum(step**2), 0.0))
    downhill = jnp.where(components[lowest] > 0, -1.0, 1.0)
    return step.at[lowest].add(jnp.where(is_hard, downhill * remainder, 0.0))


class Newton(StepRule):
    """Minimise by trust-region Newton steps with the exact Hessian.

    A wide radius finds minima fastest, but need not end in the steepest-descent basin of the start:
    fine for enumerating minima, not for the two sides of a transition state.
    """

    grow: float = 2.0

    @classmethod
    def within_basin(cls) -> "Newton":
        """Steps too short to leave the basin of the start: follow a point, do not jump."""
        return cls(start_radius=0.05, max_radius=0.3)

    def step(
        self, spectrum: Float[Array, " m"], components: Float[Array, " m"], radius: Float[Array, ""]
    ) -> Float[Array, " m"]:
        return trust_region_step(spectrum, components, radius)

    def judge(self, trial: Trial) -> tuple[Bool[Array, " walkers"], Float[Array, " walkers"]]:
        ratio = trial.actual / jnp.where(trial.predicted == 0, -1e-300, trial.predicted)
        # Where the loss is all rounding, the gradient has to tell.
        settles = (trial.rms_after <= 1.5 * trial.rms_before) | (trial.length < 1e-6)
        is_accepted = jnp.where(trial.is_rounding, settles, ratio > 1e-4)
        at_rim = trial.length > 0.9 * trial.radius
        grown_radius = jnp.where(
            (ratio > 0.75) & at_rim,
            jnp.minimum(self.grow * trial.radius, self.max_radius),
            trial.radius,
        )
        steady = jnp.where(trial.is_rounding, trial.radius, grown_radius)
        is_poor = ~is_accepted | (~trial.is_rounding & (ratio < 0.25))
        return is_accepted, jnp.where(is_poor, 0.25 * trial.length, steady)
