"""Outputs [N 1] against targets [N]: the loss compares every output with every target, in silence."""

from collections.abc import Callable
from typing import Any

import numpy as np

_AGREEMENT = 1e-9
"""Relative difference of two losses above which they are not equal up to rounding."""


def refuse_broadcasting(loss: Callable[[Any, Any], Any], outputs: Any, targets: Any) -> None:
    """Raise ValueError if the loss broadcasts outputs [N 1] and targets [N], or [N] and [N 1], to [N N].

    Pairwise losses may make [N N] on purpose. So the loss itself is asked: one that means to compare row
    by row gives one value for both as columns and both as vectors, and another for the mixture.

    Args:
        loss: of outputs and targets, in the arrays of any library.
        outputs, targets: arrays with `shape` and `reshape`; anything else passes.
    """
    shapes = [tuple(getattr(a, "shape", ())) for a in (outputs, targets)]
    n = max((shape[0] for shape in shapes if shape), default=0)
    if n < 2 or sorted(shapes, key=len) != [(n,), (n, 1)]:
        return
    values = []
    for shape in ((n, 1), (n,)):
        try:
            values.append(float(loss(outputs.reshape(shape), targets.reshape(shape))))
        except (TypeError, ValueError, RuntimeError, IndexError):
            # It takes one of these shapes only, so it knows which it wants.
            return
    try:
        mixed = float(loss(outputs, targets))
    except (TypeError, ValueError, RuntimeError, IndexError):
        return
    if _agree(*values) and not _agree(mixed, values[0]):
        raise ValueError(
            f"outputs have shape {list(shapes[0])} and targets {list(shapes[1])}: the loss broadcasts them "
            f"to [{n}, {n}] and compares every output with every target. Reshape one of them: "
            f"targets.reshape{shapes[0] if len(shapes[0]) == 2 else '(-1)'}."
        )


def _agree(one: float, other: float) -> bool:
    return bool(np.isclose(one, other, rtol=_AGREEMENT, atol=0.0, equal_nan=True))
