"""Batched walks over a landscape with exact Hessians, one lane a walker, refilled as they finish.

This file evaluates, diagonalises and keeps the lanes full; `rules` says what a step rule is.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from ..problems.precision import float64
from ..problems.problem import Problem
from .batching import in_chunks
from .rules import FLAT_CURVATURE, RMS_TOLERANCE, Status, StepRule, Trial


class _Lanes(eqx.Module):
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
    steps: Int[Array, " walkers"]
    status: Int[Array, " walkers"]


@dataclass(frozen=True, eq=False)
class WalkResult:
    """Where walkers came to rest, in the order of their starts.

    Attributes:
        x: end points [walkers m].
        loss: losses [walkers].
        rms_gradient: RMS gradients [walkers].
        spectrum: Hessian eigenvalues without zero modes [walkers κ], ascending.
        mode: eigenvectors of the lowest eigenvalues [walkers m].
        tolerance: RMS gradient below which each counts as at rest [walkers].
        steps: steps taken [walkers].
        status: values of `Status` [walkers].
    """

    x: Float[np.ndarray, "walkers m"]
    loss: Float[np.ndarray, " walkers"]
    rms_gradient: Float[np.ndarray, " walkers"]
    spectrum: Float[np.ndarray, "walkers kappa"]
    mode: Float[np.ndarray, "walkers m"]
    tolerance: Float[np.ndarray, " walkers"]
    steps: Int[np.ndarray, " walkers"]
    status: Int[np.ndarray, " walkers"]

    @property
    def converged(self) -> Bool[np.ndarray, " walkers"]:
        """Whether each walker reached a point of the wanted index."""
        return self.status == Status.CONVERGED

    def __len__(self) -> int:
        return len(self.loss)

    def replaced(self, which: Int[np.ndarray, " some"], by: "WalkResult") -> "WalkResult":
        """These walkers, of which the chosen ones have walked on and come to rest as in `by`."""
        fields = {}
        for name, old in vars(self).items():
            new = old.copy()
            new[which] = getattr(by, name) + (old[which] if name == "steps" else 0)
            fields[name] = new
        return WalkResult(**fields)


def default_lanes() -> int:
    """Walkers that move together: enough to feed the device, few enough to stay in its cache."""
    return 16 if jax.default_backend() == "cpu" else 4096


def n_lanes(walkers: int, most: int) -> int:
    """Lanes for so many walkers: few different numbers, since each compiles anew."""
    lanes = 16
    while lanes < min(walkers, most):
        lanes *= 4
    return min(lanes, most)


@float64
def walk(
    problem: Problem,
    starts: Float[np.ndarray, "walkers m"],
    rule: StepRule,
    *,
    lanes: int | None = None,
    steps_per_call: int = 4,
    should_stop: Callable[[], bool] = lambda: False,
    follow: Callable[[int, WalkResult], Float[np.ndarray, " m"] | None] | None = None,
    first: int | None = None,
) -> WalkResult:
    """Walk from every start until it rests, its steps run out, or `should_stop()` holds.

    Lanes that finish take the next start at once, so that none waits for the slowest.

    Args:
        problem: what is walked on (already reduced, if it has a reduction).
        starts: starting points [walkers m].
        rule: how walkers move.
        lanes: walkers that move together; `default_lanes()` if None.
        steps_per_call: steps between two looks at the lanes.
        should_stop: asked between calls; walkers under way are then out of steps.
        follow: makes chains: asked once walker i has come to rest, it gives the start of walker
            i + `first` from the results so far, or None to end the chain.
        first: how many walkers begin at once (the number of chains); the other rows of `starts` are
            not read. All of them if None.
    """
    starts = np.array(starts, dtype=np.float64)
    n, m = starts.shape
    lanes = n_lanes(n, lanes or default_lanes())
    on_device = jax.device_put(problem)
    state = _empty_lanes(lanes, m)
    results = _Results.empty(n, m, _n_zero_modes(problem, m))
    owner = np.full(lanes, -1)
    queue = deque(range(n if first is None else first))
    while True:
        state, owner = _refill(state, owner, starts, queue, rule)
        if (owner < 0).all():
            break
        state = _advance(on_device, state, rule, steps_per_call)
        status, steps = np.array(state.status), np.asarray(state.steps)
        stop = should_stop()
        status[(status == Status.RUNNING) & ((steps >= rule.max_steps) | stop)] = (
            Status.OUT_OF_STEPS
        )
        finished = np.flatnonzero((owner >= 0) & (status != Status.RUNNING))
        if len(finished):
            walkers = owner[finished]
            results.take(state, status, finished, walkers)
            owner[finished] = -1
            if follow is not None and first is not None:
                queue.extend(_successors(follow, first, walkers, results.result(), starts))
        if stop:
            break
    return results.result()


def _successors(
    follow: Callable[[int, WalkResult], Float[np.ndarray, " m"] | None],
    chains: int,
    walkers: Int[np.ndarray, " finished"],
    results: WalkResult,
    starts: Float[np.ndarray, "walkers m"],
) -> Iterator[int]:
    """Put the next start of each chain in its place; the walkers that can begin."""
    for walker in (int(w) for w in walkers):
        if walker + chains < len(starts):
            start = follow(walker, results)
            if start is not None:
                starts[walker + chains] = start
                yield walker + chains


def _n_zero_modes(problem: Problem, m: int) -> int:
    shape = jax.eval_shape(problem.zero_modes, jax.ShapeDtypeStruct((m,), jnp.float64))
    return 0 if shape is None else shape.shape[1]


def _empty_lanes(lanes: int, m: int) -> _Lanes:
    def zeros(*shape: int) -> Array:
        return jnp.zeros((lanes, *shape))

    return _Lanes(
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
        steps=jnp.zeros(lanes, int),
        status=jnp.full(lanes, int(Status.OUT_OF_STEPS)),
    )


def _refill(
    state: _Lanes,
    owner: Int[np.ndarray, " lanes"],
    starts: Float[np.ndarray, "walkers m"],
    queue: deque[int],
    rule: StepRule,
) -> tuple[_Lanes, Int[np.ndarray, " lanes"]]:
    """Put the next starts into the idle lanes; their first evaluation is the next step's."""
    owner = owner.copy()
    fresh = np.zeros(len(owner), bool)
    points = np.zeros((len(owner), starts.shape[1]))
    for lane in np.flatnonzero(owner < 0)[: len(queue)]:
        walker = queue.popleft()
        owner[lane], fresh[lane], points[lane] = walker, True, starts[walker]
    idle = owner < 0
    if not fresh.any() and not idle.any():
        return state, owner
    return _place(state, points, fresh, idle, np.float64(rule.start_radius)), owner


