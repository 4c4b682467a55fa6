"""The lanes of a batched walk: what each holds, how starts come in, and how finished ones leave."""

from functools import partial
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from ...problems.problem import RMS_TOLERANCE
from ..steps.batching import n_lanes
from ..steps.rule import Status
from .result import WalkResult

_FEWEST = 256
"""Lanes below which fewer would not be faster where many are carried: there a step's latency decides."""


class Lanes(eqx.Module):
    """Walkers under way, one a lane; `steps/rule.py` says what a step is."""

    trial: Float[Array, "walkers m"]
    step: Float[Array, "walkers m"]
    is_fresh: Bool[Array, " walkers"]
    x: Float[Array, "walkers m"]
    loss: Float[Array, " walkers"]
    gradient: Float[Array, "walkers m"]
    spectrum: Float[Array, "walkers m"]
    modes: Float[Array, "walkers m m"]
    radius: Float[Array, " walkers"]
    predicted: Float[Array, " walkers"]
    tolerance: Float[Array, " walkers"]
    noise: Float[Array, " walkers"]
    lingering: Int[Array, " walkers"]
    steps: Int[Array, " walkers"]
    redone: Int[Array, " walkers"]
    """Eigensystems that were computed again on the host."""
    status: Int[Array, " walkers"]

    @classmethod
    def empty(cls, lanes: int, m: int) -> "Lanes":
        """Lanes of which none has a walker."""

        def zeros(*shape: int) -> Array:
            return jnp.zeros((lanes, *shape))

        return cls(
            trial=zeros(m),
            step=zeros(m),
            is_fresh=jnp.zeros(lanes, bool),
            x=zeros(m),
            loss=zeros(),
            gradient=zeros(m),
            spectrum=zeros(m),
            modes=zeros(m, m),
            radius=zeros(),
            predicted=zeros(),
            tolerance=jnp.full(lanes, RMS_TOLERANCE),
            noise=zeros(),
            lingering=jnp.zeros(lanes, int),
            steps=jnp.zeros(lanes, int),
            redone=jnp.zeros(lanes, int),
            status=jnp.full(lanes, int(Status.OUT_OF_STEPS)),
        )

    def with_starts(
        self,
        points: Float[np.ndarray, "lanes m"],
        fresh: Bool[np.ndarray, " lanes"],
        idle: Bool[np.ndarray, " lanes"],
        radius: float,
    ) -> "Lanes":
        """With walkers that begin at `points` in the `fresh` lanes: the next step evaluates them first.

        The state before is used up.
        """
        lanes: Lanes = _with_starts(self, points, fresh, idle, np.float64(radius))
        return lanes

    def of(self, which: Int[np.ndarray, " some"]) -> "Lanes":
        """The chosen lanes [some], in their order."""
        lanes: Lanes = _of(self, which)
        return lanes

    def ends(self, which: Int[np.ndarray, " some"]) -> "Ends":
        """What the chosen lanes hold, on the host: only that leaves the device, at once."""
        n = len(which)
        # Few different numbers, since each compiles anew.
        padded = np.resize(which, n_lanes(n, len(self.status)))
        return Ends(*(a[:n] for a in jax.device_get(_ends(self, padded))))


class Ends(NamedTuple):
    """What some lanes hold, as `Lanes` has it; of the modes the lowest."""

    x: Float[np.ndarray, "some m"]
    loss: Float[np.ndarray, " some"]
    gradient: Float[np.ndarray, "some m"]
    spectrum: Float[np.ndarray, "some m"]
    mode: Float[np.ndarray, "some m"]
    tolerance: Float[np.ndarray, " some"]
    steps: Int[np.ndarray, " some"]
    redone: Int[np.ndarray, " some"]


def n_worth(walking: int, lanes: int) -> int:
    """How many of `lanes` to go on with where so many have walkers, and no others come."""
    return n_lanes(max(walking, _FEWEST), lanes)


def take_ends(
    results: WalkResult,
    ends: Ends,
    status: Int[np.ndarray, " some"],
    walkers: Int[np.ndarray, " some"],
) -> None:
    """Write what finished lanes hold into the results of their walkers."""
    results.x[walkers] = ends.x
    results.loss[walkers] = ends.loss
    root = np.sqrt(ends.gradient.shape[1])
    results.rms_gradient[walkers] = np.linalg.norm(ends.gradient, axis=1) / root
    spectrum = ends.spectrum[:, : results.spectrum.shape[1]]
    results.spectrum[walkers] = spectrum
    results.log_product[walkers] = np.log(np.where(spectrum > 0, spectrum, 1.0)).sum(axis=1)
    results.mode[walkers] = ends.mode
    results.tolerance[walkers] = ends.tolerance
    results.steps[walkers] = ends.steps
    results.redone[walkers] = ends.redone
    results.status[walkers] = status


@partial(jax.jit, donate_argnums=0)
def _with_starts(
    state: Lanes,
    points: Float[Array, "lanes m"],
    fresh: Bool[Array, " lanes"],
    idle: Bool[Array, " lanes"],
    radius: Float[Array, ""],
) -> Lanes:
    status = jnp.where(fresh, int(Status.RUNNING), state.status)
    lanes: Lanes = eqx.tree_at(
        lambda s: (s.trial, s.is_fresh, s.radius, s.lingering, s.steps, s.redone, s.status),
        state,
        (
            jnp.where(fresh[:, None], points, state.trial),
            state.is_fresh | fresh,
            jnp.where(fresh, radius, state.radius),
            jnp.where(fresh, 0, state.lingering),
            jnp.where(fresh, 0, state.steps),
            jnp.where(fresh, 0, state.redone),
            jnp.where(idle, int(Status.OUT_OF_STEPS), status),
        ),
    )
    return lanes


@jax.jit
def _ends(state: Lanes, which: Int[Array, " some"]) -> tuple[Array, ...]:
    """In the order of `Ends`."""
    # All modes but the lowest are left behind: they are m times as much.
    arrays = {name: getattr(state, name) for name in Ends._fields if name != "mode"}
    arrays["mode"] = state.modes[:, :, 0]
    return tuple(arrays[name][which] for name in Ends._fields)


@jax.jit
def _of(state: Lanes, which: Int[Array, " some"]) -> Lanes:
    chosen: Lanes = jax.tree.map(lambda a: a[which], state)
    return chosen
