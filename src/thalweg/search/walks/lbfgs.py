"""Limited-memory BFGS without a line search, for quenches and for bands."""

from collections.abc import Callable
from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from ...precision import with_float64
from ...problems.problem import RMS_TOLERANCE, Problem
from ..steps.batching import BatchSizes, in_chunks, n_lanes
from ..steps.evaluation import clipped_to_bounds, free_coordinates
from ..steps.pace import Pace, never
from .minimiser import Descent

_EVALUATIONS_PER_CALL = 25
"""Evaluations between two looks at the lanes."""


class History(eqx.Module):
    """The last steps and gradient changes of each walker, oldest first; unused places are zero."""

    steps: Float[Array, "walkers memory m"]
    changes: Float[Array, "walkers memory m"]
    inverse: Float[Array, "walkers memory"]
    """1/(step·change), zero where the place is unused."""

    @classmethod
    def empty(cls, walkers: int, memory: int, m: int) -> "History":
        """An empty history."""
        shape = (walkers, memory, m)
        return cls(jnp.zeros(shape), jnp.zeros(shape), jnp.zeros(shape[:2]))

    def with_step(
        self,
        step: Float[Array, "walkers m"],
        change: Float[Array, "walkers m"],
        taken: Bool[Array, " walkers"],
    ) -> "History":
        """Add a step and its gradient change where it was taken, dropping the oldest."""
        product = jnp.sum(step * change, axis=1)
        inverse = jnp.where(jnp.abs(product) < 1e-300, 0.0, 1 / product)

        def push(old: Array, new: Array) -> Array:
            mask = taken.reshape(-1, *(1,) * (old.ndim - 1))
            return jnp.where(mask, jnp.concatenate([old[:, 1:], new[:, None]], axis=1), old)

        return History(
            push(self.steps, step), push(self.changes, change), push(self.inverse, inverse)
        )

    def cleared(self, where: Bool[Array, " walkers"]) -> "History":
        """Clear the history of the marked walkers."""
        keep = ~where
        return History(self.steps, self.changes, self.inverse * keep[:, None])

    def descent(
        self, gradient: Float[Array, "walkers m"], first_length: float = 0.1
    ) -> Float[Array, "walkers m"]:
        """The quasi-Newton step [walkers m], turned downhill (two-loop recursion, Nocedal 1980)."""
        memory = self.inverse.shape[1]
        q, weights = gradient, []
        for k in reversed(range(memory)):
            weight = self.inverse[:, k] * jnp.sum(self.steps[:, k] * q, axis=1)
            q = q - weight[:, None] * self.changes[:, k]
            weights.append(weight)
        q = q * self._initial_scale(gradient, first_length)[:, None]
        for k, weight in zip(range(memory), reversed(weights), strict=True):
            correction = self.inverse[:, k] * jnp.sum(self.changes[:, k] * q, axis=1)
            q = q + self.steps[:, k] * (weight - correction)[:, None]
        uphill = jnp.sum(q * gradient, axis=1) < 0
        return -q * jnp.where(uphill, -1.0, 1.0)[:, None]

    def _initial_scale(
        self, gradient: Float[Array, "walkers m"], first_length: float
    ) -> Float[Array, " walkers"]:
        change = jnp.sum(self.changes[:, -1] ** 2, axis=1)
        is_known = (self.inverse[:, -1] != 0) & (change > 0)
        curvature = 1 / jnp.abs(jnp.where(is_known, self.inverse[:, -1] * change, 1.0))
        norm = jnp.maximum(jnp.linalg.norm(gradient, axis=1), 1e-300)
        return jnp.where(is_known, curvature, first_length * jnp.minimum(1 / norm, 1.0))


def capped(
    step: Float[Array, "walkers m"], longest: float | Float[Array, " walkers"]
) -> Float[Array, "walkers m"]:
    """The steps [walkers m], shortened to at most the length `longest`."""
    length = jnp.maximum(jnp.linalg.norm(step, axis=1), 1e-300)
    return step * jnp.minimum(1.0, longest / length)[:, None]


