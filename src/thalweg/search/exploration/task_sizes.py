"""How much one task holds, and how much of it is computed together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...problems.operation_count import gradient_operations
from ...problems.problem import Problem
from ..quench import Quench
from ..steps.batching import BatchSizes, has_full_hessian, spectral_step_operations
from .plan import Methods

_OPERATIONS = 5e10
"""Of a task at most: about ten seconds of one core, in which what it gives is not seen by others."""

_GRADIENTS, _LAST_STEPS, _STEPS = 600, 5, 50
"""Of a usual quench: gradients and then steps with Hessians, or such steps from the start."""

_STEPS_OF_A_SEARCH = 150
"""With Hessians, up to a transition state and down on both sides; a band costs less."""

_MOST_STARTS, _MOST_SEARCHES = 64, 32


@dataclass(frozen=True)
class TaskSizes:
    """What one worker does in one go.

    Attributes:
        starts: random starts in a task.
        searches: searches for transition states in a task.
    """

    starts: int
    searches: int

    @classmethod
    def usual(cls, problem: Problem, lanes: int) -> "TaskSizes":
        """Sizes for a problem of which so many walkers move together.

        Smaller where a step is dear, so that something is seen soon and a time limit cuts little off. Costs
        are estimated from the problem (`operation_count`), never measured: the landscape depends on them.
        """
        if not has_full_hessian(problem):
            # Each takes seconds or minutes.
            return cls(1, 1)
        if lanes > _MOST_STARTS or problem.native_search is not None:
            # Enough to fill the lanes of an accelerator; a search has some eight walkers or images of a band.
            return cls(max(_MOST_STARTS, lanes), max(_MOST_SEARCHES, lanes // 8))
        reduced = problem.reduction().problem
        step = spectral_step_operations(reduced)
        quench = _STEPS * step
        if Quench.for_problem(reduced).first is not None:
            quench = _GRADIENTS * gradient_operations(reduced) + _LAST_STEPS * step
        return cls(
            _number_of(quench, _MOST_STARTS), _number_of(_STEPS_OF_A_SEARCH * step, _MOST_SEARCHES)
        )

    @classmethod
    def of(
        cls, methods: Methods, problem: Problem, recorded: Mapping[str, Any], lanes: int
    ) -> "TaskSizes":
        """The sizes that are asked for, else those of recorded settings of a run, else the usual ones."""
        usual = cls.usual(problem, lanes)
        known = {**vars(usual), **recorded.get("task_sizes", {})}
        return cls(
            methods.starts_per_task or int(known["starts"]),
            methods.searches_per_task or int(known["searches"]),
        )


def batch_sizes(methods: Methods, problem: Problem, recorded: Mapping[str, Any]) -> BatchSizes:
    """What is computed together in a run on this device.

    As many lanes as are asked for, else what recorded settings of a run say, if they are of such a device,
    else the usual sizes: what another kind of device computes is not the same to the last bit anyway.
    """
    reduced = problem.reduction().problem
    if methods.lanes is not None:
        return BatchSizes.usual(reduced, lanes=methods.lanes)
    known = recorded.get("batch_sizes")
    sizes = None if known is None else BatchSizes.from_record(known)
    return sizes if sizes is not None and sizes.fits_here else BatchSizes.usual(reduced)


def _number_of(operations: float, most: int) -> int:
    """How many of so many operations each make a task: a power of two, up to `most`."""
    while most > 1 and most * operations > _OPERATIONS:
        most //= 2
    return most
