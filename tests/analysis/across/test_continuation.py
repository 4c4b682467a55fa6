"""Stationary points followed in a parameter: folds that are known, and their laws."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import thalweg as tw
from thalweg.analysis import BranchEnd, fold_law, follow, mergers
from thalweg.problems import CoordinateFamily, Function, GaussianProcess, ParameterFamily
from thalweg.problems.kernels import Matern

# d/dx (x² − 1)² + p x has three roots for |p| below this, one above.
TILT = 8 / (3 * np.sqrt(3))


def fold_normal_form(z):
    """A fold at p = 0: minima at x = √p, transition states at −√p; the second coordinate follows p."""
    return z[0] ** 3 / 3 - z[2] * z[0] + (z[1] - z[2]) ** 2


def tilted(z):
    return (z[0] ** 2 - 1) ** 2 + z[1] * z[0]


@pytest.fixture(scope="module")
def fold():
    return CoordinateFamily(Function(fold_normal_form, dimension=3), 2, "p")


@pytest.fixture(scope="module")
def tilt():
    return CoordinateFamily(Function(tilted, dimension=2), 1, "tilt")


def test_a_minimum_goes_through_its_fold_and_arrives_on_the_transition_state(fold):
    branches = follow(fold, np.array([[1.0, 1.0], [-1.0, 1.0]]), 1.0, -1.0)
    for branch, start in zip(branches, (0, 1), strict=True):
        assert branch.end is BranchEnd.RETURNED
        assert branch.index[0] == start and branch.index[-1] == 1 - start
        # A step tests the gradient to 1e-10; x = ±√p turns that into p to well below 1e-8.
        assert abs(branch.folds[0].value) < 1e-8 and abs(branch.folds[0].eigenvalue) < 1e-8
        assert branch.folds[0].towards == 1
        np.testing.assert_allclose(branch.coordinates[:, 0] ** 2, branch.values, atol=1e-9)
        assert (branch.rms_gradient < 1e-10).all()
    (merger,) = mergers(branches, fold.problem_at(1.0).symmetry)
    assert merger.pair == (0, 1)


def test_the_pair_draws_apart_by_the_law_of_a_fold(fold):
    (branch,) = follow(fold, np.array([[1.0, 1.0]]), 1.0, -1.0)
    law = fold_law(fold, branch.folds[0])
    # The normal form has no higher terms: what is left is rounding of the barrier, 1e-8 at p = 1e-5.
    assert law.eigenvalue == pytest.approx(0.5, abs=1e-4)
    assert law.distance == pytest.approx(0.5, abs=1e-4)
    assert law.barrier == pytest.approx(1.5, abs=1e-3)


@settings(max_examples=10)
@given(st.floats(0.6, 3.0))
def test_a_fold_is_found_wherever_it_lies(scale):
    family = CoordinateFamily(
        Function(lambda z: scale * (z[0] ** 2 - 1) ** 2 + z[1] * z[0], dimension=2), 1
    )
    (branch,) = follow(family, np.array([[1.0]]), 0.0, 6.0)
    # The well that rises meets the barrier, which is at zero without a tilt.
    assert [f.value for f in branch.folds] == pytest.approx([scale * TILT], abs=1e-8)
    assert branch.end is BranchEnd.RETURNED and branch.coordinates[-1] == pytest.approx(
        0.0, abs=1e-9
    )


def test_the_weight_of_the_penalty_leads_to_where_a_quench_leads(xor):
    start = tw.explore(xor, minima=3, connect=False).minima()[0]
    family = ParameterFamily(xor, "l2")
    (branch,) = follow(family, start.coordinates[None], float(xor.l2), 3e-3)
    assert branch.end is BranchEnd.REACHED and branch.values[-1] == pytest.approx(3e-3)
    minimum = tw.quench(family.problem_at(3e-3), branch.coordinates[-1:]).minima[0]
    assert minimum.loss == pytest.approx(branch.losses[-1], abs=1e-12)


@pytest.mark.slow
def test_the_smoothness_of_a_gaussian_process_is_followed():
    rng = np.random.default_rng(0)
    x = rng.uniform(-2, 2, size=(15, 1))
    y = np.sin(3 * x[:, 0]) + 0.1 * rng.normal(size=15)
    problem = GaussianProcess.from_data(x, y, kernel=Matern(1.5), prior_width=2.0)
    minima = tw.explore(problem, minima=5, connect=False).minima()
    family = ParameterFamily(problem, "nu")
    branches = follow(family, np.array([m.coordinates for m in minima]), 1.5, 2.5)
    at_end = GaussianProcess.from_data(x, y, kernel=Matern(2.5), prior_width=2.0)
    for branch in branches:
        assert branch.end in (BranchEnd.REACHED, BranchEnd.RETURNED)
        if branch.end is BranchEnd.REACHED:
            # Followed through the quadrature, arrived at the closed form.
            minimum = tw.quench(at_end, branch.coordinates[-1:]).minima[0]
            assert minimum.loss == pytest.approx(branch.losses[-1], abs=1e-9)


def test_points_that_are_not_stationary_and_parameters_that_are_none_are_refused(xor, tilt):
    with pytest.raises(ValueError, match="not stationary at tilt"):
        follow(tilt, np.array([[0.5]]), 0.0, 1.0)
    with pytest.raises(ValueError, match="two different, finite values"):
        follow(tilt, np.array([[1.0]]), 1.0, 1.0)
    with pytest.raises(ValueError, match=r"shape \[points 1\]"):
        follow(tilt, np.zeros((1, 3)), 0.0, 1.0)
    with pytest.raises(ValueError, match="no parameter 'nu' to follow; it has l2"):
        ParameterFamily(xor, "nu")
    with pytest.raises(ValueError, match="must stay positive"):
        follow(ParameterFamily(xor, "l2"), np.zeros((1, xor.dimension)), 1e-3, -1.0)


def test_a_branch_that_leaves_the_bounds_says_so():
    def shifted(z):
        return (z[0] - z[1]) ** 2

    family = CoordinateFamily(Function(shifted, dimension=2, bounds=(-2.0, 2.0)), 1)
    (branch,) = follow(family, np.array([[0.0]]), 0.0, 5.0)
    assert branch.end is BranchEnd.LEFT_BOUNDS and branch.values[-1] == pytest.approx(2.0, abs=0.2)


def test_where_a_branch_cannot_be_continued_what_is_known_of_it_remains():
    # The gradient of |x − p| x² has a kink: Newton's method fails beyond it.
    def broken(z):
        return jnp.where(z[1] < 0.5, z[0] ** 2, jnp.nan)

    family = CoordinateFamily(Function(broken, dimension=2), 1)
    (branch,) = follow(family, np.array([[0.0]]), 0.0, 1.0)
    assert branch.end is BranchEnd.LOST and 0.3 < branch.values[-1] < 0.5
    assert len(branch.values) > 3
