"""A problem's own enclosure, against what its derivatives are in many more bits."""

from collections.abc import Callable
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from ..certificate.arbs import Arbs, has_arbs
from ..certificate.balls import Array, Ball
from ..certificate.problem_enclosure import ProblemPrograms
from ..certificate.truth import Switched, Unprovable
from ..precision import with_float64
from ..problems.derivative_enclosure import DerivativeEnclosure
from ..problems.problem import Problem
from .checklist import Checklist
from .evaluation import Subject

_BITS = 160
_RADII = (0.0, 1e-9, 1e-3)
"""Of the boxes, in units of the length scale: a point, the box of a proof, one that is felt."""
_N_INSIDE = 2
_INSIDE = 1 - 1e-6
"""Share of a radius: what is computed of a corner must lie in the box after rounding."""
_ROUNDINGS = 1e-9
"""Relative to the largest, what derivatives in float64 may be off where they cannot be had in more bits."""

_REMEDY = (
    "mend `enclosure`: count every rounding, and all points of the box; where nothing is known, infinite "
    "bounds say so"
)


@dataclass(frozen=True)
class _Part:
    """One of loss, gradient and Hessian: bounds over a box, and what it is at a point inside."""

    name: str
    bounds: Array
    value: Ball


def check_enclosure(checklist: Checklist, subject: Subject) -> None:
    """The enclosure over boxes holds the derivatives at random points inside, and is finite at a point."""
    problem, scale = subject.problem, subject.scale
    reference: Callable[[Array], tuple[Ball, Ball, Ball]] | None = None
    for number, x in enumerate(subject.points):
        if problem.enclosure(x, np.zeros_like(x)) is None:
            continue
        reference = reference or _reference(problem, x)
        for radius in _RADII:
            radii = np.full(len(x), radius * scale)
            bounds = problem.enclosure(x, radii)
            if bounds is None:
                continue
            outside = [
                _what_is_outside(bounds, reference(y), radius) for y in _inside(subject, x, radii)
            ]
            worst = next((one for one in outside if one is not None), None)
            checklist.require(
                worst is None,
                f"the enclosure over a box of {radius:g} length scales holds every point",
                f"point {number}: {worst}",
                _REMEDY,
            )


def _inside(
    subject: Subject, x: Float[np.ndarray, " d"], radii: Float[np.ndarray, " d"]
) -> list[Float[np.ndarray, " d"]]:
    """The middle of a box, corners, and what lies between."""
    if not radii.any():
        return [x]
    corners = np.sign(subject.random.uniform(-1, 1, size=(_N_INSIDE, len(x))))
    between = subject.random.uniform(-1, 1, size=(_N_INSIDE, len(x)))
    return [x, *(x + _INSIDE * radii * u for u in (*corners, *between))]


def _what_is_outside(
    bounds: DerivativeEnclosure, values: tuple[Ball, Ball, Ball], radius: float
) -> str | None:
    """What the bounds over a box do not hold of a point inside; None if they hold all."""
    parts = zip(
        ("loss", "gradient", "Hessian"),
        (bounds.loss, bounds.gradient, bounds.hessian),
        values,
        strict=True,
    )
    for part in (_Part(*one) for one in parts):
        if np.shape(part.bounds) != (2, *part.value.shape):
            return (
                f"the bounds of the {part.name} have the shape {np.shape(part.bounds)}, expected "
                f"{(2, *part.value.shape)}"
            )
        low, high = part.bounds
        if radius == 0 and not (np.isfinite(low).all() and np.isfinite(high).all()):
            return f"the bounds of the {part.name} at a point are not finite"
        # Both hold the true value where they overlap; where they do not, one of them is wrong.
        is_out = ~((low <= part.value.upper) & (part.value.lower <= high))
        if is_out.any():
            k = np.unravel_index(int(np.argmax(is_out)), is_out.shape)
            return (
                f"element {[int(i) for i in k]} of the {part.name} is {part.value.mid[k]:.17g}, not between "
                f"{low[k]:.17g} and {high[k]:.17g}"
            )
    return None


def _reference(
    problem: Problem, x: Float[np.ndarray, " d"]
) -> Callable[[Array], tuple[Ball, Ball, Ball]]:
    """What computes loss, gradient and Hessian: in many bits if the program of the loss allows it."""
    in_float64 = _InFloat64(problem)
    if not has_arbs():
        return in_float64
    try:
        in_bits = _InBits(problem)
        in_bits(x)
    except (Unprovable, Switched):
        return in_float64
    return in_bits


class _InBits:
    def __init__(self, problem: Problem) -> None:
        self._enclosure = ProblemPrograms(problem).enclosed_by(Arbs(_BITS))

    def __call__(self, x: Array) -> tuple[Ball, Ball, Ball]:
        return (*self._enclosure.at_point(x), self._enclosure.hessian_over(x, np.zeros_like(x)))


class _InFloat64:
    def __init__(self, problem: Problem) -> None:
        self._problem = problem

    @with_float64
    def __call__(self, x: Array) -> tuple[Ball, Ball, Ball]:
        values = map(np.asarray, self._problem.value_gradient_hessian(jnp.asarray(x)))
        loss, gradient, hessian = (
            Ball(one, np.full_like(one, _ROUNDINGS * (1 + np.abs(one).max()))) for one in values
        )
        return loss, gradient, hessian
