"""What an operation makes of enclosures holds the numbers that JAX computes, or is not known."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.certificate.arbs import Arbs
from thalweg.certificate.balls import Ball, Balls
from thalweg.certificate.path_enclosure import PathEnclosure
from thalweg.certificate.program import Program
from thalweg.certificate.truth import Unprovable

X = np.array([0.75, -1.25, 2.0])
FLAGS = np.array([1.0, np.nan, -np.inf])


def ball_of(function, x=X, radius=0.0, arithmetic=None) -> Ball:
    arithmetic = Balls() if arithmetic is None else arithmetic
    program = Program(function, len(x))
    with arithmetic.precision():
        box = arithmetic.box(x, np.full(len(x), radius)) if radius else arithmetic.exact(x)
        return arithmetic.as_ball(program.enclose(arithmetic, box)[0])


def holds(ball: Ball, values: np.ndarray) -> bool:
    """Whether a ball holds some values, or says that nothing is known."""
    is_unknown = ~np.isfinite(ball.radius) | np.isnan(ball.mid)
    return bool((is_unknown | ((ball.lower <= values) & (values <= ball.upper))).all())


def single(x):
    return jnp.asarray(x, jnp.float32)


OPERATIONS = {
    "a constant that is NaN is tested": lambda x: jnp.where(jnp.isnan(FLAGS), 7.0, x),
    "a constant that is not finite is tested": lambda x: jnp.where(jnp.isfinite(FLAGS), x, 7.0),
    "a constant that is infinite is tested": lambda x: jnp.where(jnp.isinf(FLAGS), x, 7.0),
    "what is out of bounds is filled": lambda x: x.at[jnp.array([1, 9])].get(
        mode="fill", fill_value=0
    ),
    "what is out of bounds is filled with a number of an element": lambda x: x.at[
        jnp.array([1, 9])
    ].get(mode="fill", fill_value=2),
    "a place that is out of bounds is clipped": lambda x: x.at[jnp.array([1, 9])].get(mode="clip"),
    "repeated places are added up": lambda x: jnp.zeros(2).at[jnp.array([0, 0, 1])].add(x),
    "a place that is out of bounds is dropped": lambda x: (
        jnp.zeros(2).at[jnp.array([0, 5, 1])].add(x, mode="drop")
    ),
    "a window is moved": lambda x: jax.lax.dynamic_slice(x, (jnp.int32(2),), (2,)),
    "a sum runs backwards": lambda x: jax.lax.cumsum(x, reverse=True),
    "whole powers": lambda x: jnp.stack([x**0, x**2, x**3, x**-1, x**-2]),
    "powers of real exponents that are whole": lambda x: jnp.power(x, jnp.array(3.0)),
    "powers of other exponents": lambda x: jnp.power(jnp.abs(x), jnp.array([0.5, 2.5, -1.5])),
    "numbers of single precision": lambda x: x * single(0.1) + single(np.pi),
    "a large whole number": lambda x: x + jnp.asarray(2**53 - 1),
    "whole numbers that wrap around": lambda x: (
        x + (jnp.int32(2**31 - 1) + jnp.int32(1)).astype(jnp.float64)
    ),
    "three cases": lambda x: jax.lax.select_n(jnp.array([0, 1, 1]), x, 2 * x),
    "a remainder of whole numbers": lambda x: x * (jnp.arange(3) % 2) + jnp.arange(3) // 2,
    "a loop": lambda x: jax.lax.scan(lambda c, a: (c * a + 1, c - a), 0.5, x)[1],
    "a loop backwards": lambda x: jax.lax.scan(
        lambda c, a: (c * a + 1, c - a), 0.5, x, reverse=True
    )[1],
    "a branch": lambda x: jax.lax.cond(x[1] > 0, lambda y: y, lambda y: -2 * y, x),
    "a corner": lambda x: jnp.abs(x) + jnp.maximum(x, 0) + jnp.sign(x) + jnp.clip(x, -1, 1),
    "products over several axes": lambda x: jnp.einsum(
        "ij,jk,ik->ki", jnp.outer(x, x), jnp.outer(x, X), jnp.outer(X, x)
    ),
    "running sums of a table": lambda x: jnp.cumsum(x[:, None] * jnp.arange(192.0), axis=1),
    "overflow": lambda x: jnp.exp(1e3 * x),
    "what overflows far below": lambda x: jnp.exp(0 * jnp.exp(1e3 * jnp.abs(x)) - 800),
}
UNDEFINED = {
    "what is no number times zero": lambda x: 0 * jnp.log(x) + jnp.exp(-x),
    "what is left of no number": lambda x: jnp.where(jnp.isnan(jnp.log(x)), 1.0, 2.0) * x,
}


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("arithmetic", [Balls, lambda: Arbs(96)], ids=["float64", "96 bits"])
def test_an_enclosure_holds_what_is_computed(name, arithmetic):
    function = OPERATIONS[name]
    with jax.enable_x64(True):
        computed = np.asarray(function(jnp.asarray(X)))
    # Of order one, or exact: some roundings.
    slack = 1e-14 * np.abs(computed)
    try:
        point = ball_of(function, arithmetic=arithmetic())
        box = ball_of(function, radius=1e-9, arithmetic=arithmetic())
    except Unprovable as reason:
        assert "out of bounds" in str(reason) or "more than two" in str(reason)
        return
    for ball in (point, box):
        wide = Ball(ball.mid, ball.radius + np.where(np.isfinite(slack), slack, 0))
        is_real = np.isfinite(computed)
        assert holds(Ball(wide.mid[is_real], wide.radius[is_real]), computed[is_real])


@pytest.mark.parametrize("name", UNDEFINED)
@pytest.mark.parametrize("arithmetic", [Balls, lambda: Arbs(96)], ids=["float64", "96 bits"])
def test_what_is_no_real_number_has_no_bounds(name, arithmetic):
    """Of a negative number there is no logarithm: no enclosure of what is made of it decides anything."""
    switching = arithmetic()
    ball = ball_of(UNDEFINED[name], radius=1e-9, arithmetic=switching)
    assert not np.isfinite(ball.magnitude[1]) or switching.switches.undecided


REFUSED = {
    "rounding to single precision": lambda x: single(x).astype(jnp.float64),
    "a product in single precision": lambda x: jax.lax.dot(
        x, x, preferred_element_type=jnp.float32
    ).astype(jnp.float64),
    "whole numbers that floats do not hold": lambda x: x + (jnp.arange(3) + (2**60 + 1)),
    "a whole number of a real one": lambda x: x[jnp.asarray(x[0], int)],
    "the place of the largest": lambda x: x[jnp.argmax(x)],
    "order": jnp.sort,
    "rounding": jnp.round,
    "a loop that ends by a value": lambda x: jax.lax.while_loop(
        lambda y: y[0] < 5, lambda y: 2 * y, x
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_enclosure_is_refused(name):
    with pytest.raises(Unprovable):
        ball_of(REFUSED[name])


def place_by_comparison(x):
    """Which of two constants depends on a comparison that a wide box does not decide."""
    return jnp.array([10.0, 20.0])[jnp.where(x[0] > 0, 1, 0)] + x[1]


def test_a_place_that_is_not_known_gives_no_element():
    assert holds(ball_of(place_by_comparison), np.array(18.75))
    with pytest.raises(Unprovable, match="not known"):
        ball_of(place_by_comparison, radius=1.0)
    with pytest.raises(Unprovable, match="not known"):
        PathEnclosure(place_by_comparison, 3).near(X, 1.0)


def test_a_truth_that_is_not_known_is_moved_or_refused():
    def masked(x):
        return jnp.where((x > 0)[::-1], x, -x)

    box = ball_of(masked, radius=2.0)
    for corner in (X - 2, X, X + 2):
        with jax.enable_x64(True):
            assert holds(box, np.asarray(masked(jnp.asarray(corner))))
    with pytest.raises(Unprovable):
        ball_of(lambda x: jnp.where((x > 0) == (x > 1), x, -x), radius=2.0)


def test_what_is_unknown_is_undecided():
    """NaN for a radius, as of zero times infinity, is above and below nothing."""
    balls, unknown = Balls(), Ball(np.array([-800.0]), np.array([np.nan]))
    zero = Ball(np.zeros(1))
    with balls.precision():
        for name in ("exp", "log", "tanh", "logistic", "expm1", "log1p"):
            assert not np.isfinite(balls.elementary(name, unknown).radius).any(), name
        assert not np.isfinite(balls.mul(zero, unknown).radius).any()
        assert not np.isfinite(balls.power(unknown, 0).radius).any()
        for operation in (balls.abs, lambda a: balls.maximum(a, zero)):
            balls.switches.undecided.clear()
            operation(unknown)
            assert balls.switches.undecided
        pair = Ball(np.array([1.0, -800.0]), np.array([0.0, np.nan]))
        balls.switches.undecided.clear()
        balls.largest(pair, (0,))
        assert balls.switches.undecided


def test_a_path_bound_does_not_believe_a_stopped_gradient():
    """Along the path the loss rises to 1; without the stopped part it seems to fall."""
    enclosure = PathEnclosure(lambda x: 2 * jax.lax.stop_gradient(x[0] ** 2) - x[0] ** 2, 1)
    assert enclosure.between(np.zeros(1), np.ones(1)) >= 1
