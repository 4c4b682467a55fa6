"""The protocol of a first-order minimiser."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Int

from ...problems.problem import Problem


@dataclass(frozen=True, eq=False)
class Descent:
    """Where walkers stand after a first-order descent, in the order of their starts.

    Attributes:
        x: end points [walkers m].
        evaluations: evaluations of loss and gradient that each used [walkers].
    """

    x: Float[np.ndarray, "walkers m"]
    evaluations: Int[np.ndarray, " walkers"]


@runtime_checkable
class Minimiser(Protocol):
    """Minimises from many starts by gradients alone; a step rule finishes and certifies (`Quench`).

    An implementation is a value: its result depends on its settings and its arguments alone, and it can be
    sent to other processes. A frozen dataclass or an equinox module is best.
    """

    def descend(
        self,
        problem: Problem,
        starts: Float[np.ndarray, "walkers m"],
        *,
        lanes: int | None = None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> Descent:
        """Descend from every start [walkers m]; called inside a float64 context.

        Walkers that run out of steps, or meet NaN, are handed back where they were last fine: what they are
        is decided by the step rule that follows.

        Args:
            problem: what is minimised (already reduced, if it has a reduction).
            starts: starting points [walkers m].
            lanes: walkers to move together; the minimiser's own choice if None.
            should_stop: to be asked several times a second, if steps are that short; walkers under way then
                stay where they are, and count as not drawn.
        """
        ...
