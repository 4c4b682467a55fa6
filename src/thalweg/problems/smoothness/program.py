"""A traced JAX function as a flat list of operations, with those that may not be smooth."""

import dataclasses
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, Literal, jaxpr_as_fun

_CORNERS = {
    "abs": "abs", "max": "max", "min": "min", "clamp": "clip", "reduce_max": "max", "reduce_min": "min",
    "reduce_window_max": "max pooling", "reduce_window_min": "min pooling", "reduce_window": "pooling",
    "cummax": "cummax", "cummin": "cummin", "sort": "sort",
}  # fmt: skip
"""Primitives whose derivative jumps, by the names that people know."""

_STEPS = {"sign": "sign", "floor": "floor", "ceil": "ceil", "round": "round"}
"""Primitives that jump themselves."""

_ACTIVATIONS = ("relu", "relu6", "leaky_relu", "hard_tanh", "hard_sigmoid", "hard_swish", "hard_silu", "elu",
           "celu", "selu", "clip", "sort", "median", "absolute", "maximum", "minimum")  # fmt: skip
"""Functions of JAX that are made of the primitives above: they name the operation better."""

_LONGEST_SCAN = 32
"""Steps of a scan up to which it is written out; a longer one is left as it is."""


@dataclasses.dataclass(frozen=True, eq=False)
class Operation:
    """One operation of a flat program.

    Attributes:
        function: gives the outputs for the inputs.
        name: of the primitive.
        label: for people.
        inputs: numbers of values, or constants.
        outputs: numbers of values.
    """

    function: Callable[..., list[Any]]
    name: str
    label: str
    inputs: tuple[Any, ...]
    outputs: tuple["Value", ...]


@dataclasses.dataclass(frozen=True, eq=False)
class Value:
    """What an operation gives.

    Attributes:
        is_real: whether it consists of floating-point numbers.
    """

    is_real: bool


class Program:
    """The operations of a function of one vector, calls and short loops written out.

    Args:
        jaxpr: the traced function.
    """

    def __init__(self, jaxpr: ClosedJaxpr) -> None:
        self.operations: list[Operation] = []
        self.argument = Value(True)
        (self.result,) = self._inline(jaxpr.jaxpr, list(jaxpr.consts), [self.argument], "")

    def switches(self) -> list[Operation]:
        """Operations on the way to the result whose derivative, or value, may jump."""
        depends, differentiable = {self.argument}, {self.argument}
        for operation in self.operations:
            if depends & _values(operation):
                depends |= set(operation.outputs)
            if differentiable & _values(operation) and operation.name != "stop_gradient":
                differentiable |= {v for v in operation.outputs if v.is_real}
        needed = {self.result}
        switches = []
        for operation in reversed(self.operations):
            if not needed & set(operation.outputs):
                if operation.name in _STEPS and depends & _values(operation):
                    switches.append(operation)
                continue
            if operation.name != "stop_gradient":
                needed |= _values(operation)
            chosen = {v for v in _values(operation) & depends if not v.is_real}
            if (
                (operation.name in _CORNERS and differentiable & _values(operation))
                or (operation.name in _STEPS and depends & _values(operation))
                or (chosen and any(v.is_real for v in operation.outputs))
            ):
                switches.append(operation)
        return switches[::-1]

    def states(self, switches: list[Operation], x: Any) -> list[Any]:
        """For each switch arrays that are constant where it does not switch, at the vector `x`."""
        values: dict[Value, Any] = {self.argument: x}
        states = []
        for operation in self.operations:
            inputs = [values[v] if isinstance(v, Value) else v for v in operation.inputs]
            if operation in switches:
                states.append(_state(operation, inputs))
            outputs = operation.function(*inputs)
            values.update(zip(operation.outputs, outputs, strict=True))
        return states

    # ---- writing out ----------------------------------------------------------------------------

    def _inline(self, jaxpr: Jaxpr, consts: list[Any], inputs: list[Any], label: str) -> list[Any]:
        known: dict[Any, Any] = dict(zip(jaxpr.constvars, consts, strict=True))
        known.update(zip(jaxpr.invars, inputs, strict=True))
        for equation in jaxpr.eqns:
            arguments = [v.val if isinstance(v, Literal) else known[v] for v in equation.invars]
            outputs = self._outputs(jaxpr, equation, arguments, label)
            known.update(zip(equation.outvars, outputs, strict=True))
        return [v.val if isinstance(v, Literal) else known[v] for v in jaxpr.outvars]

    def _outputs(
        self, program: Jaxpr, equation: Any, arguments: list[Any], label: str
    ) -> list[Any]:
        name, params = equation.primitive.name, equation.params
        if name == "scan" and params["length"] <= _LONGEST_SCAN:
            return self._scanned(params, arguments, label)
        inner = next((params[k] for k in ("jaxpr", "call_jaxpr", "fun_jaxpr") if k in params), None)
        if inner is not None and name not in ("scan", "while", "cond", "reduce_window"):
            called = str(params.get("name", ""))
            label = label or (called if called in _ACTIVATIONS else "")
            closed = inner if isinstance(inner, ClosedJaxpr) else ClosedJaxpr(inner, [])
            return self._inline(closed.jaxpr, list(closed.consts), arguments, label)
        plain = _CORNERS.get(name) or _STEPS.get(name) or ("where" if name == "select_n" else name)
        reals = [jnp.issubdtype(v.aval.dtype, jnp.floating) for v in equation.outvars]
        pairs = zip(equation.invars, arguments, strict=True)
        inputs = {v: argument for v, argument in pairs if not isinstance(v, Literal)}
        function = _function_of(program, equation, list(inputs))
        return self._noted(function, name, label or plain, list(inputs.values()), reals)

    def _noted(
        self,
        function: Callable[..., list[Any]],
        name: str,
        label: str,
        inputs: list[Any],
        reals: list[bool],
    ) -> list[Any]:
        outputs = tuple(Value(is_real) for is_real in reals)
        self.operations.append(Operation(function, name, label, tuple(inputs), outputs))
        return list(outputs)

    def _scanned(self, params: Any, arguments: list[Any], label: str) -> list[Any]:
        body = params["jaxpr"]
        n_fixed, n_carried = params["num_consts"], params["num_carry"]
        fixed, carried = arguments[:n_fixed], arguments[n_fixed : n_fixed + n_carried]
        sequences = arguments[n_fixed + n_carried :]
        steps = list(range(params["length"]))
        rows: dict[int, list[Any]] = {}
        for step in reversed(steps) if params["reverse"] else steps:
            elements = [
                self._noted(partial(_element, step), "index", label, [s], [_is_real(s)])[0]
                for s in sequences
            ]
            results = self._inline(
                body.jaxpr, list(body.consts), [*fixed, *carried, *elements], label
            )
            carried, rows[step] = results[:n_carried], results[n_carried:]
        stacked = [
            self._noted(
                _stacked, "stack", label, [rows[s][k] for s in steps], [_is_real(rows[0][k])]
            )[0]
            for k in range(len(rows[0]) if rows else 0)
        ]
        return [*carried, *stacked]


