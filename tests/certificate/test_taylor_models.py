"""A Taylor model holds the function that it stands for, all of it, as Arb balls of 200 bits see it."""

import jax.numpy as jnp
import numpy as np
import pytest
from jax import nn
from jax.scipy.special import erf

from thalweg.certificate.arbs import Arbs
from thalweg.certificate.path_enclosure import _largest
from thalweg.certificate.program import Program
from thalweg.certificate.taylor_coefficients import taylor_coefficients
from thalweg.certificate.taylor_models import TaylorModels

START, END = np.array([0.4, 1.1, -0.7]), np.array([0.9, 0.6, 0.2])
SHARES = np.linspace(0.0, 1.0, 33)

FUNCTIONS = {
    "exp": jnp.exp,
    "expm1": jnp.expm1,
    "log": lambda x: jnp.log(x + 2),
    "log1p": lambda x: jnp.log1p(x + 1),
    "tanh": jnp.tanh,
    "tan": lambda x: jnp.tan(x / 2),
    "logistic": nn.sigmoid,
    "sin": jnp.sin,
    "cos": jnp.cos,
    "sinh": jnp.sinh,
    "cosh": jnp.cosh,
    "erf": erf,
    "root": lambda x: jnp.sqrt(x + 2),
    "quotient": lambda x: x[::-1] / (x + 2),
    "powers": lambda x: x**3 - (x + 2) ** -4 + 1,
    "no series": lambda x: jnp.arctan(3 * x),
    "kinks": lambda x: jnp.abs(x) + jnp.maximum(x, 0.3) - jnp.minimum(x, jnp.sin(x)),
    "choice": lambda x: jnp.where(x > 0.7, x, jnp.max(x) - x * x),
    "matrix": lambda x: jnp.outer(x, x) @ jnp.array([[0.1, 0.2], [0.3, 0.4], [-0.5, 0.6]]),
    "sum": lambda x: jnp.sum(jnp.exp(x) * x) - jnp.ones(3) @ x,
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("order", [2, 6])
def test_a_model_holds_the_function_along_the_line(name, order):
    program = Program(FUNCTIONS[name], 3)
    models, arbs = TaylorModels(order), Arbs(200)
    with models.precision():
        model = program.enclose(models, models.line(START, END))[0]
    powers = np.arange(len(model.coefficients)) * 1.0
    for share in SHARES:
        with arbs.precision():
            ends = arbs.exact(START), arbs.exact(END)
            there = arbs.add(
                arbs.mul(ends[0], arbs.exact(1 - share)), arbs.mul(ends[1], arbs.exact(share))
            )
            truth = arbs.as_ball(program.enclose(arbs, there)[0])
        about = np.tensordot((2 * share - 1) ** powers, model.coefficients, axes=1)
        # The polynomial is evaluated here with roundings of its own.
        assert np.all(
            np.abs(about - truth.mid) <= model.error + truth.radius + 1e-15 * np.abs(about)
        )
    if order == 6 and name not in ("no series", "kinks", "choice"):
        assert model.error.max() < 0.02


def test_what_cancels_does_so_in_the_model_and_not_in_its_error():
    models = TaylorModels(6)
    with models.precision():
        x = models.line(START, END)
        difference = models.sub(models.mul(x, x), models.power(x, 2))
    assert difference.error.max() < 1e-14 and np.abs(difference.coefficients).max() < 1e-15


def test_a_function_that_is_not_finite_somewhere_has_no_bound():
    models = TaylorModels(4)
    for name in ("log", "reciprocal", "sqrt"):
        with models.precision():
            error = models.elementary(name, models.line(np.array([-0.1]), np.array([0.3]))).error
        assert not np.isfinite(error).any()


def test_numbers_that_are_exact_are_compared_exactly():
    models = TaylorModels(3)
    one, other = models.exact(np.array([0.0, 1.0])), models.exact(np.array([0.0, 2.0]))
    assert models.is_less(one, other).tolist() == [0, 1]
    assert models.is_less(other, one).tolist() == [0, 0]
    assert models.is_equal(one, other).tolist() == [1, 0]


def test_coefficients_that_are_not_known_are_not_made_up():
    models = TaylorModels(3)
    assert taylor_coefficients("lgamma", models.as_ball(models.exact(START)), 2) is None


def test_the_largest_value_of_a_polynomial_is_bounded_from_above():
    rng = np.random.default_rng(0)
    s = np.linspace(-1, 1, 2001)
    for _ in range(50):
        coefficients = rng.normal(size=rng.integers(1, 9)) * 10.0 ** rng.integers(-6, 3)
        highest = np.polynomial.polynomial.polyval(s, coefficients).max()
        size = np.abs(coefficients).sum()
        assert highest - 1e-13 * size <= _largest(coefficients, 0.0) <= highest + 0.1 * size
    # What falls from its start on is known not to rise.
    assert _largest(np.array([1.0, -0.1, -1e-3]), 0.0) == pytest.approx(1.099, abs=1e-12)
