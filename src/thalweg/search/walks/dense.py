"""Batched walks over a landscape with exact Hessians, one lane a walker, refilled as they finish.

This file diagonalises and keeps the lanes full; `steps/rule.py` says what a step rule is.
"""

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from ...precision import with_float64
from ...problems.problem import Problem
from ..steps.batching import BatchSizes, n_lanes
from ..steps.eigensystem import eigensystems
from ..steps.evaluation import clipped_to_bounds, evaluate, n_zero_modes
from ..steps.pace import Pace, never
from ..steps.rest import LINGER, least_curvature, rest
from ..steps.rule import FLAT_CURVATURE, Status, StepRule, Trial
from .lanes import Lanes, n_worth, take_ends
from .result import WalkResult


@with_float64
def spectral_walk(
    problem: Problem,
    starts: Float[np.ndarray, "walkers m"],
    rule: StepRule,
    *,
    batches: BatchSizes | None = None,
    steps_per_call: int = 4,
    should_stop: Callable[[], bool] = never,
    follow: Callable[[int, WalkResult], Float[np.ndarray, " m"] | None] | None = None,
    first: int | None = None,
) -> WalkResult:
    """As `walk`. Lanes that finish take the next start at once, so that none waits for the slowest.

    `steps_per_call` is the number of steps between two looks at the lanes.
    """
    starts = np.array(starts, dtype=np.float64)
    n, m = starts.shape
    batches = BatchSizes.usual(problem) if batches is None else batches
    on_device = jax.device_put(problem)
    lanes = n_lanes(n, batches.lanes)
    state = Lanes.empty(lanes, m)
    results = WalkResult.nothing(n, m, m - n_zero_modes(problem, m))
    owner = np.full(lanes, -1)
    queue = deque(range(n if first is None else first))
    pace, is_stopped = Pace(should_stop), False
    while not is_stopped:
        state, owner = _refill(state, owner, starts, queue, rule)
        if (owner < 0).all():
            break
        state, is_stopped = pace.advance(
            state, lambda s, n_steps: _advance(on_device, s, rule, n_steps, batches), steps_per_call
        )
        status, steps = (np.array(a) for a in jax.device_get((state.status, state.steps)))
        status[(status == Status.RUNNING) & (steps >= rule.max_steps)] = Status.OUT_OF_STEPS
        finished_lanes = np.flatnonzero((owner >= 0) & (status != Status.RUNNING))
        if len(finished_lanes):
            walkers = owner[finished_lanes]
            take_ends(results, state.ends(finished_lanes), status[finished_lanes], walkers)
            owner[finished_lanes] = -1
            if follow is not None and first is not None:
                queue.extend(_successors(follow, first, walkers, results, starts))
    return results


def _successors(
    follow: Callable[[int, WalkResult], Float[np.ndarray, " m"] | None],
    chains: int,
    walkers: Int[np.ndarray, " finished"],
    results: WalkResult,
    starts: Float[np.ndarray, "walkers m"],
) -> Iterator[int]:
    """Write the next start of each chain into `starts`; the walkers that can begin."""
    for walker in (int(w) for w in walkers):
        if walker + chains < len(starts):
            start = follow(walker, results)
            if start is not None:
                starts[walker + chains] = start
                yield walker + chains


def _refill(
    state: Lanes,
    owner: Int[np.ndarray, " lanes"],
    starts: Float[np.ndarray, "walkers m"],
    queue: deque[int],
    rule: StepRule,
) -> tuple[Lanes, Int[np.ndarray, " lanes_now"]]:
    """Put the next starts into the idle lanes, and go over to fewer lanes where too few of them come."""
    state, owner = _without_idle(state, owner.copy(), len(queue))
    fresh = np.zeros(len(owner), bool)
    points = np.zeros((len(owner), starts.shape[1]))
    for lane in np.flatnonzero(owner < 0)[: len(queue)]:
        walker = queue.popleft()
        owner[lane], fresh[lane], points[lane] = walker, True, starts[walker]
    idle = owner < 0
    if not fresh.any() and not idle.any():
        return state, owner
    return state.with_starts(points, fresh, idle, rule.start_radius), owner


def _without_idle(
    state: Lanes, owner: Int[np.ndarray, " lanes"], waiting: int
) -> tuple[Lanes, Int[np.ndarray, " fewer"]]:
    """The lanes at work alone, if a step of so many fewer lanes is shorter: idle ones cost as much."""
    at_work = np.flatnonzero(owner >= 0)
    walking = len(at_work) + waiting
    worth = n_worth(walking, len(owner))
    if walking == 0 or worth == len(owner):
        return state, owner
    which = np.zeros(worth, int)
    which[: len(at_work)] = at_work
    fewer = np.full(worth, -1)
    fewer[: len(at_work)] = owner[at_work]
    # The others are copies of a lane: they are idle, and `with_starts` says so.
    return state.of(which), fewer


@partial(jax.jit, donate_argnums=1, static_argnums=4)
def _advance(
    problem: Problem,
    state: Lanes,
    rule: StepRule,
    n_steps: int | Int[Array, ""],
    batches: BatchSizes,
) -> Lanes:
    last: Lanes = jax.lax.fori_loop(
        0, n_steps, lambda _, s: _one_step(problem, s, rule, batches), state
    )
    return last


