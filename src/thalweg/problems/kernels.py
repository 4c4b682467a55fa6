"""The kernels there are, by name."""

from collections.abc import Mapping
from typing import Any

from .covariance import Constant, Kernel, Periodic, Product, Sum
from .stationary_kernels import RBF, Matern, RationalQuadratic

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
