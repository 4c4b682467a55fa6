"""Quenches: what ends as a minimum, and what is only counted."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.problems import Function, double_well, muller_brown, schwefel
from thalweg.search.quench import Quench
from thalweg.search.steps.newton import Newton
from thalweg.search.walks.lbfgs import LBFGS

# Müller & Brown's table gives three decimals.
MULLER_BROWN = [-146.700, -108.167, -80.768]


def distinct(minima):
    return sorted({round(m.loss, 3) for m in minima if m is not None})


def starts(problem, n, seed=0):
    rng = np.random.default_rng(seed)
    lower, upper = problem.bounds or (-2.0, 2.0)
    return rng.uniform(lower, upper, size=(n, problem.dimension))


@pytest.mark.parametrize("first", [None, LBFGS(tolerance=1e-5)])
def test_muller_brown_has_its_three_minima(first):
    problem = muller_brown()
    result = tw.quench(problem, starts(problem, 200), Quench(first=first))
    assert distinct(result.minima) == MULLER_BROWN
    assert result.counts.minima == 200


def test_points_at_rest_at_the_bounds_are_counted_and_are_no_minima():
    problem = schwefel()
    result = tw.quench(problem, starts(problem, 300))
    inside = [m for m in result.minima if m is not None]
    assert result.counts.at_bounds > 0 and result.counts.minima == len(inside)
    assert all((np.abs(m.coordinates) < 500).all() for m in inside)
    assert all((m.spectrum > 0).all() and m.rms_gradient < m.tolerance for m in inside)


def test_a_quench_from_a_transition_state_leaves_it():
    result = tw.quench(double_well(), np.array([[0.0, 0.5], [0.0, 0.0]]))
    assert [m is not None and round(m.loss, 9) == 0 for m in result.minima] == [True, True]


def test_flat_directions_losses_without_bound_and_nan_are_counted_not_stored():
    valley = Function(lambda x: x[0] ** 2, dimension=2, name="valley")
    slope = Function(lambda x: x[0] + x[1] ** 2, dimension=2, name="slope")
    hole = Function(lambda x: jnp.log(x[0]) + x[1] ** 2, dimension=2, name="hole")
    start = np.array([[-1.0, 0.5]])
    assert tw.quench(valley, start).counts.flat == 1
    assert tw.quench(slope, start).counts.not_converged == 1
    assert tw.quench(hole, start).counts.non_finite == 1
    for problem in (valley, slope, hole):
        assert tw.quench(problem, start).minima == (None,)


def test_the_wrong_dimension_is_refused():
    with pytest.raises(ValueError, match="starts must have shape"):
        tw.quench(double_well(), np.zeros((3, 5)))


def test_lbfgs_stays_in_the_basin_of_its_start():
    problem = double_well()
    x = np.array([[0.05, 0.3], [-0.05, 0.3]])
    ends = [m.coordinates[0] for m in tw.quench(problem, x, Quench(first=LBFGS())).minima]
    np.testing.assert_allclose(ends, [1, -1], atol=1e-9)


def test_minima_of_a_network_carry_the_spectrum_of_the_full_vector(spiral_network):
    rng = np.random.default_rng(0)
    result = tw.quench(spiral_network, rng.normal(size=(8, 17)) * 4)
    for minimum in result.minima:
        assert minimum is not None
        with jax.enable_x64(True):
            _, gradient, hessian = spiral_network.value_gradient_hessian(
                jnp.asarray(minimum.coordinates)
            )
        assert np.sqrt(np.mean(np.asarray(gradient) ** 2)) < 1e-10
        # Eigenvalues of two different but equal matrices: rounding of the largest, near one.
        np.testing.assert_allclose(minimum.spectrum, np.linalg.eigvalsh(hessian), atol=1e-12)
        # SCIENCE, section 2: LPPHE_full = LPPHE_reduced + (H + 1)(ln 2 + ln 2·l2), where the
        # reduced form's coordinates v = w2 − w1 are √2 longer than ours: H + 1 times ln 2.
        n_soft = np.sum(np.isclose(minimum.spectrum, 2e-5, rtol=1e-9))
        assert n_soft >= 4


def test_results_do_not_depend_on_the_width_of_the_users_own_arrays():
    assert jnp.zeros(1).dtype == jnp.float32
    tw.quench(double_well(), np.array([[0.5, 0.5]]), Quench(finish=Newton(max_radius=0.5)))
    assert jnp.zeros(1).dtype == jnp.float32


def test_a_class_in_place_of_an_object_is_named():
    with pytest.raises(TypeError, match=r"LBFGS is a class: pass an object, `LBFGS\(\)`"):
        tw.quench(tw.problems.double_well(), np.zeros((1, 2)), tw.search.LBFGS)


def test_rules_of_another_index_do_not_make_a_pathway_search():
    with pytest.raises(ValueError, match="eigenvector_following must be a step rule of index 1"):
        tw.search.PathwaySearch(eigenvector_following=Newton())
    with pytest.raises(TypeError, match="abstract"):
        tw.search.StepRule()
