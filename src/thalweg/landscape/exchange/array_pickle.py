"""Pickled arrays of numbers, read without running anything that the pickle says.

A pickle is a program. Its opcodes are followed here only to write down what they would build, calls
included; the arrays that NumPy writes are then recognised by their layout, and all else is refused.
"""

import math
import pickletools
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

_NUMBER_TYPE = re.compile(r"[<>|=]?(b1|[iu][1248]|f[248])")
_MULTIARRAY = re.compile(r"numpy\.(_?core)\.multiarray _reconstruct")
_FROM_BUFFER = re.compile(r"numpy\.(_?core)\.numeric _frombuffer")
_MOST_DIMENSIONS = 32


_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
_LITERALS = {
    *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4"),
    *("STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE"),
    *("BINUNICODE8", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
}
_FIXED_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_MARK = object()


@dataclass(frozen=True)
class _Name:
    """A module and a name in it, with a space between, that would be looked up."""

    text: str


@dataclass
class _Call:
    """A call that would be made, and the state that its result would be given."""

    function: Any
    arguments: Any
    state: Any = None


_BYTES = (_Name("__builtin__ bytes"), _Name("builtins bytes"))
"""How no bytes at all are pickled."""


def array_from_pickle(data: bytes) -> Float[np.ndarray, " n"]:
    """The numbers of an array that NumPy pickled, in any protocol, in one row in C order.

    Raises:
        ValueError: if the pickle holds anything else, or is damaged.
    """
    try:
        return _array_of(_description(data))
    # Opcodes that do not fit each other: a stack too short, a number in place of a tuple.
    except (IndexError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"a damaged pickle ({type(error).__name__})") from error


def _description(data: bytes) -> Any:
    """What a pickle would build."""
    stack: list[Any] = []
    memo: dict[Any, Any] = {}
    argument: Any
    for opcode, argument, _ in pickletools.genops(data):
        name = opcode.name
        if name in ("PROTO", "FRAME"):
            continue
        if name == "STOP":
            return stack.pop()
        if name in _LITERALS:
            stack.append(argument)
        elif name in _CONSTANTS:
            stack.append(_CONSTANTS[name])
        elif name == "MARK":
            stack.append(_MARK)
        elif name == "TUPLE":
            start = len(stack) - 1 - stack[::-1].index(_MARK)
            stack[start:] = [tuple(stack[start + 1 :])]
        elif name in _FIXED_TUPLES:
            stack[-_FIXED_TUPLES[name] :] = [tuple(stack[-_FIXED_TUPLES[name] :])]
        elif name in ("PUT", "BINPUT", "LONG_BINPUT"):
            memo[argument] = stack[-1]
        elif name == "MEMOIZE":
            memo[len(memo)] = stack[-1]
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            stack.append(memo[argument])
        elif name == "GLOBAL":
            stack.append(_Name(argument))
        elif name == "STACK_GLOBAL":
            stack[-2:] = [_Name(" ".join(stack[-2:]))]
        elif name == "REDUCE":
            stack[-2:] = [_Call(stack[-2], stack[-1])]
        elif name == "BUILD":
            state = stack.pop()
            stack[-1].state = state
        else:
            raise ValueError(f"a pickle with the opcode {name}, which arrays do not need")
    raise ValueError("a pickle that does not end")


def _array_of(value: Any) -> Float[np.ndarray, " n"]:
    if isinstance(value, _Call) and isinstance(value.function, _Name):
        if _MULTIARRAY.fullmatch(value.function.text):
            _, shape, number_type, is_fortran, data = value.state
            return _numbers(data, number_type, shape, "F" if is_fortran else "C")
        if _FROM_BUFFER.fullmatch(value.function.text) and value.state is None:
            data, number_type, shape, order = value.arguments
            return _numbers(data, number_type, shape, order)
    raise ValueError("a pickle of something that is no array")


def _numbers(data: Any, number_type: Any, shape: Any, order: Any) -> Float[np.ndarray, " n"]:
    dtype, buffer = _number_type_of(number_type), _bytes_of(data)
    is_shape = isinstance(shape, tuple) and len(shape) <= _MOST_DIMENSIONS
    if not is_shape or not all(type(n) is int and n >= 0 for n in shape):
        raise ValueError("an array without a shape")
    if math.prod(shape) * dtype.itemsize != len(buffer) or order not in ("C", "F"):
        raise ValueError(f"an array of shape {shape} in {len(buffer)} bytes")
    if not buffer:
        return np.zeros(0)
    array = np.frombuffer(buffer, dtype).reshape(shape, order=order)
    return array.astype(np.float64).ravel()


def _number_type_of(value: Any) -> np.dtype:
    """The type of numbers that a call of `numpy.dtype` would make; none but numbers, and nothing nested."""
    if not isinstance(value, _Call) or value.function != _Name("numpy dtype"):
        raise ValueError("an array without a type of numbers")
    code = value.arguments[0]
    if not isinstance(code, str) or not _NUMBER_TYPE.fullmatch(code):
        raise ValueError(f"an array of {str(code)[:20]!r}, which are no numbers")
    if value.state is None:
        return np.dtype(code)
    _, order, subarray, names, fields, *_ = value.state
    if (subarray, names, fields) != (None, None, None) or order not in ("<", ">", "|", "="):
        raise ValueError("an array of records, which are no numbers")
    return np.dtype(code).newbyteorder(order)


def _bytes_of(value: Any) -> bytes | bytearray:
    if isinstance(value, _Call) and value.function == _Name("_codecs encode"):
        text, encoding = value.arguments
        if encoding == "latin1" and isinstance(text, str):
            return text.encode("latin-1")
    if isinstance(value, _Call) and value.function in _BYTES and value.arguments == ():
        return b""
    # Python 2 had no type of its own for bytes.
    if isinstance(value, str):
        return value.encode("latin-1")
    if isinstance(value, bytes | bytearray):
        return value
    raise ValueError("an array without numbers")
