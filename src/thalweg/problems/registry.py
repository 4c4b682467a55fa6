"""The kinds of problem that a landscape file can rebuild."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

import numpy as np

from .class_table import add_class
from .problem import Problem
from .record import KINDS

_Kind = TypeVar("_Kind", bound=type[Problem])


def register(kind: _Kind) -> _Kind:
    """Let landscape files rebuild problems of this class; a decorator.

    A class outside the package is registered when its module is imported: do so before a file is opened.

    Raises:
        ValueError: if another class has its `kind`.
    """
    add_class(KINDS, "kind", kind.kind, kind)
    return kind


def from_record(kind: str, choices: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Problem:
    """Rebuild a stored problem of a registered kind.

    Args:
        kind: `Problem.kind`.
        choices: what `stored_choices` gave.
        arrays: what `arrays` gave.

    Raises:
        NotImplementedError: if problems of this kind cannot be rebuilt from a record.
    """
    if kind not in KINDS:
        raise NotImplementedError(
            f"a problem of kind {kind!r} has to be passed in again, or its class registered: import the "
            "module in which `thalweg.problems.register` is applied to it."
        )
    return cast(Problem, KINDS[kind].from_record(choices, arrays))
