"""Walks by a problem's own search: exact where the loss is smooth in pieces only."""

from collections.abc import Callable
from typing import Any

import numpy as np
from jaxtyping import Float

from ...problems.native_search import NativeSearch
from ..steps.rule import Status
from .result import WalkResult
from .sequential import walk_sequentially


def native_walk(
    search: NativeSearch,
    starts: Float[np.ndarray, "walkers m"],
    index: int,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    follow: Callable[[int, WalkResult], Float[np.ndarray, " m"] | None] | None = None,
    first: int | None = None,
) -> WalkResult:
    """As `walk`, by the problem's own quench (`index` 0) or saddle search (`index` 1)."""

    def walk_from(x: Float[np.ndarray, " m"]) -> dict[str, Any]:
        rest = (search.eigenvector_following if index else search.quench)(x)
        is_found = rest.is_found and rest.rms_gradient <= rest.tolerance
        known: dict[str, Any] = {
            "x": rest.x,
            "loss": rest.loss,
            "rms_gradient": rest.rms_gradient,
            "tolerance": rest.tolerance,
            "spectrum": rest.spectrum,
            "log_product": np.log(rest.spectrum[rest.spectrum > 0]).sum(),
            "steps": rest.steps,
            "status": int(Status.CONVERGED if is_found else Status.FLAT),
        }
        return known if rest.sides is None else {**known, "sides": rest.sides}

    return walk_sequentially(
        walk_from, starts, starts.shape[1], should_stop=should_stop, follow=follow, first=first
    )
