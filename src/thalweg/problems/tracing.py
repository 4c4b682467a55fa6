"""A scalar function of a vector as JAX sees it, or the reason why it cannot be one."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, Literal
from jaxtyping import Float

_NARROW = ("float32", "float16", "bfloat16")

_FROM_NUMPY = "or pass a function that returns the loss and its gradient to tw.problems.from_numpy"


def traced_scalar(
    function: Callable[[Any], Any], x: Float[np.ndarray, " d"], *, label: str, hint: str
) -> ClosedJaxpr:
    """The program of `function`, to be called where numbers are float64.

    Args:
        function: a scalar loss of a vector [d].
        x: some vector [d].
        label: name of the function, for people.
        hint: what to look at if it fails for a reason of its own.

    Raises:
        ValueError: if it branches on values or uses NumPy, does not return one real number, calculates
            in single precision, or its result does not depend on the vector.
    """

    def scalar(x: Any) -> Any:
        return _number(function(x), label)

    try:
        jaxpr = jax.make_jaxpr(scalar)(x)
    except _NoNumber as error:
        raise ValueError(str(error)) from None
    except jax.errors.TracerArrayConversionError as error:
        raise ValueError(
            f"{label} cannot be traced by JAX: it hands its argument to NumPy, which has no derivatives. Use "
            f"jax.numpy in place of numpy, {_FROM_NUMPY}."
        ) from error
    except (jax.errors.ConcretizationTypeError, jax.errors.TracerIntegerConversionError) as error:
        raise ValueError(
            f"{label} cannot be traced by JAX: it asks for the value of what depends on its argument (if, "
            f"while, float, int, range). Use jax.numpy.where or jax.lax.cond, {_FROM_NUMPY}."
        ) from error
    except Exception as error:
        raise ValueError(
            f"{label} cannot be traced by JAX: {type(error).__name__}: {error} {hint}"
        ) from error
    if jaxpr.out_avals[0].dtype != jnp.float64 or _narrows(jaxpr.jaxpr):
        raise ValueError(
            f"{label} calculates in single precision inside, where no gradient reaches 1e-10. Take out "
            "conversions to float32 (dtype=…, astype) from the model and the loss."
        )
    if not _depends(jaxpr.jaxpr):
        raise ValueError(
            f"{label} does not depend on its argument: it is constant, and has no landscape."
        )
    return jaxpr


class _NoNumber(Exception):
    """What a function returns is not one real number."""


def _number(value: Any, label: str) -> Any:
    if value is None:
        raise _NoNumber(f"{label} returns None. Does it lack a `return`?")
    if isinstance(value, tuple | list | dict):
        raise _NoNumber(
            f"{label} returns a {type(value).__name__} of {len(value)}; it must return the loss alone, one "
            "number. A function that returns the loss and its gradient goes to tw.problems.from_numpy."
        )
    try:
        array = jnp.asarray(value)
    except TypeError as error:
        raise _NoNumber(
            f"{label} returns a {type(value).__name__}; it must return one real number."
        ) from error
    if array.shape not in ((), (1,)):
        raise _NoNumber(
            f"{label} must return one number for a vector, got shape {array.shape}. Take a mean or a sum."
        )
    if jnp.issubdtype(array.dtype, jnp.complexfloating):
        raise _NoNumber(
            f"{label} returns a complex number; a loss is real. Return its real part, or jnp.abs(z)**2."
        )
    if not jnp.issubdtype(array.dtype, jnp.floating):
        raise _NoNumber(
            f"{label} returns {array.dtype}, which has no gradient; a loss is a real number. Counts and "
            "comparisons have no landscape: use a smooth loss in their place."
        )
    return array


def _depends(jaxpr: Jaxpr) -> bool:
    """Whether the result takes anything from the argument, as far as the program says."""
    known = set(jaxpr.invars)
    for equation in jaxpr.eqns:
        if any(not isinstance(v, Literal) and v in known for v in equation.invars):
            known |= set(equation.outvars)
    return any(not isinstance(v, Literal) and v in known for v in jaxpr.outvars)


def _narrows(jaxpr: Jaxpr) -> bool:
    """Whether any operation turns a double into a narrower number."""
    for equation in jaxpr.eqns:
        if equation.primitive.name == "convert_element_type":
            before: Any = equation.invars[0].aval
            after: Any = equation.outvars[0].aval
            if before.dtype == jnp.float64 and after.dtype.name in _NARROW:
                return True
        inner = [v for p in equation.params.values() for v in (p if isinstance(p, tuple) else (p,))]
        if any(_narrows(v.jaxpr) for v in inner if isinstance(v, ClosedJaxpr)):
            return True
        if any(_narrows(v) for v in inner if isinstance(v, Jaxpr)):
            return True
    return False
