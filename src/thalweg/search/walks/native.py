"""Walks by a problem's own search: exact where the loss is piecewise smooth."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from ...problems.native_search import NativeSearch
from ..steps.pace import never
from ..steps.rule import Status
from .result import WalkEnd, WalkResult
from .sequential import walk_sequentially


def native_walk(
    search: NativeSearch,
    starts: Float[np.ndarray, "walkers m"],
    index: int,
    *,
    should_stop: Callable[[], bool] = never,
    follow: Callable[[int, WalkResult], Float[np.ndarray, " m"] | None] | None = None,
    first: int | None = None,
) -> WalkResult:
    """As `walk`, by the problem's own quench (`index` 0) or eigenvector-following (`index` 1)."""

    def walk_from(x: Float[np.ndarray, " m"]) -> WalkEnd:
        end = (search.eigenvector_following if index else search.quench)(x)
        converged = end.converged and end.rms_gradient <= end.tolerance
        return WalkEnd(
            x=end.x,
            loss=end.loss,
            rms_gradient=end.rms_gradient,
            tolerance=end.tolerance,
            steps=end.steps,
            status=Status.CONVERGED if converged else Status.FLAT,
            spectrum=end.spectrum,
            log_product=float(np.log(end.spectrum[end.spectrum > 0]).sum()),
            sides=np.nan if end.sides is None else end.sides,
        )

    return walk_sequentially(
        walk_from, starts, starts.shape[1], should_stop=should_stop, follow=follow, first=first
    )
