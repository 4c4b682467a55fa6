"""Elementary functions of float64 balls, with bounds on their errors that are proved here, not measured.

No library of NumPy's states a bound that is proved, so the exponential is computed from operations that round
correctly, and everything else from it. u = 2⁻⁵³.

The exponential: with k the nearest whole number to x/ln 2, r = (x − k L₁) − k L₂, where L₁ holds the first
32 bits of ln 2 (k L₁ is exact) and L₂ the rest. Each subtraction errs by u·0.35 at most, k L₂ by u·2⁻²⁰, so
that eʳ is off by less than 0.8 u; |r| < 0.3475. Its series ends with r¹³/13!: what follows is below 5e-18,
which is 0.05 u. Horner's rule errs by γ₂₇ Σ |r|ⁱ/i! (Higham, §5.1), relative to eʳ at most
27.1 u e^(2·0.3475) < 55 u. Together less than 64 u; multiplying by 2ᵏ is exact where the result is normal.
"""

from fractions import Fraction
from math import factorial, ldexp
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .balls import Array, Ball, Balls

_LN2 = Fraction(69314718055994530941723212145817656807550013436025525412068, 10**59)
"""ln 2, cut off after 59 digits."""
_L1 = ldexp(float(int(_LN2 * 2**32)), -32)
_L2 = float(_LN2 - Fraction(_L1))
_COEFFICIENTS = [float(Fraction(1, factorial(i))) for i in range(13, -1, -1)]
_EXP_ERROR = 64 * 2.0**-53
_LARGEST, _SMALLEST = 700.0, -700.0
_BITS = 64
_SATURATED = 22.0
"""Beyond it tanh is 1 to within 2 e⁻⁴⁴ < 2e-19."""


def _exp(x: "Array") -> "Array":
    """e^x of numbers between -700 and 700, to 64 u."""
    k = np.rint(x * 1.4426950408889634)
    r = (x - k * _L1) - k * _L2
    p = np.full_like(r, _COEFFICIENTS[0])
    for coefficient in _COEFFICIENTS[1:]:
        p *= r
        p += coefficient
    return np.asarray(np.ldexp(p, k.astype(np.int32)))


def _exp_ball(balls: "Balls", a: "Ball") -> "Ball":
    from .balls import Ball

    x = np.clip(a.mid, _SMALLEST, _LARGEST)
    e = _exp(x)
    # e^(x + t) − e^x ≤ e^x (t + t²) for 0 ≤ t ≤ 1.
    r = a.radius
    rad = e * ((r + r * r) + 2 * _EXP_ERROR) * (1 + 1e-14) + 1e-300
    # Below -700 a value lies between 0 and e^-699, with a radius of at most one.
    rad = np.where(a.mid < _SMALLEST, 4 * e, rad)
    # A radius that is NaN is not at most one either.
    return Ball(e, np.where((r <= 1) & (a.mid <= _LARGEST), rad, np.inf))


def _logistic(balls: "Balls", a: "Ball") -> "Ball":
    from .balls import Ball

    point = Ball(np.clip(a.mid, -600.0, 600.0))
    one = balls.exact(np.ones_like(a.mid))
    p = balls.div(one, balls.add(one, _exp_ball(balls, balls.neg(point))))
    # The slope p (1 − p) is at most 1/4, and changes by less than its argument does.
    slope = np.minimum(0.25, p.mid * (1 - p.mid) + p.radius + a.radius) * (1 + 1e-14)
    beyond = np.where(np.abs(a.mid) > 600.0, 1e-260, 0.0)
    return Ball(p.mid, (p.radius + slope * a.radius) * (1 + 1e-14) + beyond)


def _tanh(balls: "Balls", a: "Ball") -> "Ball":
    from .balls import Ball

    size = Ball(np.minimum(np.abs(a.mid), _SATURATED))
    one = balls.exact(np.ones_like(a.mid))
    double = balls.exact(2 * size.mid)
    quotient = balls.div(balls.exact(2 * one.mid), balls.add(one, _exp_ball(balls, double)))
    t = balls.sub(one, quotient)
    # The slope 1 − t² is at most one, and changes by less than twice what its argument does.
    slope = np.minimum(1.0, (1 - t.mid * t.mid) + 2 * (t.radius + a.radius)) * (1 + 1e-14)
    rad = (t.radius + slope * a.radius + 2e-19) * (1 + 1e-14)
    return Ball(np.copysign(t.mid, a.mid), rad)


def _log(balls: "Balls", a: "Ball") -> "Ball":
    from .balls import Ball

    with np.errstate(divide="ignore", invalid="ignore"):
        m = np.log(np.where(a.mid > 0, a.mid, 1.0))
    # Whatever m is: ln a' = m + ln(a' e^-m), and |ln(1 + δ)| ≤ |δ|/(1 − |δ|).
    ratio = balls.mul(a, _exp_ball(balls, Ball(-m)))
    delta = balls.sub(ratio, balls.exact(np.ones_like(m))).magnitude
    with np.errstate(divide="ignore", invalid="ignore"):
        rad = np.where((delta < 0.5) & (a.mid > 0), delta / (1 - delta) * (1 + 1e-14), np.inf)
    return Ball(m, rad)


def _log1p(balls: "Balls", a: "Ball") -> "Ball":
    return _log(balls, balls.add(balls.exact(np.ones_like(a.mid)), a))


def _expm1(balls: "Balls", a: "Ball") -> "Ball":
    return balls.sub(_exp_ball(balls, a), balls.exact(np.ones_like(a.mid)))


_FUNCTIONS = {
    "exp": _exp_ball,
    "expm1": _expm1,
    "log": _log,
    "log1p": _log1p,
    "logistic": _logistic,
    "tanh": _tanh,
}


def elementary(balls: "Balls", name: str, a: "Ball") -> "Ball":
    """A function by its name in JAX; what has no bound here is computed in Arb balls of 64 bits.

    Raises:
        Unprovable: if it has none there either.
    """
    if name in _FUNCTIONS:
        return _FUNCTIONS[name](balls, a)
    from .arbs import Arbs

    arbs = Arbs(_BITS)
    with arbs.precision():
        return arbs.as_ball(arbs.elementary(name, arbs.box(a.mid, a.radius)))
