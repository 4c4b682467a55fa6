"""Functions as people write them: the right answer, or a refusal that says what to write."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.problems import Function, from_jax


def branches(x):
    return x[0] ** 2 if x[0] > 0 else x[1] ** 2


REFUSED = {
    "None": (lambda x: None, "returns None. Does it lack a `return`"),
    "pair": (lambda x: (x @ x, 2 * x), "tuple of 2.*from_numpy"),
    "list": (lambda x: [x @ x], "list of 1"),
    "text": (lambda x: "loss", "returns a str"),
    "vector": (lambda x: x**2, r"one number for a vector, got shape \(2,\)"),
    "count": (lambda x: jnp.sum(x > 0), "no gradient"),
    "integer": (lambda x: 3, "no gradient"),
    "complex": (lambda x: jnp.sum(x * 1j), "real part"),
    "branch": (branches, "jax.numpy.where or jax.lax.cond"),
    "float()": (lambda x: float(x[0]) ** 2, "from_numpy"),
    "math": (lambda x: math.sin(x[0]), "from_numpy"),
    "loop to a value": (lambda x: sum(x[0] for _ in range(x[0].astype(int))), "cannot be traced"),
    "NumPy": (lambda x: np.sin(x).sum(), "hands its argument to NumPy.*from_numpy"),
    "NumPy array": (lambda x: np.asarray(x).sum(), "hands its argument to NumPy"),
    "single precision": (lambda x: jnp.sum(x.astype(jnp.float32) ** 2), "single precision"),
    "two arguments": (lambda x, y: x @ y, "one vector of 2 numbers"),
    "index too far": (lambda x: x[jnp.arange(3)] @ jnp.ones(2), "one vector of 2 numbers"),
    "constant": (lambda x: 3.0, "does not depend on its argument"),
    "constant in effect": (lambda x: 3.0 + 0.0 * x.sum(), "gradient is zero"),
    "rounded": (lambda x: jnp.sum(jnp.round(1e-3 * x)), "gradient is zero"),
    "not finite anywhere": (lambda x: jnp.log(-1.0 - x @ x), "is nan at all of 8 points"),
    "infinite": (lambda x: x @ x / 0.0, "is inf at all of 8 points"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_loss_is_refused_before_a_search(name):
    function, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        Function(function, dimension=2)


@pytest.mark.parametrize(
    "name", ["None", "pair", "vector", "count", "complex", "branch", "NumPy", "constant"]
)
def test_losses_of_parameters_are_refused_alike(name):
    function, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        from_jax(lambda params: function(params["a"]), {"a": np.ones(2)})


@pytest.mark.usefixtures("no_type_checks")
@pytest.mark.parametrize("function", [3.0, None, "x**2"])
def test_what_is_no_function_is_refused(function):
    with pytest.raises(ValueError, match="must be a function of a vector"):
        Function(function, dimension=2)


def test_kinks_and_jumps_of_a_function_are_warned_of():
    with pytest.warns(UserWarning, match="abs has kinks"):
        Function(lambda x: jnp.sum(jnp.abs(x)), dimension=2)
    with pytest.warns(UserWarning, match="floor makes the loss jump"):
        Function(lambda x: jnp.sum(jnp.floor(x) + x**2), dimension=2)


def rests(function, starts, **options):
    """Where quenches from `starts` come to rest, in order."""
    problem = Function(function, dimension=1, **options)
    minima = tw.quench(problem, np.asarray(starts, dtype=float)[:, None]).minima
    at_rest = [float(m.coordinates[0]) for m in minima if m is not None]
    return np.sort(at_rest), len(minima) - len(at_rest)


def test_a_domain_with_nan_keeps_its_minimum_and_counts_none_outside():
    # x ln x has its only minimum at 1/e; left of zero there is no number.
    at, n_lost = rests(lambda x: jnp.sum(x * jnp.log(x)), [-2.0, -0.5, 0.2, 1.0, 3.0])
    np.testing.assert_allclose(at, [1 / math.e] * len(at), atol=1e-9)
    assert len(at) >= 2 and n_lost >= 2


def test_a_periodic_function_has_the_minima_that_lie_within_bounds():
    at, n_lost = rests(
        lambda x: jnp.sum(jnp.sin(x)), [-8.0, -7.0, -2.0, 4.0, 5.0], bounds=(-9.0, 9.0)
    )
    wells = np.pi * np.array([-2.5, -2.5, -0.5, 1.5, 1.5])
    np.testing.assert_allclose(at, wells, atol=1e-9)
    assert n_lost == 0


def test_an_unbounded_function_has_no_minimum_where_it_only_falls():
    at, n_lost = rests(lambda x: jnp.sum(x**3 - 3 * x), [-4.0, -3.0, 0.5, 2.0])
    np.testing.assert_allclose(at, [1.0] * len(at), atol=1e-9)
    assert 2 <= len(at) <= 4 and len(at) + n_lost == 4


def test_a_jump_hides_no_minimum_beside_it():
    with pytest.warns(UserWarning, match="where makes the loss jump"):
        at, _ = rests(
            lambda x: jnp.sum(jnp.where(x > 0.3, 1.0, 0.0) + (x**2 - 1) ** 2),
            [-1.2, -0.8, 0.8, 1.2],
        )
    np.testing.assert_allclose(at, [-1.0, -1.0, 1.0, 1.0], atol=1e-9)


def test_a_kink_is_no_minimum():
    with pytest.warns(UserWarning, match="abs has kinks"):
        at, n_lost = rests(lambda x: jnp.sum(jnp.abs(x)), [-1.0, 0.3])
    assert len(at) == 0 and n_lost == 2


@pytest.mark.parametrize("scale", [1e-12, 1e-6, 1.0, 1e6, 1e12])
def test_the_unit_of_a_loss_changes_no_minimum(scale):
    at, n_lost = rests(lambda x: scale * jnp.sum((x**2 - 1) ** 2 + 0.3 * x), [-1.5, -0.9, 0.8, 1.5])
    exact = np.sort(np.roots([4.0, 0.0, -4.0, 0.3]).real)[[0, 0, 2, 2]]
    # The gradient is judged relative to the loss: 1e-10 of it, over curvatures near eight.
    np.testing.assert_allclose(at, exact, atol=1e-9)
    assert n_lost == 0


@pytest.mark.parametrize(
    ("function", "starts"),
    [
        (lambda x: jnp.sum(jax.nn.softplus(x)), [-1.0, 2.0]),
        (lambda x: jnp.sum(jnp.exp(-x)), [0.5, 2.0]),
        (lambda x: jnp.sum(1e-13 * x**2 + jnp.exp(-(x**2))), [20.0, 40.0]),
    ],
    ids=["softplus", "exponential", "far from everything"],
)
def test_what_is_flat_at_rest_is_no_minimum(function, starts):
    at, n_lost = rests(function, starts, start_width=2.0)
    assert len(at) == 0 and n_lost == 2