@partial(jax.jit, donate_argnums=0)
def _place(
    state: _Lanes,
    points: Float[Array, "lanes m"],
    fresh: Bool[Array, " lanes"],
    idle: Bool[Array, " lanes"],
    radius: Float[Array, ""],
) -> _Lanes:
    status = jnp.where(fresh, int(Status.RUNNING), state.status)
    return eqx.tree_at(
        lambda s: (s.trial, s.is_fresh, s.radius, s.steps, s.status),
        state,
        (
            jnp.where(fresh[:, None], points, state.trial),
            state.is_fresh | fresh,
            jnp.where(fresh, radius, state.radius),
            jnp.where(fresh, 0, state.steps),
            jnp.where(idle, int(Status.OUT_OF_STEPS), status),
        ),
    )


@partial(jax.jit, static_argnames="n_steps", donate_argnums=1)
def _advance(problem: Problem, state: _Lanes, rule: StepRule, n_steps: int) -> _Lanes:
    return jax.lax.fori_loop(0, n_steps, lambda _, s: _one_step(problem, s, rule), state)


def _one_step(problem: Problem, state: _Lanes, rule: StepRule) -> _Lanes:
    """Evaluate the trial points, take or refuse them, and choose the next trial points."""
    running = state.status == Status.RUNNING
    scale = problem.length_scale
    at = evaluate(problem, state.trial, running)
    value, gradient, hessian, on_box = at.value, at.gradient, at.hessian, at.on_box
    finite = jnp.isfinite(value) & jnp.isfinite(gradient).all(1) & jnp.isfinite(hessian).all((1, 2))

    accepted, radius = rule.judge(_trial(state, value, gradient, scale))
    accepted = (accepted | state.is_fresh) & finite & running
    radius = jnp.where(state.is_fresh, state.radius, jnp.where(finite, radius, state.radius / 4))
    # A trial outside the domain of the loss is a step too long; a start outside it is a failure.
    lost = running & ~finite & (state.is_fresh | (state.radius < 1e-12))

    spectrum, modes = jnp.linalg.eigh(jnp.where(accepted[:, None, None], hessian, 0.0))
    take = accepted[:, None]
    x = jnp.where(take, state.trial, state.x)
    gradient = jnp.where(take, gradient, state.gradient)
    spectrum = jnp.where(take, spectrum, state.spectrum)
    modes = jnp.where(take[:, None], modes, state.modes)

    tolerance = jnp.where(accepted, at.tolerance, state.tolerance)
    rest = _rest_status(problem, rule, gradient, spectrum, on_box, tolerance)
    status = jnp.where(accepted, rest, state.status)
    status = jnp.where(lost, int(Status.NON_FINITE), status)
    components = jnp.einsum("bij,bi->bj", modes, gradient)
    step = jnp.einsum(
        "bij,bj->bi", modes, jax.vmap(rule.step)(spectrum, components, radius * scale)
    )
    trial = _inside_box(problem, x + step)
    along = jnp.einsum("bij,bi->bj", modes, trial - x)
    return _Lanes(
        trial=trial,
        step=trial - x,
        is_fresh=state.is_fresh & ~running,
        x=x,
        loss=jnp.where(accepted, value, state.loss),
        gradient=gradient,
        spectrum=spectrum,
        modes=modes,
        radius=radius,
        predicted=jnp.sum(components * along + 0.5 * spectrum * along**2, axis=1),
        tolerance=tolerance,
        steps=state.steps + running,
        status=status,
    )