def _one_step(problem: Problem, state: Lanes, rule: StepRule, batches: BatchSizes) -> Lanes:
    """Evaluate the trial points, take or refuse them, and choose the next trial points."""
    running = state.status == Status.RUNNING
    scale = problem.length_scale
    here = evaluate(problem, state.trial, running, batches.chunk)
    value, gradient, hessian = here.value, here.gradient, here.hessian
    finite = jnp.isfinite(value) & jnp.isfinite(gradient).all(1) & jnp.isfinite(hessian).all((1, 2))

    is_accepted, radius = rule.judge(_trial(state, value, gradient, scale))
    is_accepted = (is_accepted | state.is_fresh) & finite & running
    radius = jnp.where(state.is_fresh, state.radius, jnp.where(finite, radius, state.radius / 4))
    # A trial outside the domain of the loss is a step too long; a start outside it is a failure.
    is_lost = running & ~finite & (state.is_fresh | (state.radius < 1e-12))

    systems = eigensystems(
        jnp.where(is_accepted[:, None, None], hessian, 0.0), checks=batches.checks_eigensystems
    )
    take = is_accepted[:, None]
    x = jnp.where(take, state.trial, state.x)
    gradient = jnp.where(take, gradient, state.gradient)
    spectrum = jnp.where(take, systems.values, state.spectrum)
    modes = jnp.where(take[:, None], systems.vectors, state.modes)

    loss = jnp.where(is_accepted, value, state.loss)
    noise = jnp.where(is_accepted, here.noise, state.noise)
    curvatures = spectrum[:, : spectrum.shape[1] - n_zero_modes(problem, spectrum.shape[1])]
    rms = jnp.sqrt(jnp.mean(gradient**2, axis=1))
    now = rest(problem, loss, rms, jnp.abs(curvatures).min(axis=1), noise)
    lingering = jnp.where(now.is_slow, state.lingering + running, 0)
    is_exhausted = (lingering > LINGER) | (state.steps + 1 >= rule.max_steps)
    at_bounds = is_accepted & here.at_bounds
    ends = running & (
        (is_accepted & (now.is_at_rest | (now.is_slow & at_bounds))) | (now.is_slow & is_exhausted)
    )
    at_rest = _status_at_rest(problem, rule, loss, curvatures, now.is_flat, at_bounds)
    status = jnp.where(ends, at_rest, state.status)
    status = jnp.where(is_lost, int(Status.NON_FINITE), status)
    components = jnp.einsum("bij,bi->bj", modes, gradient)
    step = jnp.einsum(
        "bij,bj->bi", modes, jax.vmap(rule.step)(spectrum, components, radius * scale)
    )
    trial = clipped_to_bounds(problem, x + step)
    along = jnp.einsum("bij,bi->bj", modes, trial - x)
    return Lanes(
        trial=trial,
        step=trial - x,
        is_fresh=state.is_fresh & ~running,
        x=x,
        loss=loss,
        gradient=gradient,
        spectrum=spectrum,
        modes=modes,
        radius=radius,
        predicted=jnp.sum(components * along + 0.5 * spectrum * along**2, axis=1),
        tolerance=now.tolerance,
        noise=noise,
        lingering=lingering,
        steps=state.steps + running,
        redone=state.redone + systems.is_redone,
        status=status,
    )


def _trial(
    state: Lanes, value: Float[Array, " b"], gradient: Float[Array, "b m"], scale: float
) -> Trial:
    along = jnp.einsum("bij,bi->bj", state.modes, state.step)
    curvature = jnp.einsum("bij,bj->bi", state.modes, state.spectrum * along)
    before, after = (jnp.linalg.norm(g, axis=1) for g in (state.gradient, gradient))
    error = jnp.linalg.norm(gradient - state.gradient - curvature, axis=1)
    root = jnp.sqrt(gradient.shape[1])
    return Trial(
        predicted=state.predicted,
        actual=value - state.loss,
        length=jnp.linalg.norm(state.step, axis=1) / scale,
        radius=state.radius,
        rms_before=before / root,
        rms_after=after / root,
        model_error=error / jnp.maximum(jnp.maximum(before, after), 1e-300),
        is_rounding=jnp.abs(state.predicted) < 1e-12 * jnp.maximum(1.0, jnp.abs(state.loss)),
    )


def _status_at_rest(
    problem: Problem,
    rule: StepRule,
    loss: Float[Array, " b"],
    curvatures: Float[Array, "b kappa"],
    is_flat: Bool[Array, " b"],
    at_bounds: Bool[Array, " b"],
) -> Int[Array, " b"]:
    """What points at rest are; `RUNNING` where a minimiser goes on from one of wrong index."""
    n_negative = jnp.sum(curvatures < 0, axis=1)
    is_flat = is_flat | (jnp.abs(curvatures).min(1) <= FLAT_CURVATURE * jnp.abs(curvatures).max(1))
    # Its step leaves along the negative curvature, if that is one that the loss can show.
    can_descend = curvatures.min(axis=1) < -least_curvature(problem, loss)
    goes_on = (n_negative > 0) & ~at_bounds & (~is_flat | can_descend) & (rule.index == 0)
    is_wanted = jnp.ones_like(is_flat) if rule.index is None else n_negative == rule.index
    kind = jnp.where(is_wanted, int(Status.CONVERGED), int(Status.WRONG_INDEX))
    kind = jnp.where(is_flat, int(Status.FLAT), kind)
    kind = jnp.where(at_bounds, int(Status.AT_BOUNDS), kind)
    return jnp.where(goes_on, int(Status.RUNNING), kind)
