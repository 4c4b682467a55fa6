"""A loss whose derivatives by JAX are its own, whatever rules its parts state for theirs.

JAX takes a rule (`custom_jvp`, `custom_vjp`) at its word, and `stop_gradient` has none by intention: the
program of a gradient then belongs to another function than that of the loss. So the program of the loss is
written out first, without rules and stops, and that is differentiated. What remains are rules of JAX's own
operations, of which these are no derivatives in real arithmetic, or of no use in balls, and are replaced:

- erf and erfc have 2/√π rounded to float64;
- a maximum compares its operands with the outcome, which two balls never decide: the larger operand, and the
  largest of many, are chosen by comparing the operands with each other;
- cholesky takes its argument for symmetric, but reads one half of it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.extend import core

from .calls import CALLS, called, needed
from .choice import is_largest
from .rules import RULES
from .truth import Unprovable


def with_own_derivatives(function: Callable[[Any], Any], dimension: int) -> Callable[[Any], Any]:
    """The same scalar function of a float64 vector [d], written out so that JAX derives it truly.

    Raises:
        Unprovable: if it has a part without an enclosure; the message names it.
    """
    with jax.enable_x64(True):
        closed = jax.make_jaxpr(function)(jnp.zeros(dimension))

    def written_out(x: Any) -> Any:
        (value,) = _run(closed.jaxpr, closed.consts, [x])
        return value

    return written_out


def _run(jaxpr: core.Jaxpr, constants: Sequence[Any], arguments: Sequence[Any]) -> list[Any]:
    values: dict[Any, Any] = {}
    values.update(zip(jaxpr.constvars, constants, strict=True))
    values.update(zip(jaxpr.invars, arguments, strict=True))

    def read(atom: Any) -> Any:
        return atom.val if isinstance(atom, core.Literal) else values[atom]

    for equation in needed(jaxpr).eqns:
        outputs = _outputs(equation, [read(atom) for atom in equation.invars])
        values.update(zip(equation.outvars, outputs, strict=True))
    return [read(atom) for atom in jaxpr.outvars]


def _outputs(equation: Any, inputs: list[Any]) -> list[Any]:
    name, parameters = equation.primitive.name, equation.params
    if name in CALLS:
        return _run(*called(equation), inputs)
    if name == "stop_gradient":
        return inputs
    if name == "cond":
        branches = [_of_program(closed) for closed in parameters["branches"]]
        return list(lax.switch(inputs[0], branches, *inputs[1:]))
    if name == "scan":
        return _scan(parameters, inputs)
    if name in _REPLACEMENTS:
        return [_REPLACEMENTS[name](parameters, *inputs)]
    # What makes real numbers of whole ones alone is done by JAX itself.
    if name not in RULES and (name == "while" or any(map(_is_real, equation.invars))):
        raise Unprovable(f"there is no enclosure of the operation {name}")
    outputs = equation.primitive.bind(*inputs, **parameters)
    return list(outputs) if equation.primitive.multiple_results else [outputs]


def _is_real(atom: Any) -> bool:
    return bool(jnp.issubdtype(atom.aval.dtype, np.inexact))


def _of_program(closed: Any) -> Callable[..., list[Any]]:
    return lambda *arguments: _run(closed.jaxpr, closed.consts, arguments)


def _scan(parameters: Mapping[str, Any], inputs: list[Any]) -> list[Any]:
    n_fixed, n_carried = parameters["num_consts"], parameters["num_carry"]
    closed, fixed = parameters["jaxpr"], inputs[:n_fixed]

    def turn(carried: Any, row: Any) -> tuple[list[Any], list[Any]]:
        outputs = _run(closed.jaxpr, closed.consts, [*fixed, *carried, *row])
        return outputs[:n_carried], outputs[n_carried:]

    carried, given = lax.scan(
        turn,
        inputs[n_fixed : n_fixed + n_carried],
        inputs[n_fixed + n_carried :],
        length=parameters["length"],
        reverse=parameters["reverse"],
    )
    return [*carried, *given]


# ---- operations whose rules are replaced ----------------------------------------------------------


def _two_over_sqrt_pi(x: Any) -> Any:
    """2/√π as an operation on exact numbers, which an enclosure holds: π is 4 atan 1."""
    return 2 / jnp.sqrt(4 * lax.atan(jnp.ones((), x.dtype)))


@jax.custom_jvp
def _erf(x: Any) -> Any:
    return lax.erf(x)


@_erf.defjvp
def _erf_jvp(primals: Any, tangents: Any) -> Any:
    (x,), (t,) = primals, tangents
    return _erf(x), _two_over_sqrt_pi(x) * jnp.exp(-x * x) * t


@jax.custom_jvp
def _erfc(x: Any) -> Any:
    return lax.erfc(x)


@_erfc.defjvp
def _erfc_jvp(primals: Any, tangents: Any) -> Any:
    (x,), (t,) = primals, tangents
    return _erfc(x), -_two_over_sqrt_pi(x) * jnp.exp(-x * x) * t


@jax.custom_jvp
def _maximum(a: Any, b: Any) -> Any:
    return lax.max(a, b)


@_maximum.defjvp
def _maximum_jvp(primals: Any, tangents: Any) -> Any:
    (a, b), (s, t) = primals, tangents
    return _maximum(a, b), lax.select_n(a < b, s, t)


def _clamp(low: Any, a: Any, high: Any) -> Any:
    return _smaller(_larger(a, low), high)


def _larger(a: Any, b: Any) -> Any:
    a, b = jnp.broadcast_arrays(a, b)
    return _maximum(a, b) if jnp.issubdtype(a.dtype, np.inexact) else lax.max(a, b)


def _smaller(a: Any, b: Any) -> Any:
    a, b = jnp.broadcast_arrays(a, b)
    return -_maximum(-a, -b) if jnp.issubdtype(a.dtype, np.inexact) else lax.min(a, b)


@cache
def _largest(axes: tuple[int, ...]) -> Callable[[Any], Any]:
    @jax.custom_jvp
    def largest(a: Any) -> Any:
        return lax.reduce_max(a, axes)

    @largest.defjvp
    def derivative(primals: Any, tangents: Any) -> Any:
        (a,), (t,) = primals, tangents
        chosen = lax.select_n(is_largest(a, axes), jnp.zeros_like(t), t)
        return largest(a), lax.reduce_sum(chosen, axes)

    return largest


def _reduce_max(a: Any, axes: Sequence[int]) -> Any:
    if not jnp.issubdtype(a.dtype, np.inexact):
        return lax.reduce_max(a, axes)
    return _largest(tuple(axes))(a)


def _cholesky(parameters: Mapping[str, Any], a: Any) -> Any:
    n = a.shape[-1]
    is_upper = np.broadcast_to(np.triu(np.ones((n, n), dtype=bool), 1), a.shape)
    symmetric = lax.select_n(is_upper, a, jnp.swapaxes(a, -1, -2))
    return lax.linalg.cholesky_p.bind(symmetric, **parameters)


_REPLACEMENTS: Mapping[str, Callable[..., Any]] = {
    "erf": lambda _, x: _erf(x),
    "erfc": lambda _, x: _erfc(x),
    "max": lambda _, a, b: _larger(a, b),
    "min": lambda _, a, b: _smaller(a, b),
    "clamp": lambda _, low, a, high: _clamp(low, a, high),
    "reduce_max": lambda parameters, a: _reduce_max(a, parameters["axes"]),
    "reduce_min": lambda parameters, a: -_reduce_max(-a, parameters["axes"]),
    "cholesky": _cholesky,
}
