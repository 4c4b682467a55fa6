"""A nested set of settings as JSON that people and programs read; `label` is what tells two of them apart."""

import dataclasses
import enum
import hashlib
from collections.abc import Mapping
from typing import Any

import jax
import numpy as np

_MOST_NUMBERS = 64
"""Of an array that is written out; a larger one is data, which a run's record need not repeat."""


def settings_record(value: Any) -> Any:
    """What JSON can hold of `value`: of a dataclass its fields, with the name of its class as `kind`.

    Nothing is refused: what has no fields stands as its `repr`, and a large array as its shape and SHA-256.
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, float | np.number):
        number = float(value)
        # JSON has no infinities.
        return number if np.isfinite(number) else str(number)
    if isinstance(value, np.ndarray | jax.Array):
        return _array_record(np.asarray(value))
    if isinstance(value, list | tuple):
        return [settings_record(one) for one in value]
    if isinstance(value, Mapping):
        return {str(name): settings_record(one) for name, one in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {
            f.name: settings_record(getattr(value, f.name)) for f in dataclasses.fields(value)
        }
        return {"kind": type(value).__qualname__, **fields}
    if callable(value) and hasattr(value, "__qualname__"):
        return f"{value.__module__}.{value.__qualname__}"
    return repr(value)


def _array_record(values: np.ndarray) -> Any:
    if values.size <= _MOST_NUMBERS:
        return [settings_record(one) for one in values.tolist()]
    digest = hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()
    return {"shape": list(values.shape), "sha256": digest}