def _trial(
    state: _Lanes, value: Float[Array, " b"], gradient: Float[Array, "b m"], scale: float
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


def _rest_status(
    problem: Problem,
    rule: StepRule,
    gradient: Float[Array, "b m"],
    spectrum: Float[Array, "b m"],
    on_box: Bool[Array, " b"],
    tolerance: Float[Array, " b"],
) -> Int[Array, " b"]:
    at_rest = jnp.sqrt(jnp.mean(gradient**2, axis=1)) < tolerance
    kept = spectrum[:, : spectrum.shape[1] - _n_zero_modes(problem, spectrum.shape[1])]
    n_negative = jnp.sum(kept < 0, axis=1)
    is_flat = jnp.abs(kept).min(1) <= FLAT_CURVATURE * jnp.abs(kept).max(1)
    # A minimiser that meets a saddle goes on: its step leaves along the negative curvature.
    ends = at_rest if rule.index else at_rest & ((n_negative == 0) | is_flat | on_box)
    kind = jnp.where(n_negative == rule.index, int(Status.CONVERGED), int(Status.WRONG_INDEX))
    kind = jnp.where(is_flat, int(Status.FLAT), kind)
    kind = jnp.where(on_box, int(Status.ON_BOX), kind)
    return jnp.where(ends, kind, int(Status.RUNNING))


class Evaluation(eqx.Module):
    """The landscape at some points, as walkers see it.

    Zero modes are projected out of the gradient and moved to the top of the Hessian's spectrum;
    coordinates that press against the box are frozen.
    """

    value: Float[Array, "*b"]
    gradient: Float[Array, "*b m"]
    hessian: Float[Array, "*b m m"]
    on_box: Bool[Array, "*b"]
    """Whether the box holds the point."""
    tolerance: Float[Array, "*b"]
    """RMS gradient below which the point counts as at rest."""


def evaluate(problem: Problem, x: Float[Array, "b m"], needed: Bool[Array, " b"]) -> Evaluation:
    """The lanes that need it; zeros for the others."""
    found: Evaluation = in_chunks(
        partial(_evaluate_one, problem), problem.walkers_per_chunk, x, needed
    )
    return found


def _evaluate_one(problem: Problem, x: Float[Array, " m"]) -> Evaluation:
    value, gradient, hessian, noise = problem.value_gradient_hessian_noise(x)
    tolerance = jnp.maximum(RMS_TOLERANCE, 10 * noise)
    zero_modes = problem.zero_modes(x)
    if zero_modes is not None:
        away = jnp.eye(x.shape[0]) - zero_modes @ zero_modes.T
        scale = 1 + 2 * jnp.abs(hessian).sum(axis=1).max()
        gradient = away @ gradient
        hessian = away @ hessian @ away + scale * zero_modes @ zero_modes.T
    if problem.box is None:
        return Evaluation(value, gradient, hessian, jnp.asarray(False), tolerance)
    low, high = problem.box
    pressed = ((x <= low) & (gradient > 0)) | ((x >= high) & (gradient < 0))
    free = ~pressed
    hessian = jnp.where(free[:, None] & free[None, :], hessian, 0.0) + jnp.diag(1.0 * pressed)
    return Evaluation(value, jnp.where(free, gradient, 0.0), hessian, pressed.any(), tolerance)


def _inside_box(problem: Problem, x: Float[Array, "b m"]) -> Float[Array, "b m"]:
    return x if problem.box is None else jnp.clip(x, problem.box[0], problem.box[1])


@dataclass
class _Results:
    """Collects what finished lanes hold, at the place of their start."""

    x: np.ndarray
    loss: np.ndarray
    rms_gradient: np.ndarray
    spectrum: np.ndarray
    mode: np.ndarray
    tolerance: np.ndarray
    steps: np.ndarray
    status: np.ndarray

    @classmethod
    def empty(cls, n: int, m: int, n_zero: int) -> "_Results":
        return cls(
            np.full((n, m), np.nan),
            np.full(n, np.nan),
            np.full(n, np.nan),
            np.full((n, m - n_zero), np.nan),
            np.full((n, m), np.nan),
            np.full(n, RMS_TOLERANCE),
            np.zeros(n, int),
            np.full(n, int(Status.OUT_OF_STEPS)),
        )

    def take(
        self, state: _Lanes, status: np.ndarray, lanes: np.ndarray, walkers: np.ndarray
    ) -> None:
        self.x[walkers] = np.asarray(state.x)[lanes]
        self.loss[walkers] = np.asarray(state.loss)[lanes]
        gradient = np.asarray(state.gradient)[lanes]
        self.rms_gradient[walkers] = np.linalg.norm(gradient, axis=1) / np.sqrt(gradient.shape[1])
        self.spectrum[walkers] = np.asarray(state.spectrum)[lanes, : self.spectrum.shape[1]]
        self.mode[walkers] = np.asarray(state.modes[:, :, 0])[lanes]
        self.tolerance[walkers] = np.asarray(state.tolerance)[lanes]
        self.steps[walkers] = np.asarray(state.steps)[lanes]
        self.status[walkers] = status[lanes]

    def result(self) -> WalkResult:
        return WalkResult(
            self.x,
            self.loss,
            self.rms_gradient,
            self.spectrum,
            self.mode,
            self.tolerance,
            self.steps,
            self.status,
        )
