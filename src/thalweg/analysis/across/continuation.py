"""Stationary points followed in a parameter, through the folds where they are born and die."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import scipy.optimize
from jaxtyping import Array, Bool, Float, Int

from ...precision import with_float64
from ...problems.family import OneParameterFamily
from ...problems.symmetry import Symmetry
from ...search.search_space import SearchSpace
from ...search.steps.rule import RMS_TOLERANCE

_SHORTEST = 1e-7
"""Step along a branch below which it is given up."""
_NEWTON_STEPS = 8
_TURN = 0.9
"""Least cosine between the tangents of neighbouring points."""


class BranchEnd(StrEnum):
    """Why a branch was followed no further."""

    REACHED = "reached the last value"
    RETURNED = "came back to the first value through a fold"
    BOX = "left the box"
    LOST = "could not be continued"
    STEPS = "out of steps"


@dataclass(frozen=True, eq=False)
class Fold:
    """A point where a minimum and a transition state merge (or two points of neighbouring index).

    Attributes:
        value: critical value of the parameter, to 1e-8 of its scale.
        coordinates: [d].
        loss: at the fold.
        eigenvalue: the one that vanishes.
        direction: its eigenvector [d].
        towards: +1 if the two points exist above the critical value, −1 if below.
        indices: index before and after the fold, along the branch.
    """

    value: float
    coordinates: Float[np.ndarray, " d"]
    loss: float
    eigenvalue: float
    direction: Float[np.ndarray, " d"]
    towards: int
    indices: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Branch:
    """A stationary point followed in a parameter.

    Attributes:
        values: of the parameter [k], in the order in which they were met.
        coordinates: [k d].
        losses: [k].
        lowest: smallest eigenvalue of the Hessian [k].
        index: number of negative eigenvalues [k].
        rms_gradient: [k].
        folds: where it turned back, in order.
        end: why it ends.
    """

    values: Float[np.ndarray, " k"]
    coordinates: Float[np.ndarray, "k d"]
    losses: Float[np.ndarray, " k"]
    lowest: Float[np.ndarray, " k"]
    index: Int[np.ndarray, " k"]
    rms_gradient: Float[np.ndarray, " k"]
    folds: tuple[Fold, ...]
    end: BranchEnd


@dataclass(frozen=True)
class FoldLaw:
    """How a pair of points draws apart from its fold, as powers of the distance in the parameter.

    A fold has eigenvalue ~ δ^1/2, distance ~ δ^1/2 and barrier ~ δ^3/2 (Wales, Science 293, 2067, 2001).

    Attributes:
        eigenvalue, distance, barrier: fitted exponents.
        offsets: values of δ that the fit is over, in e-folds for a positive parameter.
    """

    eigenvalue: float
    distance: float
    barrier: float
    offsets: tuple[float, ...]


class _Point(eqx.Module):
    """A point z = (x in length scales, place) of a branch [d + 1]."""

    z: Float[Array, " d_plus_1"]
    tangent: Float[Array, " d_plus_1"]
    loss: Float[Array, ""]
    spectrum: Float[Array, " d"]
    softest: Float[Array, " d"]
    rms_gradient: Float[Array, ""]
    newton_steps: Int[Array, ""]
    converged: Bool[Array, ""]

    @property
    def index(self) -> int:
        return int(np.sum(np.asarray(self.spectrum) < 0))


@with_float64
def follow(
    family: OneParameterFamily,
    points: Float[np.ndarray, "points d"],
    start: float,
    stop: float,
    *,
    max_step: float = 0.2,
    max_points: int = 400,
) -> tuple[Branch, ...]:
    """Follow stationary points of the problem at `start` towards the problem at `stop`.

    Predictor–corrector with pseudo-arclength (Keller, 1977), so that a branch goes on through folds:
    one that comes back to `start` has merged with another stationary point, and ends on that one.

    Args:
        family: a problem for each value of the parameter.
        points: stationary points of `family.at(start)` [points d].
        start, stop: the values between which branches are followed.
        max_step: longest step, in e-folds of a positive parameter (else in its unit), and in length
            scales of the problem.
        max_points: of each branch.

    Returns:
        One branch for each point, beginning at `start`.

    Raises:
        ValueError: if `start` equals `stop`, if one is not positive where it has to be, if the points
            have the wrong dimension, or if one is not stationary at `start`.
    """
    first, last = _places(family, start, stop)
    space = SearchSpace(family.at(start))
    points = np.asarray(points, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != space.full.dimension:
        raise ValueError(
            f"points must have shape [points {space.full.dimension}], got {list(points.shape)}."
        )
    tracer = _Tracer(family.reduced(), space, first, last, max_step)
    return tuple(tracer.branch(space.contract(x), max_points) for x in points)


@dataclass(frozen=True)
class Merger:
    """Two points that end in one fold.

    Attributes:
        pair: their numbers among the branches; None for one that is known from following the other alone.
        fold: where they merge.
    """

    pair: tuple[int, int | None]
    fold: Fold


def mergers(
    branches: Sequence[Branch], symmetry: Symmetry, *, tolerance: float = 1e-4
) -> tuple[Merger, ...]:
    """The pairs of branches that meet in a fold.

    A branch that comes back to its first value has passed a fold and arrived at its partner: followed
    itself, that one passes the same fold, and the pair is given once.

    Args:
        branches: minima and transition states of one problem, followed the same way.
        symmetry: of the problem.
        tolerance: distance after alignment below which two points are one.
    """
    found = []
    for i, branch in enumerate(branches):
        if branch.end is not BranchEnd.RETURNED or len(branch.folds) != 1:
            continue
        apart = [symmetry.distance(b.coordinates[0], branch.coordinates[-1]) for b in branches]
        partner = int(np.argmin(apart)) if min(apart) < tolerance else None
        if partner is None or partner > i:
            found.append(Merger((i, partner), branch.folds[0]))
    return tuple(found)


@with_float64
def fold_law(
    family: OneParameterFamily,
    fold: Fold,
    *,
    offsets: Sequence[float] = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3),
) -> FoldLaw:
    """Fit how eigenvalue, distance and barrier of the merging pair grow away from their fold.

    Args:
        family: in which the fold was found.
        fold: of a minimum and a transition state, or of any two points of neighbouring index.
        offsets: distances from the fold in the parameter, in e-folds of a positive one.

    Raises:
        ValueError: if the pair cannot be told apart at one of the offsets.
    """
    space = SearchSpace(family.at(fold.value))
    tracer = _Tracer(family.reduced(), space, 0.0, 0.0, 0.1)
    place = tracer.place_of(fold.value)
    z = tracer.z_of(space.contract(fold.coordinates), place)
    along = np.append(space.contract(fold.direction), 0.0)
    probe = tracer.corrected(z + 1e-2 * along, along)
    curvature = abs(float(probe.z[-1]) - place) / 1e-4
    rows = []
    for offset in offsets:
        reach = np.sqrt(offset / curvature)
        pair = [
            tracer.landed(z + sign * reach * along, place + fold.towards * offset)
            for sign in (1, -1)
        ]
        a, b = sorted(pair, key=lambda point: point.index)
        apart = float(np.linalg.norm(a.z - b.z))
        if not (a.converged and b.converged and apart > 0.1 * reach):
            raise ValueError(f"the pair cannot be told apart {offset:g} from its fold.")
        soft = float(np.abs(np.asarray(a.spectrum)).min())
        rows.append(np.log([soft, apart, float(b.loss - a.loss)]))
    slopes = np.polyfit(np.log(offsets), np.array(rows), 1)[0]
    eigenvalue, distance, barrier = (float(s) for s in slopes)
    return FoldLaw(eigenvalue, distance, barrier, tuple(offsets))


class _Tracer:
    """Follows branches of one family between two places."""

    def __init__(
        self,
        family: OneParameterFamily,
        space: SearchSpace,
        first: float,
        last: float,
        max_step: float,
    ) -> None:
        self.family, self.space = family, space
        self.first, self.last, self.max_step = first, last, max_step
        self.scale = space.problem.length_scale
        self.bounds = space.problem.bounds

    def branch(self, x: Float[np.ndarray, " m"], max_points: int) -> Branch:
        way = np.sign(self.last - self.first)
        points = [self._begun(x, way)]
        folds: list[Fold] = []
        step, end = 0.1 * self.max_step, BranchEnd.STEPS
        while len(points) < max_points:
            here = points[-1]
            tried = self.corrected(here.z + step * here.tangent, here.tangent)
            turned = float(tried.tangent[-1]) * float(here.tangent[-1]) < 0
            if not self._is_good(here, tried, step, turned):
                step /= 3
                if step > _SHORTEST:
                    continue
                end = BranchEnd.LOST
                break
            if self._is_outside(tried):
                end = BranchEnd.BOX
                break
            if turned:
                folds.append(self._fold(here, tried, step))
            done = self._end_at(tried, way)
            if done is not None:
                place = self.last if done is BranchEnd.REACHED else self.first
                share = (place - here.z[-1]) / (tried.z[-1] - here.z[-1])
                points.append(self.landed(here.z + share * (tried.z - here.z), place))
                end = done if points[-1].converged else BranchEnd.LOST
                break
            points.append(tried)
            step = min(self.max_step, 1.5 * step if tried.newton_steps <= 3 else step)
        return self._branch([p for p in points if p.converged], folds, end)

    def place_of(self, value: float) -> float:
        return float(np.log(value)) if self.family.is_logarithmic else value

    def z_of(self, x: Float[np.ndarray, " m"], place: float) -> Float[np.ndarray, " m_plus_1"]:
        return np.append(x / self.scale, place)

    def corrected(self, guess: np.ndarray | Array, across: np.ndarray | Array) -> _Point:
        """The point of the branch in the plane through `guess` at right angles to `across`."""
        return _corrected(self.family, guess, across, self.scale)

    def landed(self, guess: np.ndarray | Array, place: float) -> _Point:
        """The point of the branch at a place."""
        guess = np.append(np.asarray(guess)[:-1], place)
        return self.corrected(guess, np.eye(len(guess))[-1])

    def _begun(self, x: Float[np.ndarray, " m"], way: float) -> _Point:
        guess = self.z_of(x, self.first)
        point = self.corrected(guess, way * np.eye(len(guess))[-1])
        moved = self.scale * float(np.linalg.norm(point.z - guess))
        if not point.converged or moved > 1e-3 * self.scale:
            raise ValueError(
                f"a point to be followed is not stationary at {self.family.label} = "
                f"{float(self.family.value(self.first)):g}; quench it there first."
            )
        return point

    def _is_good(self, here: _Point, tried: _Point, step: float, turned: bool) -> bool:
        if not tried.converged or float(here.tangent @ tried.tangent) < _TURN:
            return False
        # Along one branch the index changes where it turns; else the step has jumped to another one,
        # unless it is so short that two branches must cross there.
        return step < 1e-4 or abs(here.index - tried.index) == turned

    def _is_outside(self, point: _Point) -> bool:
        if self.bounds is None:
            return False
        x = self.scale * np.asarray(point.z[:-1])
        return bool((x < self.bounds[0]).any() or (x > self.bounds[1]).any())

    def _end_at(self, point: _Point, way: float) -> BranchEnd | None:
        place = float(point.z[-1])
        if (place - self.last) * way >= 0:
            return BranchEnd.REACHED
        return BranchEnd.RETURNED if (place - self.first) * way < 0 else None

    def _fold(self, here: _Point, beyond: _Point, step: float) -> Fold:
        def turning(h: float) -> float:
            return float(self.corrected(here.z + h * here.tangent, here.tangent).tangent[-1])

        h = scipy.optimize.brentq(turning, 0.0, step, xtol=1e-12, rtol=1e-14)
        point = self.corrected(here.z + h * here.tangent, here.tangent)
        spectrum = np.asarray(point.spectrum)
        return Fold(
            float(self.family.value(point.z[-1])),
            self.space.expand(self.scale * np.asarray(point.z[:-1])),
            float(point.loss),
            float(spectrum[np.argmin(np.abs(spectrum))]),
            self.space.expand(np.asarray(point.softest)),
            -int(np.sign(here.tangent[-1])),
            (here.index, beyond.index),
        )

    def _branch(self, points: list[_Point], folds: list[Fold], end: BranchEnd) -> Branch:
        z = np.array([point.z for point in points])
        return Branch(
            np.array([float(self.family.value(place)) for place in z[:, -1]]),
            self.space.expand(self.scale * z[:, :-1]),
            np.array([float(point.loss) for point in points]),
            np.array([float(point.spectrum[0]) for point in points]),
            np.array([point.index for point in points]),
            np.array([float(point.rms_gradient) for point in points]),
            tuple(folds),
            end,
        )


def _places(family: OneParameterFamily, start: float, stop: float) -> tuple[float, float]:
    if start == stop or not (np.isfinite(start) and np.isfinite(stop)):
        raise ValueError(f"start and stop must be two finite values, got {start} and {stop}.")
    if family.is_logarithmic and not min(start, stop) > 0:
        raise ValueError(f"{family.label} must stay positive, got {start} and {stop}.")
    if family.is_logarithmic:
        return float(np.log(start)), float(np.log(stop))
    return float(start), float(stop)


@jax.jit
def _corrected(
    family: OneParameterFamily, guess: Array, across: Array, scale: Array | float
) -> _Point:
    """Newton's method for a vanishing gradient in the plane through `guess` across a direction."""

    def system(z: Array) -> tuple[Array, Array, Array, Array]:
        """Gradient, the matrix [∂g/∂z; across], the loss, and whether z is at rest."""
        x, place = scale * z[:-1], z[-1]
        value, gradient, hessian, noise = family.at(
            family.value(place)
        ).value_gradient_hessian_noise(x)
        rate = family.gradient_and_rate(x, place)[1]
        matrix = jnp.vstack([jnp.column_stack([scale * hessian, rate]), across])
        at_rest = jnp.sqrt(jnp.mean(gradient**2)) < jnp.maximum(RMS_TOLERANCE, 10 * noise)
        return gradient, matrix, value, at_rest

    def unfinished(state: Any) -> Array:
        return ~state[4] & (state[5] < _NEWTON_STEPS) & jnp.isfinite(state[1]).all()

    def newton(state: Any) -> Any:
        z, gradient, matrix, _, _, steps = state
        wanted = jnp.append(-gradient, across @ (guess - z))
        z = z + jnp.linalg.solve(matrix, wanted)
        return z, *system(z), steps + 1

    state = (guess, *system(guess), jnp.asarray(0))
    z, gradient, matrix, value, at_rest, steps = jax.lax.while_loop(unfinished, newton, state)
    tangent = jnp.linalg.solve(matrix, jnp.zeros_like(z).at[-1].set(1.0))
    spectrum, modes = jnp.linalg.eigh(matrix[:-1, :-1] / scale)
    return _Point(
        z,
        tangent / jnp.linalg.norm(tangent),
        value,
        spectrum,
        modes[:, jnp.argmin(jnp.abs(spectrum))],
        jnp.sqrt(jnp.mean(gradient**2)),
        steps,
        at_rest & jnp.isfinite(tangent).all(),
    )
