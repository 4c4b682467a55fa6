"""Quench: from any points down to local minima."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import equinox as eqx
import numpy as np
from jaxtyping import Float

from ..landscape.records import Minimum, QuenchCounts
from ..problems.problem import Problem
from .search_space import SearchSpace
from .steps.newton import Newton
from .steps.rule import Status
from .walks.lbfgs import LBFGS, lbfgs_descend
from .walks.result import WalkResult
from .walks.walk import has_full_hessian, walk

_NEWTON_UP_TO = 200
"""Coordinates up to which an exact Hessian at every step is the fastest way down."""


_FEW_LANES = 4


class Quench(eqx.Module):
    """How walkers get to their minima.

    Attributes:
        first: L-BFGS down to where Newton's method takes over; None to use Newton from the start.
        newton: exact-Hessian steps to the tolerance; they certify the index and give the spectrum.
    """

    first: LBFGS | None = eqx.field(static=True, default=None)
    newton: Newton = eqx.field(static=True, default=Newton())

    @classmethod
    def for_problem(cls, problem: Problem) -> "Quench":
        """The default: Newton from the start where Hessians are cheap, else to finish after L-BFGS.

        The more a Newton step costs, the later it takes over; in a Krylov space it costs little again.
        """
        if problem.dimension <= _NEWTON_UP_TO and problem.has_cheap_hessian:
            return cls()
        if problem.dimension <= _NEWTON_UP_TO:
            return cls(LBFGS(tolerance=1e-5), Newton(start_radius=0.1, max_radius=0.5))
        if has_full_hessian(problem):
            return cls(LBFGS(tolerance=1e-7), Newton(start_radius=0.1, max_radius=0.5))
        return cls(LBFGS(tolerance=1e-4), Newton())


@dataclass(frozen=True, eq=False)
class QuenchResult:
    """What became of each start.

    Attributes:
        minima: the minimum each walker reached, None for a walker that reached none.
        counts: how the quenches ended.
    """

    minima: tuple[Minimum | None, ...]
    counts: QuenchCounts


def quench(
    problem: Problem,
    starts: Float[np.ndarray, "walkers d"],
    method: Quench | None = None,
    *,
    should_stop: Callable[[], bool] = lambda: False,
) -> QuenchResult:
    """Quench every start [walkers d] to a local minimum (RMS gradient < 1e-10, no negative curvature).

    A Newton quench need not end in the steepest-descent basin of its start; where that matters, use
    `Quench(first=LBFGS())`, which stays in the basin.

    Raises:
        ValueError: if the starts do not have the problem's dimension.
    """
    starts = np.asarray(starts, dtype=np.float64)
    if starts.ndim != 2 or starts.shape[1] != problem.dimension:
        raise ValueError(
            f"starts must have shape [walkers {problem.dimension}], got {list(starts.shape)}."
        )
    space = SearchSpace(problem)
    result = descend(space, space.contract(starts), method, should_stop=should_stop)
    return QuenchResult(tuple(space.minima(result)), quench_counts(result))


def descend(
    space: SearchSpace,
    starts: Float[np.ndarray, "walkers m"],
    method: Quench | None = None,
    *,
    should_stop: Callable[[], bool] = lambda: False,
) -> WalkResult:
    """As `quench`, in the coordinates that are searched [walkers m]."""
    method = method or Quench.for_problem(space.problem)
    if method.first is None:
        return walk(space.problem, starts, method.newton, should_stop=should_stop)
    # Idle lanes cost as much as busy ones, and in very many coordinates that is much.
    lanes = None if has_full_hessian(space.problem) else min(len(starts), _FEW_LANES)
    starts, used = lbfgs_descend(
        space.problem, starts, method.first, lanes=lanes, should_stop=should_stop
    )
    result = walk(space.problem, starts, method.newton, should_stop=should_stop)
    return dataclasses.replace(result, steps=result.steps + used)


def quench_counts(result: WalkResult) -> QuenchCounts:
    """How the walkers of a descent ended."""
    n = {status: int((result.status == status).sum()) for status in Status}
    return QuenchCounts(
        quenches=len(result),
        minima=n[Status.CONVERGED],
        wrong_index=n[Status.WRONG_INDEX],
        at_bounds=n[Status.AT_BOUNDS],
        flat=n[Status.FLAT],
        not_converged=n[Status.OUT_OF_STEPS],
        non_finite=n[Status.NON_FINITE],
        steps=int(result.steps.sum()),
    )
