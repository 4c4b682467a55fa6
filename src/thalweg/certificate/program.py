"""A JAX program evaluated in enclosures of reals in place of float64 numbers.

The program stands for the function that it would compute without rounding: constants and data are the very
numbers that it holds. What only moves numbers, or computes with whole numbers, is done by JAX itself.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend import core

from .balls import Array, Ball
from .calls import CALLS, called, needed, operations
from .rules import MOVES, OF_TRUTHS, RULES, is_enclosure
from .truth import UNKNOWN, Switched, Switches, Truth, Unprovable


@runtime_checkable
class Arithmetic(Protocol):
    """What enclosures are computed with: `Balls` or `Arbs`, which say what each part does."""

    name: str
    switches: Switches

    def precision(self) -> AbstractContextManager[None]: ...
    def exact(self, values: Array) -> Any: ...
    def box(self, mid: Array, rad: Array) -> Any: ...
    def as_ball(self, value: Any) -> Ball: ...
    def move(self, function: Callable[..., Array], *values: Any) -> Any: ...
    def neg(self, a: Any) -> Any: ...
    def add(self, a: Any, b: Any) -> Any: ...
    def sub(self, a: Any, b: Any) -> Any: ...
    def mul(self, a: Any, b: Any) -> Any: ...
    def div(self, a: Any, b: Any) -> Any: ...
    def abs(self, a: Any) -> Any: ...
    def maximum(self, a: Any, b: Any) -> Any: ...
    def minimum(self, a: Any, b: Any) -> Any: ...
    def power(self, a: Any, n: int) -> Any: ...
    def sqrt(self, a: Any) -> Any: ...
    def elementary(self, name: str, a: Any) -> Any: ...
    def sum(self, a: Any, axis: tuple[int, ...]) -> Any: ...
    def matmul(self, a: Any, b: Any) -> Any: ...
    def largest(self, a: Any, axis: tuple[int, ...]) -> Any: ...
    def is_less(self, a: Any, b: Any) -> Array: ...
    def is_equal(self, a: Any, b: Any) -> Array: ...
    def hull(self, a: Any, b: Any, where: Array) -> Any: ...


class Program:
    """A function of a vector [d], as the program that JAX makes of it.

    Args:
        function: of a float64 vector [d], to arrays.
        dimension: d.
    """

    def __init__(self, function: Callable[[Any], Any], dimension: int) -> None:
        with jax.enable_x64(True):
            self._closed = jax.make_jaxpr(function)(jnp.zeros(dimension))
        self._jaxpr = needed(self._closed.jaxpr)
        self._of_constants: dict[str, dict[int, list[Any]]] = {}

    @property
    def operations(self) -> set[str]:
        """The names of all operations in it."""
        return operations(self._closed.jaxpr)

    def enclose(self, arithmetic: Arithmetic, x: Any) -> list[Any]:
        """Enclosures of the outputs over all points of an enclosure x [d].

        Raises:
            Unprovable: if the program has a part without an enclosure; the message names it.
        """
        known = self._of_constants.setdefault(arithmetic.name, {})
        jaxpr = self._jaxpr
        constants = [_constant(arithmetic, value) for value in self._closed.consts]
        return _run(arithmetic, jaxpr, constants, [x], known, set(jaxpr.invars))


def _constant(arithmetic: Arithmetic, value: Any) -> Any:
    array = np.asarray(value)
    if array.dtype.kind == "f":
        return arithmetic.exact(array)
    if array.dtype.kind in "iub":
        return array
    raise Unprovable(f"a constant of type {array.dtype} is no real number")


def _run(
    arithmetic: Arithmetic,
    jaxpr: core.Jaxpr,
    constants: Sequence[Any],
    arguments: Sequence[Any],
    known: dict[int, list[Any]] | None = None,
    varying: set[Any] | None = None,
) -> list[Any]:
    """Outputs of a program; what does not depend on its arguments is kept in `known`, by equation."""
    values: dict[Any, Any] = {}
    varying = set() if varying is None else set(varying)
    values.update(zip(jaxpr.constvars, constants, strict=True))
    values.update(zip(jaxpr.invars, arguments, strict=True))

    def read(atom: Any) -> Any:
        return _constant(arithmetic, atom.val) if isinstance(atom, core.Literal) else values[atom]

    for i, equation in enumerate(jaxpr.eqns):
        depends = any(
            atom in varying for atom in equation.invars if not isinstance(atom, core.Literal)
        )
        if known is not None and not depends and i in known:
            outputs = known[i]
        else:
            undecided = set(arithmetic.switches.undecided)
            outputs = _outputs(arithmetic, equation, [read(atom) for atom in equation.invars])
            if known is not None and not depends:
                known[i] = outputs
                # What does not depend on the point does not switch, decided or not.
                arithmetic.switches.undecided = undecided
        if depends:
            varying.update(equation.outvars)
        values.update(zip(equation.outvars, outputs, strict=True))
    return [read(atom) for atom in jaxpr.outvars]


def _outputs(arithmetic: Arithmetic, equation: Any, inputs: list[Any]) -> list[Any]:
    name, parameters = equation.primitive.name, equation.params
    if name in CALLS:
        jaxpr, held = called(equation)
        return _run(arithmetic, jaxpr, [_constant(arithmetic, c) for c in held], inputs)
    if name == "cond":
        return _branch(arithmetic, parameters["branches"], *inputs)
    if name == "scan":
        return _scan(arithmetic, parameters, inputs)
    if not any(is_enclosure(value) or isinstance(value, Truth) for value in inputs):
        outputs = _exactly(equation, inputs)
        return [arithmetic.exact(v) if v.dtype.kind == "f" else v for v in outputs]
    if any(isinstance(value, Truth) for value in inputs) and name in MOVES:
        return _moved_truths(equation, inputs)
    rule = RULES.get(name)
    if rule is None:
        raise Unprovable(f"there is no enclosure of the operation {name}")
    if name not in OF_TRUTHS and any(isinstance(value, Truth) for value in inputs):
        raise Unprovable(f"the operation {name} depends on a comparison that is not known")
    _require_no_narrowing(equation)
    result = rule(arithmetic, equation, *inputs)
    return result if isinstance(result, list) else [result]


def _moved_truths(equation: Any, inputs: list[Any]) -> list[Any]:
    """Truths that are not known, moved."""
    plain = []
    for value, atom in zip(inputs, equation.invars, strict=True):
        is_truth = isinstance(value, Truth) or atom.aval.dtype == bool
        values = value.values if isinstance(value, Truth) else value
        plain.append(np.asarray(values).astype(np.int8) if is_truth else values)
    moved = _exactly(equation, plain)
    if not all(np.isin(values, [0, 1, int(UNKNOWN)]).all() for values in moved):
        raise Unprovable(f"there is no enclosure of {equation.primitive.name} out of bounds")
    return [Truth(values.astype(np.int8)) for values in moved]


def _require_no_narrowing(equation: Any) -> None:
    """Refuse an operation that rounds what is in float64 to less.

    Raises:
        Unprovable: for it.
    """
    before = [atom.aval.dtype for atom in equation.invars]
    after = [atom.aval.dtype for atom in equation.outvars]
    if np.float64 in before and any(t.kind not in "iub" and t != np.float64 for t in after):
        kinds = ", ".join(sorted({str(t) for t in after}))
        raise Unprovable(f"the loss is computed in {kinds} in part, not in float64")


def _branch(arithmetic: Arithmetic, branches: Sequence[Any], which: Any, *inputs: Any) -> list[Any]:
    if isinstance(which, Truth):
        raise Switched("cond")
    closed = branches[int(which)]
    constants = [_constant(arithmetic, value) for value in closed.consts]
    return _run(arithmetic, closed.jaxpr, constants, inputs)


def _scan(arithmetic: Arithmetic, parameters: Any, inputs: list[Any]) -> list[Any]:
    """A loop of a known length, turn by turn: what is carried on, and what each turn gives, stacked."""
    closed, n_turns = parameters["jaxpr"], parameters["length"]
    n_fixed, n_carried = parameters["num_consts"], parameters["num_carry"]
    fixed, carried = inputs[:n_fixed], inputs[n_fixed : n_fixed + n_carried]
    rows = inputs[n_fixed + n_carried :]
    constants = [_constant(arithmetic, value) for value in closed.consts]
    if not n_turns:
        raise Unprovable("there is no enclosure of a loop without a turn")
    turns = range(n_turns)[::-1] if parameters["reverse"] else range(n_turns)
    given: list[Any] = [None] * n_turns
    for turn in turns:
        of_turn = [_row(arithmetic, row, turn) for row in rows]
        outputs = _run(arithmetic, closed.jaxpr, constants, [*fixed, *carried, *of_turn])
        carried, given[turn] = outputs[:n_carried], outputs[n_carried:]
    return [*carried, *(_stacked(arithmetic, list(column)) for column in zip(*given, strict=True))]


def _row(arithmetic: Arithmetic, value: Any, i: int) -> Any:
    if isinstance(value, Truth):
        return Truth(value.values[i])
    if is_enclosure(value):
        return arithmetic.move(lambda x: np.asarray(x[i], dtype=x.dtype), value)
    return np.asarray(value)[i]


def _stacked(arithmetic: Arithmetic, column: list[Any]) -> Any:
    if any(isinstance(value, Truth) for value in column):
        return Truth(
            np.stack([np.asarray(getattr(v, "values", v)) for v in column]).astype(np.int8)
        )
    if any(is_enclosure(value) for value in column):
        return arithmetic.move(lambda *xs: np.stack(xs), *column)
    return np.stack(column)


def _exactly(equation: Any, inputs: list[Any]) -> list[Any]:
    """What JAX makes of whole numbers and truths alone; floats that come of them are exact."""
    name = equation.primitive.name
    if name in {"while", "random_bits", "random_wrap"}:
        raise Unprovable(f"there is no enclosure of the operation {name}")
    with jax.enable_x64(True):
        outputs = equation.primitive.bind(*map(jnp.asarray, inputs), **equation.params)
    if not equation.primitive.multiple_results:
        outputs = [outputs]
    arrays = [np.asarray(value) for value in outputs]
    for array in arrays:
        if array.dtype.kind == "f" and (np.abs(array) > 1 / np.finfo(array.dtype).epsneg).any():
            raise Unprovable(f"whole numbers become floats in {name} that do not hold them exactly")
    return arrays
