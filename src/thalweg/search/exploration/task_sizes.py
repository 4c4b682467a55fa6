"""How much one task holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax

from ...problems.problem import Problem
from ..walks.walk import has_full_hessian
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
    def usual(cls, problem: Problem, backend: str) -> "TaskSizes":
        """Sizes for a problem on a backend of JAX ('cpu', 'gpu' …)."""
        if not has_full_hessian(problem):
            # Each takes seconds or minutes.
            return cls(1, 1)
        # An accelerator is idle unless it carries thousands of walkers at once; a pair has some ten images.
        return cls(64, 32) if backend == "cpu" else cls(4096, 512)

    @classmethod
    def of(cls, methods: Methods, problem: Problem, recorded: Mapping[str, Any]) -> "TaskSizes":
        """The sizes that are asked for, else those of recorded settings of a run, else the usual ones."""
        usual = cls.usual(problem, jax.default_backend())
        known = {**vars(usual), **recorded.get("task_sizes", {})}
        return cls(
            methods.starts_per_task or int(known["starts"]),
            methods.searches_per_task or int(known["searches"]),
        )
