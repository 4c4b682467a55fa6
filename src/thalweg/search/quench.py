"""Quenches: local minimisation from any points."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import equinox as eqx
import numpy as np
from jaxtyping import Float

from ..compiled_programs import forget_when_many
from ..landscape.outcome import Flatness
from ..landscape.records import Minimum, QuenchCounts
from ..precision import with_float64
from ..problems.problem import Problem
from .search_space import SearchSpace
from .steps.batching import has_full_hessian
from .steps.newton import Newton
from .steps.pace import never
from .steps.rule import Status, StepRule
from .steps.steepest_descent import SteepestDescent
from .walks.lbfgs import LBFGS
from .walks.minimiser import Minimiser
from .walks.result import WalkResult
from .walks.walk import walk

_NEWTON_UP_TO = 200
"""Coordinates up to which an exact Hessian at every step is fastest."""

_FEW_LANES = 4


class Quench(eqx.Module):
    """Settings of a quench: an optional first-order minimiser, then a step rule that certifies.

    Attributes:
        first: a first-order minimiser that goes down to where the step rule takes over; None to use the step
            rule from the start.
        finish: the step rule that goes on to the tolerance; it certifies the index and gives the spectrum.

    Raises:
        TypeError: if `first` is no minimiser or `finish` no step rule.
        ValueError: if `finish` looks for points that are no minima.
    """

    first: Minimiser | None = eqx.field(static=True, default=None)
    finish: StepRule = eqx.field(static=True, default=Newton())

    def __check_init__(self) -> None:
        if isinstance(self.first, type) or not isinstance(self.first, Minimiser | None):
            raise TypeError(
                f"first must have a method `descend`, as `thalweg.search.Minimiser` says, got {self.first!r}."
            )
        if not isinstance(self.finish, StepRule):
            raise TypeError(f"finish must be a `thalweg.search.StepRule`, got {self.finish!r}.")
        if self.finish.index != 0:
            raise ValueError(
                f"finish looks for points of index {self.finish.index}; a quench needs a step rule of "
                "index 0, `Newton()` for example."
            )

    @classmethod
    def for_problem(cls, problem: Problem) -> "Quench":
        """The default: Newton from the start where Hessians are cheap, else to finish after L-BFGS.

        The more a Newton step costs, the later it takes over; in a Krylov space it costs little again. A
        problem with a search of its own needs no other before it, whatever its size.
        """
        if problem.native_search is not None:
            return cls()
        if problem.dimension <= _NEWTON_UP_TO and problem.has_cheap_hessian:
            return cls()
        careful = Newton(start_radius=0.1, max_radius=0.5)
        if problem.dimension <= _NEWTON_UP_TO:
            return cls(LBFGS(tolerance=1e-5), careful)
        if has_full_hessian(problem):
            return cls(LBFGS(tolerance=1e-7), careful)
        return cls(LBFGS(tolerance=1e-4), Newton())

    @classmethod
    def of(cls, method: "QuenchMethod") -> "Quench":
        """The quench that `method` stands for.

        A minimiser is finished by Newton steps too short to leave the basin; a step rule goes from the start.
        Names are "newton", "lbfgs" and "steepest_descent".

        Raises:
            ValueError: for a name that is none of these.
            TypeError: for an object that is no method.
        """
        if isinstance(method, str):
            if method not in _BY_NAME:
                raise ValueError(f"no quench is called {method!r}; {_WHAT_TO_PASS}")
            return _BY_NAME[method]
        if isinstance(method, type):
            raise TypeError(f"{method.__name__} is a class: pass an object, `{method.__name__}()`.")
        if isinstance(method, Quench):
            return method
        if isinstance(method, StepRule):
            return cls(finish=method)
        if isinstance(method, Minimiser):
            return cls(method, Newton.within_basin())
        raise TypeError(f"{method!r} is no quench; {_WHAT_TO_PASS}")


QuenchMethod = Quench | Minimiser | StepRule | str
"""What can be passed as a quench: settings, a minimiser, a step rule, or the name of one."""

_BY_NAME = {
    "newton": Quench(),
    "lbfgs": Quench.of(LBFGS()),
    "steepest_descent": Quench.of(SteepestDescent(max_steps=400)),
}

_WHAT_TO_PASS = (
    f"pass {', '.join(repr(name) for name in _BY_NAME)}, a `thalweg.search.Quench`, or a minimiser or a "
    "step rule of `thalweg.search`, `LBFGS()` for example."
)


def basin_quench(problem: Problem) -> QuenchMethod:
    """A quench that ends in the basin of its start: steepest descent, or L-BFGS where Hessians are dear.

    L-BFGS stays there as far as that can be.
    """
    is_cheap = has_full_hessian(problem) and problem.has_cheap_hessian
    return "steepest_descent" if is_cheap else "lbfgs"


@dataclass(frozen=True, eq=False)
class QuenchResult:
    """The minimum that each start led to, and how the quenches ended.

    Attributes:
        minima: the minimum each walker reached, None for a walker that reached none.
        counts: how the quenches ended.
        flatness: how the loss is flat where one of them ended; None if none ended so.
    """

    minima: tuple[Minimum | None, ...]
    counts: QuenchCounts
    flatness: Flatness | None = None


def quench(
    problem: Problem,
    starts: Float[np.ndarray, "walkers d"],
    method: QuenchMethod | None = None,
    *,
    should_stop: Callable[[], bool] = never,
) -> QuenchResult:
    """Quench every start [walkers d] to a local minimum (RMS gradient < 1e-10, near, no negative curvature).

    A Newton quench need not end in the steepest-descent basin of its start; where that matters, use
    "lbfgs" or "steepest_descent", which stay in the basin.

    Args:
        problem: what is minimised.
        starts: starting points [walkers d].
        method: a `Quench`, a minimiser, a step rule, or a name (`Quench.of`); chosen by the problem's size
            if None.
        should_stop: asked from time to time; walkers under way then reach no minimum, and are not counted.

    Raises:
        ValueError: if the starts do not have the problem's dimension, or no method has this name.
        TypeError: if `method` is no method.
    """
    starts = np.asarray(starts, dtype=np.float64)
    if starts.ndim != 2 or starts.shape[1] != problem.dimension:
        hint = " For one start pass `starts[None]`." if starts.ndim == 1 else ""
        raise ValueError(
            f"starts must have shape [walkers {problem.dimension}], got {list(starts.shape)}.{hint}"
        )
    forget_when_many()
    space = SearchSpace(problem)
    result = descend(space, space.contract(starts), method, should_stop=should_stop)
    return QuenchResult(tuple(space.minima(result)), quench_counts(result), space.flatness(result))


@with_float64
def descend(
    space: SearchSpace,
    starts: Float[np.ndarray, "walkers m"],
    method: QuenchMethod | None = None,
    *,
    should_stop: Callable[[], bool] = never,
) -> WalkResult:
    """As `quench`, in the coordinates that are searched [walkers m]."""
    problem = space.problem
    settings = Quench.for_problem(problem) if method is None else Quench.of(method)
    if settings.first is None:
        return walk(
            problem, starts, settings.finish, batches=space.batches, should_stop=should_stop
        )
    # Idle lanes cost as much as busy ones, and where a step is dear that is much.
    lanes = space.batches.lanes
    if not has_full_hessian(problem) or lanes <= _FEW_LANES:
        lanes = min(len(starts), _FEW_LANES)
    descent = settings.first.descend(problem, starts, lanes=lanes, should_stop=should_stop)
    result = walk(
        problem, descent.x, settings.finish, batches=space.batches, should_stop=should_stop
    )
    return dataclasses.replace(result, steps=result.steps + descent.evaluations)


def quench_counts(result: WalkResult) -> QuenchCounts:
    """How the walkers of a descent ended; those that were stopped under way count as not drawn."""
    n = {status: int((result.status == status).sum()) for status in Status}
    return QuenchCounts(
        quenches=len(result) - n[Status.STOPPED],
        minima=n[Status.CONVERGED],
        wrong_index=n[Status.WRONG_INDEX],
        at_bounds=n[Status.AT_BOUNDS],
        flat=n[Status.FLAT],
        not_converged=n[Status.OUT_OF_STEPS],
        non_finite=n[Status.NON_FINITE],
        steps=int(result.steps.sum()),
    )
