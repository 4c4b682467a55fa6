"""A kernel that is written in NumPy, as JAX operations, with its derivatives."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float
from numpy.lib.mixins import NDArrayOperatorsMixin

from .pair_sums import PairKernel


class KernelDerivatives(NamedTuple):
    """s, s′ and s″ at some differences of scores, elementwise."""

    value: Float[Array, "..."]
    slope: Float[Array, "..."]
    bend: Float[Array, "..."]


def kernel_derivatives(kernel: PairKernel, z: Float[Array, "..."]) -> KernelDerivatives:
    """The kernel and two derivatives at `z`, by automatic differentiation.

    Raises:
        NotImplementedError: if the kernel calls what JAX does not have; the message names it.
    """

    def value(z: Array) -> Array:
        values: Any = kernel.value(_Traced(z))  # type: ignore[arg-type]
        return jnp.asarray(_plain(values))

    def slope(z: Array) -> tuple[Array, Array]:
        return jax.jvp(value, (z,), (jnp.ones_like(z),))

    (s, first), (_, second) = jax.jvp(slope, (z,), (jnp.ones_like(z),))
    return KernelDerivatives(s, first, second)


class _Traced(NDArrayOperatorsMixin):
    """What NumPy's functions take for an array; JAX's functions of the same names do the work."""

    def __init__(self, array: Array) -> None:
        self.array = array

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> "_Traced":
        if method != "__call__" or options:
            raise NotImplementedError(f"the kernel uses numpy.{ufunc.__name__}.{method}")
        return _Traced(_counterpart(ufunc.__name__)(*map(_plain, inputs)))

    def __array_function__(
        self, function: Any, types: Any, arguments: Any, options: Any
    ) -> "_Traced":
        plain = jax.tree.map(_plain, (arguments, options), is_leaf=lambda v: isinstance(v, _Traced))
        return _Traced(_counterpart(function.__name__)(*plain[0], **plain[1]))


def _plain(value: Any) -> Any:
    return value.array if isinstance(value, _Traced) else value


def _counterpart(name: str) -> Callable[..., Array]:
    for module in (jnp, jax.scipy.special):
        function: Callable[..., Array] | None = getattr(module, name, None)
        if function is not None:
            return function
    raise NotImplementedError(f"the kernel of the loss calls {name}, which JAX does not have")
