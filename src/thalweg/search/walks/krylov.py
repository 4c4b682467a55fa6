"""Walks in high dimensions: the same step rules, in a Krylov space in place of the full spectrum.

Each step is chosen by the rule from Ritz values and gradient components, in a space that grows until what
the step leaves out of the Newton equations is small.
"""

import dataclasses
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ...precision import with_float64
from ...problems.problem import Problem
from ..spectra.krylov_space import KrylovSpace
from ..spectra.point_spectrum import PointSpectrum
from ..spectra.spectrum import SpectrumPolicy
from ..steps.evaluation import clipped_to_bounds, free_coordinates, projected
from ..steps.pace import SearchStopped, never
from ..steps.rest import LINGER, Rest, least_curvature, rest
from ..steps.rule import Status, StepRule, Trial
from .result import WalkEnd, WalkResult
from .sequential import walk_sequentially

_FIRST, _LARGEST = 16, 320
"""Vectors of a Krylov space at first and at most; it grows by half its size in between."""

_RESIDUAL, _MODE_RESIDUAL = 0.1, 0.3
"""What a step may leave of the gradient, and how far the lowest mode that is followed uphill may be off."""

_EPS = float(np.finfo(np.float64).eps)

FollowChain = Callable[[int, WalkResult], Float[np.ndarray, " m"] | None]


@with_float64
def krylov_walk(
    problem: Problem,
    starts: Float[np.ndarray, "walkers m"],
    rule: StepRule,
    *,
    spectrum: SpectrumPolicy,
    should_stop: Callable[[], bool] = never,
    follow: FollowChain | None = None,
    first: int | None = None,
) -> WalkResult:
    """As `walk`, one walker after the other, with products of the Hessian and vectors alone.

    At rest the spectrum is computed as `spectrum` says: whole, or its lowest end with an estimate of the
    log-product of the positive eigenvalues.
    """
    on_device = jax.device_put(problem)

    def walk_from(x: Float[np.ndarray, " m"]) -> WalkEnd:
        return _Walker(on_device, x, rule, spectrum, should_stop).run()

    return walk_sequentially(
        walk_from,
        starts,
        spectrum.n_eigenvalues(problem, _index_of(rule)),
        should_stop=should_stop,
        follow=follow,
        first=first,
    )


def _index_of(rule: StepRule) -> int:
    """The index that a rule looks for; `walk` refuses rules for any."""
    assert rule.index is not None
    return rule.index


