"""Taylor coefficients of elementary functions, enclosed at all points of balls.

f(x + h) = Σ f_k hᵏ. Each function solves a differential equation, which gives every coefficient from those
before it (Moore, Interval Analysis, §11.3): tanh' = 1 − tanh², for example.
"""

from collections.abc import Callable

import numpy as np

from .balls import UNIT, Ball, Balls, gamma

_BALLS = Balls()
_GROW = 1 + 2.0**-40
"""Covers the roundings of a radius, up to a thousand of positive terms."""
_TINY = 2.0**-900
"""Covers what is lost below the smallest normal number in the products of one coefficient."""
_TWO_OVER_ROOT_PI = Ball(np.asarray(1.1283791670955126), np.asarray(2 * UNIT))
"""2/√π, to the rounding of its value."""

Coefficients = list[Ball]
_Slope = Callable[[int, Ball, Coefficients], Ball]
"""The k-th coefficient of f', given k, x and the coefficients of f up to the k-th."""


def taylor_coefficients(name: str, x: Ball, n: int) -> Coefficients | None:
    """f_0 … f_n of a function at all points of `x`; None if no series of it is known here.

    Args:
        name: as in JAX, or "reciprocal".
        x: balls.
        n: of the last coefficient.
    """
    if name in _SERIES:
        return _SERIES[name](name, x, n)
    slope = _SLOPES.get(name)
    if slope is None:
        return None
    coefficients = [_value(name, x)]
    for k in range(n):
        coefficients.append(_over(slope(k, x, coefficients), k + 1.0))
    return coefficients


def _value(name: str, x: Ball) -> Ball:
    return _BALLS.sqrt(x) if name == "sqrt" else _BALLS.elementary(name, x)


def _whole(number: float, like: Ball) -> Ball:
    return _BALLS.exact(np.full(like.shape, number))


def _times(a: Ball, number: float) -> Ball:
    return _BALLS.mul(a, _whole(number, a))


def _over(a: Ball, number: float) -> Ball:
    mid = a.mid / number
    return Ball(mid, (a.radius / number + UNIT * np.abs(mid)) * _GROW + _TINY)


def _square(k: int, f: Coefficients) -> Ball:
    """The k-th coefficient of f²: Σ f_i f_{k−i}, of which all but the middle one come twice."""
    mid, size, rad = (np.zeros(f[0].shape) for _ in range(3))
    for i in range(k // 2 + 1):
        a, b, times = f[i], f[k - i], 1.0 if 2 * i == k else 2.0
        product = times * (a.mid * b.mid)
        mid += product
        size += np.abs(product)
        rad += times * (np.abs(a.mid) * b.radius + a.radius * (np.abs(b.mid) + b.radius))
    return Ball(mid, (rad + gamma(k + 2) * size) * _GROW + _TINY)


def _plus_one(k: int, a: Ball) -> Ball:
    """The k-th coefficient of a series plus one, given that of the series."""
    return _BALLS.add(a, _whole(1.0, a)) if k == 0 else a


_SLOPES: dict[str, _Slope] = {
    "exp": lambda k, x, f: f[k],
    "expm1": lambda k, x, f: _plus_one(k, f[k]),
    "tanh": lambda k, x, f: _plus_one(k, _BALLS.neg(_square(k, f))),
    "tan": lambda k, x, f: _plus_one(k, _square(k, f)),
    "logistic": lambda k, x, f: _BALLS.sub(f[k], _square(k, f)),
    # 2 x f' = f, coefficient by coefficient.
    "sqrt": lambda k, x, f: _BALLS.div(_times(f[k], 0.5 - k), x),
}


def _reciprocal(name: str, x: Ball, n: int) -> Coefficients:
    """Powers of 1/x, which is farther from zero than powers of x, that grow, are from it."""
    inverse = _BALLS.div(_whole(1.0, x), x)
    coefficients = [inverse]
    for _ in range(n):
        coefficients.append(_BALLS.neg(_BALLS.mul(coefficients[-1], inverse)))
    return coefficients


def _logarithm(name: str, x: Ball, n: int) -> Coefficients:
    slopes = _reciprocal(name, x if name == "log" else _plus_one(0, x), max(n - 1, 0))
    return [
        _BALLS.elementary(name, x),
        *(_over(slope, k + 1.0) for k, slope in enumerate(slopes[:n])),
    ]


_CYCLES = {
    "sin": ("sin", "cos", -1.0),
    "cos": ("cos", "sin", -1.0),
    "sinh": ("sinh", "cosh", 1.0),
    "cosh": ("cosh", "sinh", 1.0),
}
"""Function and derivative, up to its sign, and by what number the second derivative is the function."""


def _cycle(name: str, x: Ball, n: int) -> Coefficients:
    value, other, sign = _CYCLES[name]
    slope = _BALLS.elementary(other, x)
    derivatives = [_BALLS.elementary(value, x), _BALLS.neg(slope) if name == "cos" else slope]
    for k in range(2, n + 1):
        derivatives.append(_times(derivatives[k - 2], sign))
    factorials = np.cumprod([1.0, *range(1, n + 1)])
    return [_over(d, float(factorials[k])) for k, d in enumerate(derivatives[: n + 1])]


def _error_function(name: str, x: Ball, n: int) -> Coefficients:
    """By g = exp(−x²), of which erf' is a multiple: g' = −2 x g."""
    g = [_BALLS.elementary("exp", _BALLS.neg(_BALLS.mul(x, x)))]
    for k in range(n):
        following = _BALLS.mul(x, g[k])
        if k:
            following = _BALLS.add(following, g[k - 1])
        g.append(_over(_times(following, -2.0), k + 1.0))
    scale = _TWO_OVER_ROOT_PI if name == "erf" else _BALLS.neg(_TWO_OVER_ROOT_PI)
    slopes = [_over(_BALLS.mul(scale, g[k]), k + 1.0) for k in range(n)]
    return [_BALLS.elementary(name, x), *slopes]


_SERIES: dict[str, Callable[[str, Ball, int], Coefficients]] = {
    "reciprocal": _reciprocal,
    **dict.fromkeys(("log", "log1p"), _logarithm),
    **dict.fromkeys(_CYCLES, _cycle),
    **dict.fromkeys(("erf", "erfc"), _error_function),
}
