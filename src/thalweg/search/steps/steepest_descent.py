"""Descent from a transition state to its two minima, by steepest descent on local quadratics."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from .rule import StepRule, Trial


def steepest_descent_step(
    spectrum: Float[Array, " m"], components: Float[Array, " m"], radius: Float[Array, ""]
) -> Float[Array, " m"]:
    """Follow dx/dt = −∇L exactly on the quadratic model, as far as `radius` or to its minimum.

    In the eigenbasis the path is s_i(t) = −g_i (1 − exp(−λ_i t))/λ_i; for t → ∞ at a minimum it is
    the Newton step (Page & McIver, J. Chem. Phys. 88, 922, 1988).
    """

    def path(log_time: Float[Array, ""]) -> Float[Array, " m"]:
        exponent = jnp.clip(-spectrum * jnp.exp(log_time), -700.0, 80.0)
        safe = jnp.where(spectrum == 0, 1.0, spectrum)
        factor = jnp.where(spectrum == 0, jnp.exp(log_time), -jnp.expm1(exponent) / safe)
        return -components * factor

    def bisect(
        _: Int[Array, ""], bracket: tuple[Float[Array, ""], Float[Array, ""]]
    ) -> tuple[Float[Array, ""], Float[Array, ""]]:
        lower, upper = bracket
        middle = 0.5 * (lower + upper)
        too_long = jnp.linalg.norm(path(middle)) > radius
        return jnp.where(too_long, lower, middle), jnp.where(too_long, middle, upper)

    # Times from far below any curvature's scale to far above the softest one's.
    scale = -jnp.log(jnp.maximum(jnp.abs(spectrum).max(), 1e-300))
    lower, _ = jax.lax.fori_loop(0, 40, bisect, (scale - 30.0, scale + 60.0))
    return path(lower)


class SteepestDescent(StepRule):
    """Descend without leaving the basin: quadratic steepest descent with its error kept small.

    The radius follows how well the local quadratic predicts the gradient, so that the walk stays on
    the steepest-descent path; near the minimum the steps become Newton's.
    """

    start_radius: float = 0.05
    max_radius: float = 1.0
    max_steps: int = 80
    model_error: float = 0.3

    def step(
        self, spectrum: Float[Array, " m"], components: Float[Array, " m"], radius: Float[Array, ""]
    ) -> Float[Array, " m"]:
        return steepest_descent_step(spectrum, components, radius)

    def judge(self, trial: Trial) -> tuple[Bool[Array, " walkers"], Float[Array, " walkers"]]:
        follows = (trial.actual < 0) & (trial.model_error < 3 * self.model_error)
        settles = trial.rms_after <= 1.5 * trial.rms_before
        is_accepted = jnp.where(trial.is_rounding, settles, follows) | (trial.radius < 1e-7)
        factor = jnp.clip(
            jnp.sqrt(self.model_error / jnp.maximum(trial.model_error, 1e-300)), 0.25, 2.0
        )
        radius = jnp.minimum(trial.radius * factor, self.max_radius)
        return is_accepted, jnp.where(trial.is_rounding & is_accepted, trial.radius, radius)
