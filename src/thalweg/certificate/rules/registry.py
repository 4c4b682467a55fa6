"""The register of what each operation of a JAX program does with enclosures."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..balls import Ball
from ..taylor_models import TaylorModel

Rule = Callable[..., Any]
RULES: dict[str, Rule] = {}
"""By the name of the primitive: called with arithmetic, equation and inputs."""


def is_enclosure(value: Any) -> bool:
    """Whether a value is an enclosure of reals, not whole numbers or truths that are known exactly."""
    if isinstance(value, Ball | TaylorModel):
        return True
    return isinstance(value, np.ndarray) and value.dtype == object


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Register what an operation does, under the names of its primitives."""

    def register(function: Rule) -> Rule:
        RULES.update(dict.fromkeys(names, function))
        return function

    return register
