"""Walks by a problem's own search: exact where the loss is smooth in pieces only."""

from collections import deque
from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from ..problems.own_search import OwnSearch
from .rules import Status
from .walk_result import WalkResult


def own_walk(
    search: OwnSearch,
    starts: Float[np.ndarray, "walkers m"],
    index: int,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    follow: Callable[[int, WalkResult], Float[np.ndarray, " m"] | None] | None = None,
    first: int | None = None,
) -> WalkResult:
    """As `walk`, by the problem's own quench (`index` 0) or saddle search (`index` 1)."""
    starts = np.array(starts, dtype=np.float64)
    n, m = starts.shape
    results = WalkResult.nothing(n, m, m)
    queue = deque(range(n if first is None else first))
    while queue and not should_stop():
        walker = queue.popleft()
        rest = (search.saddle if index else search.quench)(starts[walker])
        is_found = rest.is_found and rest.rms_gradient <= rest.tolerance
        positive = rest.spectrum[rest.spectrum > 0]
        results.put(
            walker,
            x=rest.x,
            loss=rest.loss,
            rms_gradient=rest.rms_gradient,
            tolerance=rest.tolerance,
            spectrum=rest.spectrum,
            log_product=np.log(positive).sum(),
            steps=rest.steps,
            status=int(Status.CONVERGED if is_found else Status.FLAT),
        )
        if rest.sides is not None:
            results.put(walker, sides=rest.sides)
        if follow is not None and first is not None and walker + first < n:
            start = follow(walker, results)
            if start is not None:
                starts[walker + first] = start
                queue.append(walker + first)
    return results
