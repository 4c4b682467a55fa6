"""A short name for a nested set of settings: the same on every machine, another for any other setting."""

import dataclasses
import enum
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import jax
import numpy as np

_DIGITS = 16


def settings_label(name: str, settings: Any) -> str:
    """`name` and a digest of all fields of `settings` (a dataclass), nested ones included.

    Raises:
        TypeError: if a field holds something whose value cannot be told, an object with neither fields
            nor a name: two settings that differ there could not be told apart.
    """
    text = json.dumps(_plain(settings), sort_keys=True)
    return f"{name}, settings {hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"


def _plain(value: Any) -> Any:
    """The value as JSON holds it, with the name of every type that gives it a meaning."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, enum.Enum):
        return [type(value).__name__, value.name]
    if isinstance(value, int | float | np.number):
        # One text for 1 and 1.0: the shortest that gives back the same double.
        return ["number", repr(float(value))]
    if isinstance(value, np.ndarray | jax.Array):
        return ["array", list(value.shape), [_plain(v) for v in np.asarray(value).ravel()]]
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return [*_type_name(value), {name: _plain(getattr(value, name)) for name in names}]
    # Two functions made in one place have one name, whatever they close over.
    if callable(value) and "<" not in getattr(value, "__qualname__", "<"):
        return [value.__module__, value.__qualname__]
    if getattr(value, "__dict__", None) and not callable(value):
        return [*_type_name(value), _plain(vars(value))]
    raise TypeError(
        f"settings hold {value!r}, whose value cannot be told from its fields. Make it a function of a "
        "module, or an object of a frozen dataclass or an equinox module with all its settings as fields."
    )


def _type_name(value: Any) -> tuple[str, str]:
    return type(value).__module__, type(value).__qualname__