class LBFGS(eqx.Module):
    """Minimise by L-BFGS with a step cap and a rise limit instead of a line search (as GMIN does).

    A capped step keeps a walker near where it is, but not in the basin of its start: from wide starts most
    leave it. Where no Hessian can be had, this alone takes a walker to the tolerance.

    Attributes:
        memory: steps remembered.
        max_step: longest step, in units of the problem's length scale.
        max_rise: a step that raises the loss by more is shortened.
        max_steps: evaluations at most.
        tolerance: RMS gradient at which a walker is done, if the problem's is not larger.
    """

    memory: int = eqx.field(static=True, default=4)
    max_step: float = eqx.field(static=True, default=0.4)
    max_rise: float = eqx.field(static=True, default=1e-12)
    max_steps: int = eqx.field(static=True, default=20_000)
    tolerance: float = eqx.field(static=True, default=RMS_TOLERANCE)

    @with_float64
    def descend(
        self,
        problem: Problem,
        starts: Float[np.ndarray, "walkers m"],
        *,
        lanes: int | None = None,
        should_stop: Callable[[], bool] = never,
    ) -> Descent:
        """As `Minimiser.descend`; lanes that finish take the next start at once."""
        n, m = starts.shape
        batches = BatchSizes.usual(problem, lanes=lanes)
        lanes = n_lanes(n, batches.lanes)
        on_device = jax.device_put(problem)
        state = _idle(lanes, m, self.memory)
        ends, evaluations = np.array(starts, dtype=np.float64), np.zeros(n, int)
        owner, queue = np.full(lanes, -1), iter(range(n))
        pace, is_stopped = Pace(should_stop), False
        while not is_stopped:
            fresh, points = np.zeros(lanes, bool), np.zeros((lanes, m))
            for lane, walker in zip(np.flatnonzero(owner < 0), queue, strict=False):
                owner[lane], fresh[lane], points[lane] = walker, True, starts[walker]
            if (owner < 0).all():
                break
            state = _start(state, points, fresh)
            state, is_stopped = pace.advance(
                state,
                lambda s, n: _advance(on_device, s, self, n, batches.chunk),
                _EVALUATIONS_PER_CALL,
            )
            out_of_steps = np.asarray(state.evaluations) >= self.max_steps
            is_finished = (owner >= 0) & (np.asarray(state.is_done) | out_of_steps | is_stopped)
            ends[owner[is_finished]] = np.asarray(state.x)[is_finished]
            evaluations[owner[is_finished]] = np.asarray(state.evaluations)[is_finished]
            owner[is_finished] = -1
        return Descent(ends, evaluations)


class _Lanes(eqx.Module):
    x: Float[Array, "walkers m"]
    loss: Float[Array, " walkers"]
    gradient: Float[Array, "walkers m"]
    step: Float[Array, "walkers m"]
    history: History
    is_fresh: Bool[Array, " walkers"]
    refusals: Int[Array, " walkers"]
    evaluations: Int[Array, " walkers"]
    is_done: Bool[Array, " walkers"]


def _idle(lanes: int, m: int, memory: int) -> _Lanes:
    zeros, none = jnp.zeros((lanes, m)), jnp.zeros(lanes, int)
    history = History.empty(lanes, memory, m)
    nothing = jnp.zeros(lanes, bool)
    return _Lanes(zeros, jnp.zeros(lanes), zeros, zeros, history, nothing, none, none, ~nothing)


@jax.jit
def _start(state: _Lanes, points: Float[Array, "lanes m"], fresh: Bool[Array, " lanes"]) -> _Lanes:
    is_restarted = fresh[:, None]
    return _Lanes(
        x=jnp.where(is_restarted, points, state.x),
        loss=jnp.where(fresh, jnp.inf, state.loss),
        gradient=state.gradient,
        step=jnp.where(is_restarted, 0.0, state.step),
        history=state.history.cleared(fresh),
        is_fresh=state.is_fresh | fresh,
        refusals=jnp.where(fresh, 0, state.refusals),
        evaluations=jnp.where(fresh, 0, state.evaluations),
        is_done=state.is_done & ~fresh,
    )


@partial(jax.jit, static_argnames=("method", "chunk"))
def _advance(
    problem: Problem, state: _Lanes, method: LBFGS, n: int | Int[Array, ""], chunk: int
) -> _Lanes:
    last: _Lanes = jax.lax.fori_loop(
        0, n, lambda _, s: _one_evaluation(problem, s, method, chunk), state
    )
    return last


def _one_evaluation(problem: Problem, state: _Lanes, method: LBFGS, chunk: int) -> _Lanes:
    trial = clipped_to_bounds(problem, state.x + state.step)
    loss, gradient = in_chunks(problem.value_and_gradient, chunk, trial, ~state.is_done)
    finite = jnp.isfinite(loss) & jnp.isfinite(gradient).all(axis=1)
    fine = finite & (loss - state.loss <= method.max_rise) & ~state.is_done
    has_moved = fine & ~state.is_fresh
    history = state.history.with_step(trial - state.x, gradient - state.gradient, has_moved)

    refusals = jnp.where(fine, 0, state.refusals + 1)
    # A step that was refused five times over was in a bad direction: forget what led to it.
    forget = refusals > 5
    history = history.cleared(forget)
    take = fine[:, None]
    x, gradient = jnp.where(take, trial, state.x), jnp.where(take, gradient, state.gradient)
    step = capped(history.descent(gradient), method.max_step * problem.length_scale)
    free = jax.vmap(partial(free_coordinates, problem))(x, gradient)
    rms = jnp.sqrt(jnp.mean(jnp.where(free, gradient, 0.0) ** 2, axis=1))
    hopeless = (state.is_fresh & ~finite) | (forget & (jnp.abs(step).max(axis=1) < 1e-14))
    return _Lanes(
        x=x,
        loss=jnp.where(fine, loss, state.loss),
        gradient=gradient,
        step=jnp.where((fine | forget)[:, None], step, 0.1 * state.step),
        history=history,
        is_fresh=jnp.zeros_like(state.is_fresh),
        refusals=jnp.where(forget, 0, refusals),
        evaluations=state.evaluations + ~state.is_done,
        # No farther than a looser tolerance of the problem asks for.
        is_done=state.is_done
        | (fine & (rms < max(method.tolerance, problem.rms_tolerance)))
        | hopeless,
    )
