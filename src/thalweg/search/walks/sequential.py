"""Walks one after the other, for walkers that each keep the whole processor busy."""

from collections import deque
from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from ..steps.pace import SearchStopped
from .result import WalkEnd, WalkResult


def walk_sequentially(
    walk_from: Callable[[Float[np.ndarray, " m"]], WalkEnd],
    starts: Float[np.ndarray, "walkers m"],
    n_eigenvalues: int,
    *,
    should_stop: Callable[[], bool],
    follow: Callable[[int, WalkResult], Float[np.ndarray, " m"] | None] | None,
    first: int | None,
) -> WalkResult:
    """Walk from every start by `walk_from`, which may raise SearchStopped; chains as in `walk`."""
    starts = np.array(starts, dtype=np.float64)
    n, m = starts.shape
    results = WalkResult.nothing(n, m, n_eigenvalues)
    queue = deque(range(n if first is None else first))
    while queue and not should_stop():
        walker = queue.popleft()
        try:
            results.put(walker, walk_from(starts[walker]))
        except SearchStopped:
            break
        if follow is not None and first is not None and walker + first < n:
            start = follow(walker, results)
            if start is not None:
                starts[walker + first] = start
                queue.append(walker + first)
    return results
