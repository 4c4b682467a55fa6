"""How many operations a loss takes, counted in its program: by it one chooses how much to compute at once.

It depends on the problem alone, not on the machine or its load: what is chosen by it is the same everywhere.
"""

import math
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
from jax.extend.core import ClosedJaxpr, Jaxpr

from ..precision import with_float64
from .problem import Problem

_TRANSCENDENTAL = 8
"""Operations that an exponential or a logarithm counts as."""

_ROUNDS_OF_A_LOOP = 10
"""A loop whose end depends on numbers counts as so many rounds."""

_GRADIENT, _CHEAP_HESSIAN = 3, 4
"""Losses that a gradient costs, and gradients that a Hessian made by hand costs."""

_TRANSCENDENTALS = {
    "exp", "exp2", "expm1", "log", "log1p", "tanh", "logistic", "sin", "cos", "tan", "pow", "erf", "erfc",
    "erf_inv", "lgamma", "digamma", "atan2", "sinh", "cosh", "asinh", "acosh", "atanh",
}  # fmt: skip
_CUBIC = {"cholesky", "triangular_solve", "lu", "eigh", "svd", "householder_product"}
"""Linear algebra of which n rows and m columns take about n²m/3 operations, in a library that is some four
times as fast as a loop."""


@with_float64
def loss_operations(problem: Problem) -> float:
    """Operations of one evaluation of the loss, about."""
    if problem.known_loss_operations is not None:
        return float(problem.known_loss_operations)
    leaves, structure = jax.tree.flatten(problem)
    return _counted(structure, tuple(_shape_of(leaf) for leaf in leaves), problem.dimension)


def gradient_operations(problem: Problem) -> float:
    """Operations of loss and gradient, about."""
    return _GRADIENT * loss_operations(problem)


def hessian_operations(problem: Problem) -> float:
    """Operations of loss, gradient and Hessian, about."""
    n_gradients = _CHEAP_HESSIAN if problem.has_cheap_hessian else problem.dimension
    return (1 + n_gradients) * gradient_operations(problem)


def _shape_of(leaf: Any) -> jax.ShapeDtypeStruct:
    return _struct(jnp.shape(leaf), jnp.result_type(leaf))


def _struct(shape: tuple[int, ...], kind: Any) -> jax.ShapeDtypeStruct:
    # JAX has no annotation for this class.
    return jax.ShapeDtypeStruct(shape, kind)  # type: ignore[no-untyped-call]


@lru_cache(maxsize=64)
def _counted(structure: Any, shapes: tuple[jax.ShapeDtypeStruct, ...], dimension: int) -> float:
    def loss(leaves: Any, x: Any) -> Any:
        return jax.tree.unflatten(structure, leaves).loss(x)

    x = _struct((dimension,), jnp.float64)
    return float(_operations(jax.make_jaxpr(loss)(shapes, x).jaxpr))


def _operations(program: Jaxpr) -> float:
    return sum(_operations_of(equation) for equation in program.eqns)


def _operations_of(equation: Any) -> float:
    name, params = equation.primitive.name, equation.params
    inner = [_operations(one) for one in _programs_in(params)]
    if name == "cond":
        return max(inner)
    if name == "scan":
        return float(params["length"]) * sum(inner)
    if name == "while":
        return _ROUNDS_OF_A_LOOP * sum(inner)
    size = sum(math.prod(out.aval.shape) for out in equation.outvars)
    if name.startswith("reduce") or name == "cumsum":
        return float(max(size, *(math.prod(one.aval.shape) for one in equation.invars)))
    if inner:
        return float(sum(inner))
    if name == "dot_general":
        (contracted, _), _ = params["dimension_numbers"]
        shape = equation.invars[0].aval.shape
        return float(2 * size * math.prod(shape[axis] for axis in contracted))
    if name == "conv_general_dilated":
        kernel = equation.invars[1].aval.shape
        n_outputs = kernel[params["dimension_numbers"].rhs_spec[0]]
        return float(2 * size * math.prod(kernel) / n_outputs)
    if name in _CUBIC:
        rows = equation.invars[0].aval.shape[-1]
        return float(size * rows / 12)
    return float(size * (_TRANSCENDENTAL if name in _TRANSCENDENTALS else 1))


def _programs_in(params: dict[str, Any]) -> list[Jaxpr]:
    values = [v for p in params.values() for v in (p if isinstance(p, tuple) else (p,))]
    closed = [v.jaxpr for v in values if isinstance(v, ClosedJaxpr)]
    return closed + [v for v in values if isinstance(v, Jaxpr)]