class _Walker:
    """One walk: its position, a Krylov space of the Hessian there, and its trust radius."""

    def __init__(
        self,
        problem: Problem,
        start: Float[np.ndarray, " m"],
        rule: StepRule,
        spectrum: SpectrumPolicy,
        should_stop: Callable[[], bool],
    ) -> None:
        self._problem, self._rule, self._spectrum = problem, rule, spectrum
        self._should_stop = should_stop
        self._index = _index_of(rule)
        self._radius = float(rule.start_radius)
        self._scale = problem.length_scale
        # The lowest mode as far as it is known; uphill, one is needed from the start.
        self._mode = np.random.default_rng(0).normal(size=len(start)) if self._index else None
        # The curvature nearest to zero and the largest one, as the last spectrum had them.
        self._softest, self._stiffest = np.inf, 0.0
        self._move_to(start, *_evaluate(problem, start))

    def _move_to(
        self,
        x: Float[np.ndarray, " m"],
        value: float,
        gradient: Float[np.ndarray, " m"],
        at_bounds: bool,
        noise: float,
    ) -> None:
        self._x, self._value, self._gradient = x, value, gradient
        self._at_bounds = at_bounds
        self._noise = noise
        self._space: KrylovSpace | None = None

    def run(self) -> WalkEnd:
        """Walk until the walker converges, fails, or runs out of steps.

        Raises:
            SearchStopped: if it is told to stop before.
        """
        if not np.isfinite(self._value):
            return self._end(Status.NON_FINITE, 0)
        lingering, max_steps = 0, int(self._rule.max_steps)
        for n_steps in range(max_steps):
            now = self._rest()
            lingering = lingering + 1 if now.is_slow else 0
            is_exhausted = lingering > LINGER or n_steps + 1 == max_steps
            if now.is_at_rest or (now.is_slow and (self._at_bounds or is_exhausted)):
                end = self._at_rest(n_steps, is_exhausted)
                if end is not None:
                    return end
            if self._should_stop():
                raise SearchStopped
            self._step()
            if self._radius < 1e-12:
                return self._end(Status.NON_FINITE, n_steps)
        return self._end(Status.OUT_OF_STEPS, max_steps)

    # ---- at rest --------------------------------------------------------------------------------

    def _rest(self) -> Rest:
        rounding = _EPS * self._stiffest * float(np.sqrt(np.mean(self._x**2)))
        return rest(
            self._problem,
            jnp.asarray(self._value),
            jnp.asarray(_rms(self._gradient)),
            jnp.asarray(self._softest),
            jnp.asarray(max(self._noise, rounding)),
        )

    def _at_rest(self, steps: int, is_exhausted: bool) -> WalkEnd | None:
        """The point with its spectrum; None if the walker has to go on.

        A minimiser goes on from a point of wrong index, and any walker from one whose softest curvature,
        not known before, puts the stationary point far away.
        """
        if self._at_bounds:
            return self._end(Status.AT_BOUNDS, steps)
        spectrum = self._spectrum.spectrum_at(
            self._problem, self._x, self._index, self._mode, self._should_stop
        )
        status = spectrum.status(self._index)
        if status == Status.WRONG_INDEX and self._index == 0:
            least = least_curvature(self._problem, jnp.asarray(self._value))
            # Along a negative curvature that the loss can show, it descends.
            if spectrum.values[0] < -least:
                self._mode, self._space = spectrum.mode, None
                return None
        self._softest = float(np.abs(spectrum.values).min())
        self._stiffest = spectrum.largest
        now = self._rest()
        if not (now.is_at_rest or is_exhausted):
            return None
        return self._end(Status.FLAT if now.is_flat else status, steps, spectrum)

    def _end(self, status: Status, steps: int, spectrum: PointSpectrum | None = None) -> WalkEnd:
        end = WalkEnd(
            x=self._x,
            loss=self._value,
            rms_gradient=_rms(self._gradient),
            tolerance=float(self._rest().tolerance),
            steps=steps,
            status=status,
        )
        if spectrum is None:
            return end
        return dataclasses.replace(
            end,
            spectrum=spectrum.values,
            mode=spectrum.mode,
            log_product=spectrum.log_product,
            log_product_error=spectrum.log_product_error,
            index_doubt=spectrum.index_doubt,
        )

    # ---- one step -------------------------------------------------------------------------------

    def _step(self) -> None:
        """Choose a step, evaluate there, and move or shrink the trust radius."""
        space, weights, predicted_change = self._proposal()
        step = space.vectors(weights[:, None])[0]
        trial_x = np.asarray(clipped_to_bounds(self._problem, jnp.asarray(self._x + step)))
        value, gradient, at_bounds, noise = _evaluate(self._problem, trial_x)
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            self._radius *= 0.25
            return
        expected_gradient = self._gradient + space.products(weights[:, None])[0]
        before, after = (float(np.linalg.norm(g)) for g in (self._gradient, gradient))
        root = len(gradient) ** 0.5
        trial = Trial(
            predicted=_lane(predicted_change),
            actual=_lane(value - self._value),
            length=_lane(float(np.linalg.norm(step)) / self._scale),
            radius=_lane(self._radius),
            rms_before=_lane(before / root),
            rms_after=_lane(after / root),
            model_error=_lane(
                float(np.linalg.norm(gradient - expected_gradient))
                / float(np.maximum(before, after))
            ),
            is_rounding=jnp.asarray([abs(predicted_change) < 1e-12 * (1.0 + abs(self._value))]),
        )
        is_accepted, radius = self._rule.judge(trial)
        self._radius = float(radius[0])
        if bool(is_accepted[0]):
            self._move_to(trial_x, value, gradient, at_bounds, noise)

    def _proposal(self) -> tuple[KrylovSpace, Float[np.ndarray, " k"], float]:
        """The rule's step in a Krylov space that is large enough for it: weights [k] and its prediction."""
        space = self._space or self._new_space()
        self._space = space
        while True:
            values, vectors = space.ritz()
            components = vectors.T @ space.components(self._gradient)
            step = self._ritz_step(values, components)
            weights = vectors @ step
            if space.is_full or self._is_enough(space, values, vectors, weights):
                break
            space.grow(max(_FIRST, space.size // 2))
        if self._mode is not None:
            self._mode = space.vectors(vectors[:, :1])[0]
        return space, weights, float(components @ step + 0.5 * values @ step**2)

    def _new_space(self) -> KrylovSpace:
        starts = [self._gradient] if self._mode is None else [self._gradient, self._mode]
        space = KrylovSpace(
            self._problem, self._x, np.stack(starts), _LARGEST, should_stop=self._should_stop
        )
        space.grow(_FIRST)
        return space

    def _ritz_step(
        self, values: Float[np.ndarray, " k"], components: Float[np.ndarray, " k"]
    ) -> Float[np.ndarray, " k"]:
        """The rule's step; padded to few different sizes, since each compiles anew."""
        k = len(values)
        size = next(s for s in (32, 64, 128, 256, 512, 1 << k.bit_length()) if s >= k)
        # Directions of padding are stiff and feel no gradient: no rule moves along them.
        values = np.pad(values, (0, size - k), constant_values=2 * abs(values).max() + 1.0)
        components = np.pad(components, (0, size - k))
        radius = np.asarray(self._radius * self._scale)
        return np.asarray(_rule_step(self._rule, values, components, radius))[:k]

    def _is_enough(
        self,
        space: KrylovSpace,
        values: Float[np.ndarray, " k"],
        vectors: Float[np.ndarray, "k k"],
        weights: Float[np.ndarray, " k"],
    ) -> bool:
        if space.leak(weights[:, None])[0] > _RESIDUAL * np.linalg.norm(self._gradient):
            return False
        if not self._index:
            return True
        # The mode has to be separated from its neighbours, or the walk climbs along the wrong one.
        return bool(space.leak(vectors[:, :1])[0] <= _MODE_RESIDUAL * abs(values[0]))


@jax.jit
def _rule_step(
    rule: StepRule,
    values: Float[Array, " k"],
    components: Float[Array, " k"],
    radius: Float[Array, ""],
) -> Float[Array, " k"]:
    return rule.step(values, components, radius)


def _evaluate(
    problem: Problem, x: Float[np.ndarray, " m"]
) -> tuple[float, Float[np.ndarray, " m"], bool, float]:
    """Loss, gradient without zero modes or active bounds, whether at the bounds, and its rounding floor."""
    value, gradient, at_bounds, noise = _evaluated(problem, jnp.asarray(x))
    return float(value), np.asarray(gradient), bool(at_bounds), float(noise)


@jax.jit
def _evaluated(problem: Problem, x: Float[Array, " m"]) -> tuple[Array, Array, Array, Array]:
    value, gradient = problem.value_and_gradient(x)
    free = free_coordinates(problem, x, gradient)
    gradient = jnp.where(free, projected(problem.zero_modes(x), gradient), 0.0)
    return value, gradient, ~free.all(), problem.gradient_noise(x)


def _lane(number: float) -> Float[Array, " one"]:
    """A number as step rules take it: an array over the walkers, of which there is one."""
    return jnp.asarray([number])


def _rms(gradient: Float[np.ndarray, " m"]) -> float:
    return float(np.sqrt(np.mean(gradient**2)))
