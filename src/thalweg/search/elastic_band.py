"""The doubly-nudged elastic band between two aligned minima."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from ..precision import with_float64
from ..problems.problem import Problem
from .steps.batching import BatchSizes, has_full_hessian, in_chunks, n_lanes
from .steps.pace import Pace, SearchStopped, never
from .walks.lbfgs import History


class DoublyNudgedBand(eqx.Module):
    """Settings of the band.

    Attributes:
        images: points between the two ends.
        steps: L-BFGS steps; a band has only to come near the pass, eigenvector-following does the rest.
        stiffness: spring force at the starting spacing over the mean force of the loss.
        longest_step: of one image, as a share of the starting spacing.
        memory: steps that L-BFGS remembers.
    """

    images: int = eqx.field(static=True, default=14)
    steps: int = eqx.field(static=True, default=20)
    stiffness: float = eqx.field(static=True, default=1.0)
    longest_step: float = eqx.field(static=True, default=0.25)
    memory: int = eqx.field(static=True, default=4)


@dataclass(frozen=True, eq=False)
class Band:
    """Relaxed bands: `images` [pairs, images + 2, m] with the ends, and their `losses`."""

    images: Float[np.ndarray, "pairs n m"]
    losses: Float[np.ndarray, "pairs n"]

    def candidates(self, pair: int) -> Float[np.ndarray, "candidates m"]:
        """Images of one band at which the loss has a local maximum, highest first."""
        loss = self.losses[pair]
        inner = loss[1:-1]
        is_peak = (inner >= loss[:-2]) & (inner > loss[2:]) & np.isfinite(inner)
        peaks = 1 + np.flatnonzero(is_peak)
        return np.asarray(self.images[pair, peaks[np.argsort(-loss[peaks])]])


@with_float64
def relax_bands(
    problem: Problem,
    a: Float[np.ndarray, "pairs m"],
    b: Float[np.ndarray, "pairs m"],
    method: DoublyNudgedBand | None = None,
    *,
    batches: BatchSizes | None = None,
    should_stop: Callable[[], bool] = never,
) -> Band:
    """Relax a band from every row of `a` [pairs m] to that of `b` [pairs m], straight lines at first.

    `batches` says how many are relaxed together; by the device if None.

    Raises:
        SearchStopped: once `should_stop` says so.

    Reference: Trygubenko & Wales, J. Chem. Phys. 120, 2082 (2004).
    """
    method = method or DoublyNudgedBand()
    batches = BatchSizes.usual(problem) if batches is None else batches
    # Padding to one shape saves compilation, but what fills it up is computed too.
    fitting = n_lanes(len(a), batches.bands)
    pairs_per_call, chunk = fitting if has_full_hessian(problem) else max(len(a), 1), batches.chunk
    on_device = jax.device_put(problem)
    pace = Pace(should_stop)
    images, losses = [], []
    for first in range(0, len(a), pairs_per_call):
        last = first + pairs_per_call
        starts, ends = (_padded(x[first:last], pairs_per_call) for x in (a, b))
        if should_stop():
            raise SearchStopped
        bands, is_stopped = pace.advance(
            _straight(on_device, starts, ends, method, chunk),
            lambda state, n_steps: _relaxed(on_device, state, method, n_steps, chunk),
            method.steps,
        )
        if is_stopped:
            raise SearchStopped
        n = min(last, len(a)) - first
        images.append(np.asarray(bands.images)[:n])
        losses.append(np.asarray(bands.losses)[:n])
    return Band(np.concatenate(images), np.concatenate(losses))


def _padded(x: Float[np.ndarray, "n m"], n: int) -> Float[np.ndarray, "p m"]:
    """Repeat the last row: one shape, one compilation."""
    return np.concatenate([x, np.repeat(x[-1:], n - len(x), axis=0)])


class _Bands(eqx.Module):
    images: Float[Array, "p n m"]
    losses: Float[Array, "p n"]
    gradient: Float[Array, "p inner m"]
    history: History
    spacing: Float[Array, " p"]
    spring: Float[Array, " p"]


@partial(jax.jit, static_argnames=("method", "chunk"))
def _straight(
    problem: Problem,
    a: Float[Array, "p m"],
    b: Float[Array, "p m"],
    method: DoublyNudgedBand,
    chunk: int,
) -> _Bands:
    pairs, m = a.shape
    share = jnp.linspace(0, 1, method.images + 2)[None, :, None]
    start = a[:, None] * (1 - share) + b[:, None] * share
    losses, slopes = _evaluate(problem, start, chunk)
    spacing = jnp.linalg.norm(b - a, axis=1) / (method.images + 1)
    force = jnp.linalg.norm(slopes[:, 1:-1], axis=2).mean(axis=1)
    spring = method.stiffness * force / jnp.maximum(spacing, 1e-300)
    return _Bands(
        images=start,
        losses=losses,
        gradient=jax.vmap(nudged_gradient)(start, losses, slopes[:, 1:-1], spring),
        history=History.empty(pairs, method.memory, method.images * m),
        spacing=spacing,
        spring=spring,
    )


@partial(jax.jit, static_argnames=("method", "chunk"))
def _relaxed(
    problem: Problem,
    bands: _Bands,
    method: DoublyNudgedBand,
    n_steps: int | Int[Array, ""],
    chunk: int,
) -> _Bands:
    last: _Bands = jax.lax.fori_loop(
        0, n_steps, lambda _, b: _one_step(problem, b, method, chunk), bands
    )
    return last


def _one_step(problem: Problem, bands: _Bands, method: DoublyNudgedBand, chunk: int) -> _Bands:
    pairs = len(bands.images)
    step = bands.history.descent(bands.gradient.reshape(pairs, -1)).reshape(bands.gradient.shape)
    length = jnp.linalg.norm(step, axis=2).max(axis=1)
    longest = method.longest_step * bands.spacing
    step = step * jnp.minimum(1.0, longest / jnp.maximum(length, 1e-300))[:, None, None]
    images = bands.images.at[:, 1:-1].add(step)
    loss, slopes = _evaluate(problem, images[:, 1:-1], chunk)
    losses = bands.losses.at[:, 1:-1].set(loss)
    gradient = jax.vmap(nudged_gradient)(images, losses, slopes, bands.spring)
    fine = jnp.isfinite(losses).all(axis=1) & jnp.isfinite(gradient).all(axis=(1, 2))
    history = bands.history.with_step(
        step.reshape(pairs, -1), (gradient - bands.gradient).reshape(pairs, -1), fine
    )
    keep = fine[:, None, None]
    return _Bands(
        images=jnp.where(keep, images, bands.images),
        losses=jnp.where(fine[:, None], losses, bands.losses),
        gradient=jnp.where(keep, gradient, bands.gradient),
        history=history,
        spacing=bands.spacing,
        spring=bands.spring,
    )


def _evaluate(
    problem: Problem, points: Float[Array, "p n m"], chunk: int
) -> tuple[Float[Array, "p n"], Float[Array, "p n m"]]:
    p, n, m = points.shape
    loss, gradient = in_chunks(problem.value_and_gradient, chunk, points.reshape(p * n, m))
    return loss.reshape(p, n), gradient.reshape(p, n, m)


def nudged_gradient(
    band: Float[Array, "n_plus_2 m"],
    losses: Float[Array, " n_plus_2"],
    gradient: Float[Array, "n m"],
    spring: Float[Array, ""],
) -> Float[Array, "n m"]:
    """The gradient that moves the inner images: g⊥ + g̃∥ + g̃* (Trygubenko & Wales 2004, eqs. 7-14).

    True gradient across the band, spring gradient along it, and the part of the spring gradient
    across the band that does not act against the true one.
    """
    tangent = _tangents(band, losses)
    across = gradient - jnp.sum(gradient * tangent, axis=1, keepdims=True) * tangent
    ahead, behind = band[2:] - band[1:-1], band[1:-1] - band[:-2]
    stretch = jnp.linalg.norm(ahead, axis=1) - jnp.linalg.norm(behind, axis=1)
    spring_along = -spring * stretch[:, None] * tangent
    spring_full = -spring * (ahead - behind)
    spring_across = spring_full - jnp.sum(spring_full * tangent, axis=1, keepdims=True) * tangent
    unit = across / jnp.maximum(jnp.linalg.norm(across, axis=1, keepdims=True), 1e-300)
    doubly = spring_across - jnp.sum(spring_across * unit, axis=1, keepdims=True) * unit
    return jnp.asarray(across + spring_along + doubly)


def _tangents(
    band: Float[Array, "n_plus_2 m"], losses: Float[Array, " n_plus_2"]
) -> Float[Array, "n m"]:
    """Unit tangents towards the higher neighbour (Henkelman & Jónsson, J. Chem. Phys. 113, 9978, 2000)."""
    ahead, behind = band[2:] - band[1:-1], band[1:-1] - band[:-2]
    up, down = losses[2:] - losses[1:-1], losses[:-2] - losses[1:-1]
    larger = jnp.maximum(jnp.abs(up), jnp.abs(down))
    smaller = jnp.minimum(jnp.abs(up), jnp.abs(down))
    ahead_is_higher = losses[2:] > losses[:-2]
    at_extremum = (up > 0) == (down > 0)
    mixed_tangent = jnp.where(
        ahead_is_higher[:, None],
        ahead * larger[:, None] + behind * smaller[:, None],
        ahead * smaller[:, None] + behind * larger[:, None],
    )
    simple = jnp.where(ahead_is_higher[:, None], ahead, behind)
    tangent = jnp.where(at_extremum[:, None], mixed_tangent, simple)
    return tangent / jnp.maximum(jnp.linalg.norm(tangent, axis=1, keepdims=True), 1e-300)
