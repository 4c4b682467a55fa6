"""The kernels that are known by name, in configurations and landscape files."""

from collections.abc import Mapping
from typing import Any, TypeVar

from ..class_table import add_class
from .base import Kernel, Product, Sum

_Kind = TypeVar("_Kind", bound=type[Kernel])

KERNELS: dict[str, type[Kernel]] = {}
"""Class of each registered kernel."""


def register(kind: _Kind) -> _Kind:
    """Make a kernel known by its `name`; a decorator.

    Any kernel can be passed to a Gaussian process. Landscape files rebuild those that are registered: a class
    outside the package when its module is imported.

    Raises:
        ValueError: if another class has its `name`.
    """
    add_class(KERNELS, "name", kind.name, kind)
    return kind


register(Sum)
register(Product)


def is_registered(kernel: Kernel) -> bool:
    """Whether `from_choices` rebuilds the kernel."""
    return all(KERNELS.get(part.name) is type(part) for part in kernel.parts())


def from_choices(choices: Mapping[str, Any]) -> Kernel:
    """The kernel whose `choices` these are.

    Raises:
        ValueError: for a kernel that is not registered.
    """
    options = {name: value for name, value in choices.items() if name != "kernel"}
    kind = choices.get("kernel")
    if kind not in KERNELS:
        raise ValueError(
            f"kernel must be one of {', '.join(KERNELS)}, got {kind!r}. For a kernel of your own, import the "
            "module in which `thalweg.kernels.register` is applied to it."
        )
    for name, value in options.items():
        if isinstance(value, Mapping):
            options[name] = from_choices(value)
        elif isinstance(value, list):
            options[name] = _as_tuples(value)
    return KERNELS[kind](**options)


def _as_tuples(value: Any) -> Any:
    """Lists of any depth, as JSON has them, as tuples."""
    return tuple(map(_as_tuples, value)) if isinstance(value, list) else value
