"""Whether the loss falls all along the straight line from a start to the minimum that it leads to."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from ...confidence_interval import ConfidenceInterval
from ...display import shown
from ...numbers import Whole
from ...precision import with_float64
from ...problems.problem import Problem
from ...search.quench import QuenchMethod, descend
from ...search.search_space import SearchSpace
from ...search.training import starting_points
from .interpolation import linear_interpolation


@shown
@dataclass(frozen=True, eq=False)
class MonotoneLines:
    """Straight lines from many starts to the minima that they lead to.

    Attributes:
        law: of the starts.
        is_monotone: whether the loss only falls along the line [lines].
        barriers: highest loss on each line above its start; zero where none is higher [lines].
        lengths: of the lines [lines].
        n_starts: from which there would be lines; some may lead to no minimum.
        share: of the lines along which the loss only falls.
        interval: of that share over further starts of the law.
    """

    law: str
    is_monotone: Bool[np.ndarray, " lines"]
    barriers: Float[np.ndarray, " lines"]
    lengths: Float[np.ndarray, " lines"]
    n_starts: int
    share: float
    interval: ConfidenceInterval


@with_float64
def monotone_lines(
    problem: Problem,
    starts: Float[np.ndarray, "walkers d"] | Whole = 100,
    method: QuenchMethod | None = None,
    *,
    points: int = 101,
    align: bool = False,
    seed: int = 0,
) -> MonotoneLines:
    """The share of starts from which the loss falls all along the line to their minimum (MLI property).

    As published, the line ends in the very point where the descent came to rest. It depends on the law of
    starts and on the minimiser: from wide starts of many basins it crosses others.

    Args:
        problem: whose loss it is.
        starts: points to begin with [walkers d], or how many to draw from the problem's own law.
        method: of the descent, as for `tw.quench`; `tw.search.SGD()` as published.
        points: on each line, both ends included.
        align: whether to take the symmetry image of the minimum that lies nearest to the start instead.
        seed: of starts that are drawn.

    Raises:
        ValueError: if no start leads to a minimum, or as for `linear_interpolation`.

    Reference: Goodfellow, Vinyals & Saxe, ICLR (2015); Lucas et al., ICML (2021).
    """
    law = problem.start_law if not isinstance(starts, np.ndarray) else "starts that were given"
    x = starting_points(problem, starts, seed)
    space = SearchSpace(problem)
    result = descend(space, space.contract(x), method)
    lines = [
        linear_interpolation(problem, start, end, points=points, align=align)
        for start, end, converged in zip(
            space.expand(space.contract(x)), space.expand(result.x), result.converged, strict=True
        )
        if converged
    ]
    if not lines:
        raise ValueError(
            f"none of {len(x)} starts led to a minimum of {problem.name}, so there are no lines to look at."
        )
    falls = np.array([line.is_monotone and line.losses[-1] <= line.losses[0] for line in lines])
    return MonotoneLines(
        law=law,
        is_monotone=falls,
        barriers=np.array(
            [max(0.0, float(np.max(line.losses) - line.losses[0])) for line in lines]
        ),
        lengths=np.array([line.length for line in lines]),
        n_starts=len(x),
        share=float(falls.mean()),
        interval=ConfidenceInterval.of_share(int(falls.sum()), len(falls)),
    )
