"""ln K_ν(x) and its derivatives against mpmath."""

import jax
import mpmath
import numpy as np
import pytest
from scipy.special import kv

from thalweg.special import log_bessel_k, log_bessel_k_values

ORDERS = (0.05, 0.3, 0.5, 1.0, 1.7, 2.5, 4.0, 7.3, 13.0, 29.5, 50.0)
ARGUMENTS = (1e-8, 1e-5, 1e-3, 0.03, 0.4, 1.0, 3.0, 11.0, 60.0, 300.0, 700.0)


@pytest.mark.parametrize("nu", ORDERS)
def test_values_have_a_relative_error_of_at_most_1e12(nu):
    values = log_bessel_k_values(nu, np.array(ARGUMENTS))
    with mpmath.workdps(30):
        for value, x in zip(values, ARGUMENTS, strict=True):
            expected = mpmath.log(mpmath.besselk(nu, x))
            # An absolute error of the logarithm is the relative error of the function.
            assert abs(mpmath.mpf(float(value)) - expected) < 1e-12


@pytest.mark.parametrize("nu", ORDERS)
def test_derivatives_in_the_order_and_the_argument(nu):
    with jax.enable_x64(True):
        by_order = jax.jit(jax.vmap(jax.grad(log_bessel_k, 0), (None, 0)))(nu, np.array(ARGUMENTS))
        by_argument = jax.vmap(jax.grad(log_bessel_k, 1), (None, 0))(nu, np.array(ARGUMENTS))
    with mpmath.workdps(40):
        for d_nu, d_x, x in zip(by_order, by_argument, ARGUMENTS, strict=True):
            k = mpmath.besselk(nu, x)
            step = mpmath.mpf("1e-12")
            expected = (mpmath.besselk(nu + step, x) - mpmath.besselk(nu - step, x)) / (
                2 * step * k
            )
            assert abs(mpmath.mpf(float(d_nu)) / expected - 1) < 1e-8
            expected = -(mpmath.besselk(nu - 1, x) + mpmath.besselk(nu + 1, x)) / (2 * k)
            assert abs(mpmath.mpf(float(d_x)) / expected - 1) < 1e-11


def test_second_derivatives_solve_bessels_equation():
    with jax.enable_x64(True):
        for nu, x in ((0.3, 0.7), (2.2, 5.0), (20.0, 3.0)):
            first = float(jax.grad(log_bessel_k, 1)(nu, x))
            second = float(jax.grad(jax.grad(log_bessel_k, 1), 1)(nu, x))
            # x² K'' + x K' − (x² + ν²) K = 0, for ln K.
            residual = x * x * (second + first * first) + x * first - (x * x + nu * nu)
            assert abs(residual) < 1e-11 * (x * x + nu * nu)


def test_it_agrees_with_scipy_where_scipy_does_not_overflow():
    x = np.linspace(0.1, 20, 50)
    np.testing.assert_allclose(np.exp(log_bessel_k_values(1.3, x)), kv(1.3, x), rtol=1e-12)


def test_arguments_outside_the_domain_are_refused():
    for nu, x in ((0.0, 1.0), (1.0, 0.0), (1.0, np.inf)):
        with pytest.raises(ValueError, match="needs ν > 0 and x > 0"):
            log_bessel_k_values(nu, np.array([x]))
