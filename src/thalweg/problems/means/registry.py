"""The mean functions that are known by name, in configurations and landscape files."""

from collections.abc import Mapping
from typing import Any, TypeVar

from ..class_table import add_class
from .base import Mean

_Kind = TypeVar("_Kind", bound=type[Mean])

MEANS: dict[str, type[Mean]] = {}
"""Class of each registered mean function."""


def register(kind: _Kind) -> _Kind:
    """Make a mean function known by its `name`; a decorator.

    Any mean can be passed to a Gaussian process. Landscape files rebuild those that are registered: a class
    outside the package when its module is imported.

    Raises:
        ValueError: if another class has its `name`.
    """
    add_class(MEANS, "name", kind.name, kind)
    return kind


def is_registered(mean: Mean) -> bool:
    """Whether `from_choices` rebuilds the mean function."""
    return MEANS.get(mean.name) is type(mean)


def from_choices(choices: Mapping[str, Any]) -> Mean:
    """The mean function whose `choices` these are.

    Raises:
        ValueError: for a mean that is not registered.
    """
    options = {name: value for name, value in choices.items() if name != "mean"}
    kind = choices.get("mean")
    if kind not in MEANS:
        raise ValueError(
            f"mean must be one of {', '.join(MEANS)}, got {kind!r}. For a mean function of your own, import "
            "the module in which `thalweg.means.register` is applied to it."
        )
    return MEANS[kind](**options)
