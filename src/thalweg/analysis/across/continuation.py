"""Stationary points followed in a parameter, through the folds where they are born and die."""

from dataclasses import dataclass

import numpy as np
import scipy.optimize
from jaxtyping import Float

from ...precision import with_float64
from ...problems.family import OneParameterFamily
from .branches import Branch, BranchEnd, Fold
from .corrector import BranchPoint, Corrector

_SHORTEST = 1e-7
"""Step along a branch below which it is given up."""
_STATIONARY = 1e-3
"""Distance, in length scales, within which a point to be followed has its stationary point."""
_TURN = 0.9
"""Least cosine between the tangents of neighbouring points."""


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
        points: stationary points of `family.problem_at(start)` [points d].
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
    _check_values(family, start, stop)
    corrector = Corrector.of(family, start)
    dimension = corrector.space.full.dimension
    points = np.asarray(points, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != dimension:
        raise ValueError(f"points must have shape [points {dimension}], got {list(points.shape)}.")
    first, last = corrector.position_of(start), corrector.position_of(stop)
    tracer = _Tracer(corrector, first, last, max_step)
    return tuple(tracer.branch(corrector.space.contract(x), max_points) for x in points)


@dataclass(frozen=True, eq=False)
class _Tracer:
    """Follows branches of one family between two positions."""

    corrector: Corrector
    first: float
    last: float
    max_step: float

    def branch(self, x: Float[np.ndarray, " m"], max_points: int) -> Branch:
        direction = float(np.sign(self.last - self.first))
        points = [self._start(x, direction)]
        folds: list[Fold] = []
        step, end = 0.1 * self.max_step, BranchEnd.STEPS
        while len(points) < max_points:
            current = points[-1]
            trial = self.corrector.in_plane(current.z + step * current.tangent, current.tangent)
            has_turned = float(trial.tangent[-1]) * float(current.tangent[-1]) < 0
            if not self._is_good(current, trial, step, has_turned):
                step /= 3
                if step > _SHORTEST:
                    continue
                end = BranchEnd.LOST
                break
            if self._is_outside(trial):
                end = BranchEnd.LEFT_BOUNDS
                break
            if has_turned:
                folds.append(self._fold(current, trial, step))
            end_reached = self._end_passed(trial, direction)
            if end_reached is not None:
                points.append(self._at_end(current, trial, end_reached))
                end = end_reached if points[-1].converged else BranchEnd.LOST
                break
            points.append(trial)
            step = min(self.max_step, 1.5 * step if trial.newton_steps <= 3 else step)
        return self._branch([point for point in points if point.converged], folds, end)

    def _start(self, x: Float[np.ndarray, " m"], direction: float) -> BranchPoint:
        guess = self.corrector.z_of(x, self.first)
        point = self.corrector.in_plane(guess, direction * np.eye(len(guess))[-1])
        if not point.converged or float(np.linalg.norm(point.z - guess)) > _STATIONARY:
            family = self.corrector.family
            raise ValueError(
                f"a point to be followed is not stationary at {family.label} = "
                f"{float(family.value(self.first)):g}; quench it there first."
            )
        return point

    def _is_good(
        self, current: BranchPoint, trial: BranchPoint, step: float, has_turned: bool
    ) -> bool:
        if not trial.converged or float(current.tangent @ trial.tangent) < _TURN:
            return False
        # Along one branch the index changes where it turns; else the step has jumped to another one,
        # unless it is so short that two branches must cross there.
        return step < 1e-4 or abs(current.index - trial.index) == has_turned

    def _is_outside(self, point: BranchPoint) -> bool:
        bounds = self.corrector.space.problem.bounds
        if bounds is None:
            return False
        x = self.corrector.scale * np.asarray(point.z[:-1])
        return bool((x < bounds[0]).any() or (x > bounds[1]).any())

    def _end_passed(self, point: BranchPoint, direction: float) -> BranchEnd | None:
        position = float(point.z[-1])
        if (position - self.last) * direction >= 0:
            return BranchEnd.REACHED
        return BranchEnd.RETURNED if (position - self.first) * direction < 0 else None

    def _at_end(self, before: BranchPoint, beyond: BranchPoint, end: BranchEnd) -> BranchPoint:
        """The point of the branch at the position that lies between two of its points."""
        position = self.last if end is BranchEnd.REACHED else self.first
        share = (position - before.z[-1]) / (beyond.z[-1] - before.z[-1])
        return self.corrector.at_position(before.z + share * (beyond.z - before.z), position)

    def _fold(self, before: BranchPoint, beyond: BranchPoint, step: float) -> Fold:
        """The fold between two neighbouring points of a branch."""

        def point_after(h: float) -> BranchPoint:
            return self.corrector.in_plane(before.z + h * before.tangent, before.tangent)

        def turning(h: float) -> float:
            return float(point_after(h).tangent[-1])

        point = point_after(scipy.optimize.brentq(turning, 0.0, step, xtol=1e-12, rtol=1e-14))
        spectrum, space = np.asarray(point.spectrum), self.corrector.space
        return Fold(
            float(self.corrector.family.value(point.z[-1])),
            space.expand(self.corrector.scale * np.asarray(point.z[:-1])),
            float(point.loss),
            float(spectrum[np.argmin(np.abs(spectrum))]),
            space.expand(np.asarray(point.softest)),
            -int(np.sign(before.tangent[-1])),
            (before.index, beyond.index),
        )

    def _branch(self, points: list[BranchPoint], folds: list[Fold], end: BranchEnd) -> Branch:
        z = np.array([point.z for point in points])
        family, space = self.corrector.family, self.corrector.space
        return Branch(
            np.array([float(family.value(position)) for position in z[:, -1]]),
            space.expand(self.corrector.scale * z[:, :-1]),
            np.array([float(point.loss) for point in points]),
            np.array([float(point.spectrum[0]) for point in points]),
            np.array([point.index for point in points]),
            np.array([float(point.rms_gradient) for point in points]),
            tuple(folds),
            end,
        )


def _check_values(family: OneParameterFamily, start: float, stop: float) -> None:
    if start == stop or not (np.isfinite(start) and np.isfinite(stop)):
        raise ValueError(
            f"start and stop must be two different, finite values, got {start} and {stop}."
        )
    if family.is_logarithmic and not min(start, stop) > 0:
        raise ValueError(f"{family.label} must stay positive, got {start} and {stop}.")
