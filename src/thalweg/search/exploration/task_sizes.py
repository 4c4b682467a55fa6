"""How much one task holds, and how much of it is computed together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...problems.problem import Problem
from ..steps.batching import BatchSizes, has_full_hessian
from .plan import Methods


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
        """Sizes for a problem of which so many walkers move together."""
        if not has_full_hessian(problem):
            # Each takes seconds or minutes.
            return cls(1, 1)
        # Enough to fill the lanes of an accelerator; a search has some eight walkers or images of a band.
        return cls(max(64, lanes), max(32, lanes // 8))

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
