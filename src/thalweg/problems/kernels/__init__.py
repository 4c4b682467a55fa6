"""Covariance functions of Gaussian processes, and the registry that reads them by name."""

from collections.abc import Mapping
from typing import Any

from .base import Constant, Kernel, Product, Sum
from .periodic import Periodic
from .stationary import RBF, Matern, RationalQuadratic

__all__ = [
    "KERNELS",
    "RBF",
    "Constant",
    "Kernel",
    "Matern",
    "Periodic",
    "Product",
    "RationalQuadratic",
    "Sum",
    "from_choices",
]

KERNELS: dict[str, type[Kernel]] = {
    kind.name: kind for kind in (Constant, RBF, Matern, RationalQuadratic, Periodic, Sum, Product)
}


def from_choices(choices: Mapping[str, Any]) -> Kernel:
    """The kernel whose `choices` these are.

    Raises:
        ValueError: for a kernel that is not known.
    """
    options = {name: value for name, value in choices.items() if name != "kernel"}
    kind = choices.get("kernel")
    if kind not in KERNELS:
        raise ValueError(f"kernel must be one of {', '.join(KERNELS)}, got {kind!r}.")
    for name, value in options.items():
        if isinstance(value, Mapping):
            options[name] = from_choices(value)
        elif isinstance(value, list):
            options[name] = tuple(value)
    return KERNELS[kind](**options)
