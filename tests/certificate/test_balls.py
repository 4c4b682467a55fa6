"""Every ball holds the exact result of what it was computed from."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.certificate.arbs import Arbs
from thalweg.certificate.balls import Ball, Balls, most_length

BALLS = Balls()
numbers = st.floats(-1e6, 1e6, allow_nan=False)
radii = st.one_of(st.just(0.0), st.floats(1e-18, 1e-2))


def ball(mid: float, rad: float) -> Ball:
    return Ball(np.array([mid]), np.array([rad]) if rad else None)


def holds(result: Ball, value: Fraction) -> bool:
    """Whether an exact value lies in the ball, decided without rounding."""
    radius = float(result.radius[0])
    if np.isinf(radius):
        return True
    return abs(value - Fraction(float(result.mid[0]))) <= Fraction(radius)


def members(mid: float, rad: float) -> list[Fraction]:
    """Reals in a ball: its ends and what lies between."""
    m, r = Fraction(mid), Fraction(rad)
    return [m - r, m - r / 3, m, m + r]


@given(numbers, radii, numbers, radii)
def test_arithmetic_holds_every_result(a, ra, b, rb):
    x, y = ball(a, ra), ball(b, rb)
    results = {
        "add": (BALLS.add(x, y), lambda s, t: s + t),
        "sub": (BALLS.sub(x, y), lambda s, t: s - t),
        "mul": (BALLS.mul(x, y), lambda s, t: s * t),
        "max": (BALLS.maximum(x, y), max),
        "min": (BALLS.minimum(x, y), min),
    }
    for name, (result, exact) in results.items():
        for s in members(a, ra):
            for t in members(b, rb):
                assert holds(result, exact(s, t)), name


@given(numbers, radii, numbers, radii)
def test_a_quotient_holds_every_result_or_says_that_nothing_is_known(a, ra, b, rb):
    result = BALLS.div(ball(a, ra), ball(b, rb))
    if abs(b) <= rb:
        assert np.isinf(result.radius[0])
        return
    assert all(holds(result, s / t) for s in members(a, ra) for t in members(b, rb))


@given(st.floats(-30, 30), radii, st.integers(-3, 7))
def test_a_power_holds_every_result(a, ra, n):
    if n < 0 and abs(a) <= 2 * ra + 1e-3:
        return
    assert all(holds(BALLS.power(ball(a, ra), n), s**n) for s in members(a, ra))


@pytest.mark.parametrize("n", [-2, 0, 1, 2, 3, 6])
def test_a_power_in_many_bits_holds_every_result(n):
    mid, rad = np.array([0.0, -1e-20, 0.5, 2.0]), np.array([1e-12, 1e-12, 0.125, 0.0])
    arbs = Arbs(96)
    with arbs.precision():
        result = arbs.as_ball(arbs.power(arbs.box(mid, rad), n))
    for k, (m, r) in enumerate(zip(mid, rad, strict=True)):
        one = Ball(result.mid[k : k + 1], result.radius[k : k + 1])
        if n < 0 and abs(m) <= r:
            assert np.isinf(one.radius[0])
            continue
        # A ball around zero is no reason to know nothing.
        assert one.radius[0] <= 10
        assert all(holds(one, s**n) for s in members(m, r))


FUNCTIONS = {
    "exp": (mpmath.exp, (-800.0, 705.0)),
    "expm1": (mpmath.expm1, (-50.0, 300.0)),
    "log": (mpmath.log, (1e-200, 1e200)),
    "log1p": (mpmath.log1p, (-0.9, 1e10)),
    "tanh": (mpmath.tanh, (-40.0, 40.0)),
    "logistic": (lambda x: 1 / (1 + mpmath.exp(-x)), (-700.0, 700.0)),
    "erf": (mpmath.erf, (-6.0, 6.0)),
    "sin": (mpmath.sin, (-50.0, 50.0)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_elementary_functions_hold_every_value(name):
    function, (low, high) = FUNCTIONS[name]
    rng = np.random.default_rng(0)
    mid = np.concatenate([rng.uniform(low, high, 60), rng.normal(size=60), [0.0, -0.0, 1e-300]])
    if name == "log":
        mid = np.concatenate([np.exp(rng.uniform(-400, 400, 60)), [1.0, 5e-324]])
    rad = np.where(rng.random(len(mid)) < 0.5, 0.0, 10.0 ** rng.uniform(-18, -3, len(mid)))
    rad = np.minimum(rad, 0.1 * np.abs(mid)) if name == "log" else rad
    with BALLS.precision():
        result = BALLS.elementary(name, Ball(mid, rad))
    # 60 digits: the comparison itself adds nothing that could be seen.
    with mpmath.workdps(60):
        for i in range(len(mid)):
            for x in (mid[i], mpmath.mpf(mid[i]) - rad[i], mpmath.mpf(mid[i]) + rad[i]):
                if (name == "log" and x <= 0) or (name == "log1p" and x <= -1):
                    continue
                error = abs(function(mpmath.mpf(x)) - mpmath.mpf(result.mid[i]))
                assert error <= mpmath.mpf(result.radius[i]), (name, mid[i], rad[i])
    # And is of use: not much wider than what rounding and the argument's radius allow.
    if name in {"exp", "tanh", "logistic", "erf", "sin"}:
        exact = BALLS.elementary(name, Ball(rng.uniform(-3, 3, 50)))
        assert (exact.radius <= 1e-13 * np.maximum(1, np.abs(exact.mid))).all()


@pytest.mark.parametrize("k", [3, 65, 200])
def test_sums_and_products_of_matrices_hold_the_exact_ones(k):
    rng = np.random.default_rng(k)
    a = rng.normal(size=(2, k)) * 10.0 ** rng.integers(-6, 6, size=(2, k))
    b = rng.normal(size=(k, 3)) * 10.0 ** rng.integers(-6, 6, size=(k, 3))
    ra, rb = 1e-9 * rng.random(a.shape), 1e-9 * rng.random(b.shape)
    product = BALLS.matmul(Ball(a, ra), Ball(b, rb))
    total = BALLS.sum(Ball(a, ra), (1,))
    for signs in (-1, 1):
        exact_a = [
            [Fraction(v) + signs * Fraction(r) for v, r in zip(*row, strict=True)]
            for row in zip(a, ra, strict=True)
        ]
        exact_b = [
            [Fraction(v) - signs * Fraction(r) for v, r in zip(*row, strict=True)]
            for row in zip(b, rb, strict=True)
        ]
        for i in range(2):
            assert abs(sum(exact_a[i]) - Fraction(total.mid[i])) <= Fraction(total.radius[i])
            for j in range(3):
                value = sum(exact_a[i][n] * exact_b[n][j] for n in range(k))
                assert abs(value - Fraction(product.mid[i, j])) <= Fraction(product.radius[i, j])


def test_a_product_of_many_stacks_with_one_matrix_is_that_of_each():
    # As many stacks as there are blocks of the inner dimension, which must not be taken for each other.
    rng = np.random.default_rng(0)
    for stacks in ((3,), (1,), (2, 3)):
        a, b = rng.integers(-9, 9, (*stacks, 2, 192)), rng.integers(-9, 9, (192, 4))
        result = BALLS.matmul(BALLS.exact(a), BALLS.exact(b))
        assert result.shape == (*stacks, 2, 4)
        assert (np.abs(result.mid - a @ b) <= result.radius).all()
        assert (result.radius < 1e-6).all()


def test_a_product_of_huge_and_tiny_matrices_holds_the_result():
    a, b = 1e300 / 3, 1e-310 / 7
    result = BALLS.matmul(Ball(np.array([[a]])), Ball(np.array([[b]])))
    assert abs(Fraction(a) * Fraction(b) - Fraction(float(result.mid[0, 0]))) <= Fraction(
        float(result.radius[0, 0])
    )


def test_a_length_is_no_less_where_its_squares_underflow():
    for scale in (1.0, 1e-150, 1e-165, 1e-310):
        x = scale * np.array([1.0, -2.0, 3.0])
        squares = sum(Fraction(v) ** 2 for v in x.tolist())
        assert squares <= Fraction(most_length(x)) ** 2
    assert np.isinf(most_length(np.array([1e200, 1.0])))
