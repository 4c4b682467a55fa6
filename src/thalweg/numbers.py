"""Numbers as users pass them, of Python, NumPy, pandas or JAX: checked at the public doors, then Python's."""

import math
import operator
from collections.abc import Callable
from typing import Any, SupportsFloat, SupportsIndex

import numpy as np

Whole = SupportsIndex | SupportsFloat
"""A whole number of any library; a float may be one."""
Real = SupportsFloat
"""A number of any library."""

LARGEST_SEED = 2**63 - 1
"""What a landscape file can hold."""
LARGEST_SIZE = 10**8
"""A number of rows, units, atoms or parameters: of the order of what a memory can hold, at most."""


def whole_number(
    value: Any, name: str, *, least: int | None = None, most: int | None = None
) -> int:
    """A whole number as Python's, from any library; a float that is whole is one.

    Args:
        value: of one number, arrays without axes included.
        name: what the message calls it.
        least, most: that it may be.

    Raises:
        ValueError: for truth values, for what is no whole number, or one out of range.
    """
    number = None if _is_truth_value(value) else _index(value)
    if (
        number is None
        or (least is not None and number < least)
        or (most is not None and number > most)
    ):
        limits = _limits(least, most)
        raise ValueError(f"{name} must be a whole number{limits}, got {_shown(value)}.")
    return number


def real_number(
    value: Any,
    name: str,
    *,
    above: float | int | None = None,
    least: float | int | None = None,
    most: float | int | None = None,
    is_finite: bool = True,
) -> float:
    """A number as Python's float, from any library.

    Args:
        value: of one number, arrays without axes included.
        name: what the message calls it.
        above: that it has to exceed; `least`, `most`: that it may be.
        is_finite: whether infinities are refused; NaN always is.

    Raises:
        ValueError: for truth values, text, what is no number, or one out of range.
    """
    number = None if _is_truth_value(value) else _float(value)
    is_good = (
        number is not None
        and (math.isfinite(number) if is_finite else not math.isnan(number))
        and (above is None or number > above)
        and (least is None or number >= least)
        and (most is None or number <= most)
    )
    if number is None or not is_good:
        more = "" if above is None else f" above {above:g}"
        kind = "a finite number" if is_finite else "a number"
        raise ValueError(f"{name} must be {kind}{more}{_limits(least, most)}, got {_shown(value)}.")
    return number


def as_whole(name: str, **limits: Any) -> Callable[[Any], int]:
    """`whole_number` of one name, as the converter of a field."""
    return lambda value: whole_number(value, name, **limits)


def as_real(name: str, **limits: Any) -> Callable[[Any], float]:
    """`real_number` of one name, as the converter of a field."""
    return lambda value: real_number(value, name, **limits)


def seed_number(value: Any, name: str = "seed") -> int:
    """A seed of random choices, from 0 to 2⁶³ − 1.

    Raises:
        ValueError: for any other.
    """
    return whole_number(value, name, least=0, most=LARGEST_SEED)


def _is_truth_value(value: Any) -> bool:
    return isinstance(value, bool | np.bool_) or getattr(value, "dtype", None) == np.bool_


def _index(value: Any) -> int | None:
    try:
        return operator.index(value)
    except TypeError:
        number = _float(value)
        return int(number) if number is not None and number.is_integer() else None


def _float(value: Any) -> float | None:
    # `float` would read text, arrays of one element and real parts too.
    if isinstance(value, str | bytes) or np.ndim(value) != 0 or np.iscomplexobj(value):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _limits(least: float | int | None, most: float | int | None) -> str:
    if least is None and most is None:
        return ""
    if most is None:
        return f" of at least {least}"
    return f" of at most {most}" if least is None else f" from {least} to {most}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
