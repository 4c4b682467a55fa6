"""What a step rule is: how a walker moves, when a step is accepted, and how a walk can end.

Minimisation, the search for transition states and descent differ in their rule alone.
"""

import abc
from enum import IntEnum

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from ...problems.problem import RMS_TOLERANCE

FLAT_CURVATURE = 1e-13
"""Curvatures below this share of the largest one are rounding: their sign means nothing."""


def rms_tolerance(noise: Float[Array, "*b"]) -> Float[Array, "*b"]:
    """RMS gradient below which points count as stationary, given its rounding floor there [*b]."""
    return jnp.maximum(RMS_TOLERANCE, 10 * noise)


class Status(IntEnum):
    """How a walk ended."""

    RUNNING = 0
    CONVERGED = 1
    """At rest with the wanted number of negative eigenvalues."""
    WRONG_INDEX = 2
    """At rest with another number of negative eigenvalues."""
    AT_BOUNDS = 3
    """At rest against the bounds of the problem."""
    FLAT = 4
    """A small gradient, but no stationary point near, or a curvature that cannot be told from zero."""
    NON_FINITE = 5
    """Loss, gradient or Hessian became NaN or infinite."""
    OUT_OF_STEPS = 6
    """Still moving when the steps ran out."""
    STOPPED = 7
    """Under way, or not begun, when the search was stopped: as if it had not been drawn."""


class Trial(eqx.Module):
    """What a step rule sees when a trial point has been evaluated (all fields [walkers]).

    Lengths are in units of the problem's `length_scale`, as the radii of the rules are.
    """

    predicted: Float[Array, " walkers"]
    actual: Float[Array, " walkers"]
    length: Float[Array, " walkers"]
    radius: Float[Array, " walkers"]
    rms_before: Float[Array, " walkers"]
    rms_after: Float[Array, " walkers"]
    model_error: Float[Array, " walkers"]
    """‖g − (g₀ + H₀ s)‖ over the larger of ‖g‖ and ‖g₀‖."""
    is_rounding: Bool[Array, " walkers"]
    """The predicted change is too small for the loss to show it."""


class StepRule(eqx.Module):
    """How a walker moves.

    `step` works in the eigenbasis of the Hessian, on one walker; `judge` on all lanes at once. Numbers
    are leaves, so that rules of one kind share their compiled code.
    """

    index: int | None = eqx.field(static=True, default=0)
    """Number of negative eigenvalues of the points that are looked for; None for any."""
    start_radius: float = 0.5
    max_radius: float = 2.0
    max_steps: int = 400

    @abc.abstractmethod
    def step(
        self, spectrum: Float[Array, " m"], components: Float[Array, " m"], radius: Float[Array, ""]
    ) -> Float[Array, " m"]:
        """The step [m] for eigenvalues and gradient components [m], of at most length `radius`."""

    @abc.abstractmethod
    def judge(self, trial: Trial) -> tuple[Bool[Array, " walkers"], Float[Array, " walkers"]]:
        """Whether each trial point is taken, and the radius of the next step."""
