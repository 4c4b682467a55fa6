"""One landscape of a reproduction, and its effort."""

import numpy as np

from ..landscape.landscape import Landscape
from ..landscape.outcome import EndReason
from ..problems.problem import Problem
from ..search.exploration.explorer import Explorer
from ..search.exploration.plan import Stop
from .reproduction import FULL, Scale

_NO_LIMIT = np.iinfo(np.int64).max


def map_landscape(
    problem: Problem,
    starts: int,
    seed: int,
    *,
    connect: bool = False,
    seconds: float | None = None,
) -> Landscape:
    """All minima of so many random starts, joined if `connect`; taken as it is after `seconds`."""
    landscape = Landscape.create(problem)
    with Explorer(landscape, Stop(_NO_LIMIT, starts=starts, seconds=seconds), seed=seed) as run:
        run.find_minima()
        if connect:
            run.find_transition_states()
    if run.outcome.reason is EndReason.INTERRUPTED:
        # A table of what there happens to be would be taken for the one that was asked for.
        raise KeyboardInterrupt
    return landscape


def gp_starts(scale: Scale, few: int) -> int:
    """Number of random starts on a marginal likelihood: `few`, or three times as many in full."""
    return 3 * few if scale == FULL else few
