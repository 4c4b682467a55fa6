"""Hybrid eigenvector-following with the full spectrum: uphill along some modes, downhill in the rest."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from .newton import trust_region_step
from .rule import StepRule, Trial


class EigenvectorFollowing(StepRule):
    """Converge to a transition state by following the lowest eigenvector uphill, or to a saddle by more.

    The step minimises the quadratic model of the image function, whose eigenvalues and gradient
    components along the `index` lowest modes have the opposite sign, within a trust radius that follows the
    error of the quadratic prediction (Munro & Wales, Phys. Rev. B 59, 3969, 1999, with the
    trust-region step in place of the uncoupled one, which overshoots in soft modes).
    """

    index: int | None = eqx.field(static=True, default=1)
    start_radius: float = 0.1
    max_radius: float = 1.0
    # Of the searches that settle, nine in ten do so within these; waiting for the rest costs more.
    max_steps: int = 50

    def __check_init__(self) -> None:
        if self.index is None or self.index < 1:
            raise ValueError(
                f"index must be the number of modes to follow uphill, at least 1, got {self.index}."
            )

    def step(
        self, spectrum: Float[Array, " m"], components: Float[Array, " m"], radius: Float[Array, ""]
    ) -> Float[Array, " m"]:
        assert self.index is not None
        image = jnp.where(jnp.arange(len(spectrum)) < self.index, -1.0, 1.0)
        return trust_region_step(image * spectrum, image * components, radius)

    def judge(self, trial: Trial) -> tuple[Bool[Array, " walkers"], Float[Array, " walkers"]]:
        predicted_change = jnp.where(trial.predicted == 0, 1e-300, trial.predicted)
        error = jnp.abs(trial.actual / predicted_change - 1)
        # A step may go up or down, so a bad one is told by its prediction alone.
        is_accepted = (error < 2.0) | trial.is_rounding | (trial.radius < 1e-4)
        grown_radius = jnp.maximum(trial.radius, jnp.minimum(2 * trial.length, self.max_radius))
        radius = jnp.where(
            error < 0.3, grown_radius, jnp.where(error > 0.75, 0.35 * trial.length, trial.radius)
        )
        radius = jnp.where(trial.is_rounding, jnp.maximum(trial.radius, 0.05), radius)
        return is_accepted, jnp.maximum(radius, 5e-5)