def _values(operation: Operation) -> set[Value]:
    return {v for v in operation.inputs if isinstance(v, Value)}


def _is_real(value: Any) -> bool:
    if isinstance(value, Value):
        return value.is_real
    return bool(jnp.issubdtype(jnp.result_type(value), jnp.floating))


def _element(step: int, sequence: Any) -> list[Any]:
    return [sequence[step]]


def _stacked(*rows: Any) -> list[Any]:
    return [jnp.stack([jnp.asarray(row) for row in rows])]


def _function_of(program: Jaxpr, equation: Any, variables: list[Any]) -> Callable[..., list[Any]]:
    """One equation of a traced function as a function of its variables."""
    # JAX has no annotation for this method.
    alone = program.replace(  # type: ignore[no-untyped-call]
        constvars=[], invars=variables, outvars=list(equation.outvars), eqns=[equation]
    )
    function: Callable[..., list[Any]] = jaxpr_as_fun(ClosedJaxpr(alone, []))
    return function


def _state(operation: Operation, inputs: list[Any]) -> list[Any]:
    """What does not change where the operation does not switch."""
    if operation.name in _STEPS:
        return operation.function(*inputs)
    if operation.name not in _CORNERS:
        return [
            jnp.asarray(value)
            for value, source in zip(inputs, operation.inputs, strict=True)
            if isinstance(source, Value) and not source.is_real
        ]
    # Derivatives of these are constant in pieces: weights that are all different tell the pieces apart.
    real = [k for k, value in enumerate(inputs) if _is_real(value)]

    def of_reals(*values: Any) -> list[Any]:
        arguments = list(inputs)
        for k, value in zip(real, values, strict=True):
            arguments[k] = value
        return [v for v in operation.function(*arguments) if _is_real(v)]

    outputs, pullback = jax.vjp(of_reals, *(jnp.asarray(inputs[k]) for k in real))
    weights = [jnp.asarray(_weights(v.shape), dtype=v.dtype) for v in outputs]
    return list(pullback(weights))


def _weights(shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(np.random.default_rng(0).uniform(1.0, 2.0, size=shape))


def may_switch(jaxpr: Jaxpr) -> bool:
    """Whether any operation is of a kind that may not be smooth, also where nothing depends on it."""
    return any(
        name in _CORNERS
        or name in _STEPS
        or name in ("select_n", "cond", "gather", "dynamic_slice")
        for name in _names(jaxpr)
    )


def _names(jaxpr: Jaxpr) -> Iterator[str]:
    for equation in jaxpr.eqns:
        yield equation.primitive.name
        for parameter in equation.params.values():
            for inner in parameter if isinstance(parameter, tuple) else (parameter,):
                if isinstance(inner, ClosedJaxpr):
                    yield from _names(inner.jaxpr)
                elif isinstance(inner, Jaxpr):
                    yield from _names(inner)
