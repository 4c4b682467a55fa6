"""Minimisers side by side."""

import numpy as np
import pytest

import thalweg as tw
from thalweg.analysis import compare_minimisers
from thalweg.problems import double_well
from thalweg.search import SGD, SciPyMinimiser

STARTS = np.array([[0.3, 0.3], [-0.4, 0.3], [0.9, 0.0], [1.3, -0.4], [-1.1, 0.2], [0.5, 0.1]])


@pytest.fixture(scope="module")
def comparison():
    methods = {
        "L-BFGS": "lbfgs",
        "Newton": "newton",
        "whole gradient": SGD(None, 200, 0.02),
        "SciPy": SciPyMinimiser(),
        "CG": SciPyMinimiser("CG"),
    }
    return compare_minimisers(double_well(), methods, STARTS)


def test_all_of_them_know_the_same_minima_and_stay_in_the_basin_if_they_step_carefully(comparison):
    table = comparison.table()
    assert len(comparison.losses) == 2 and (table["reached"] == 1).all()
    assert (table.loc[["L-BFGS", "whole gradient", "steepest descent"], "same basin"] == 1).all()
    sides = np.sign(STARTS[:, 0])
    assert len(set(zip(sides, comparison.minima[-1], strict=True))) == 2
    assert (table["of no other"] == 0).all() and (table["steps a start"] > 0).all()


def test_the_share_of_the_basin_has_wilson_s_interval(comparison):
    # Six of six: 1/(1 + z²/6).
    assert comparison.agreement(0).lower == pytest.approx(1 / (1 + 1.959964**2 / 6), abs=1e-6)


def test_minima_of_a_landscape_keep_their_numbers_and_others_are_new():
    whole = tw.explore(double_well(), minima=2, connect=False, workers=1)
    known = compare_minimisers(double_well(), {"L-BFGS": "lbfgs"}, STARTS, landscape=whole)
    sides = np.sign(whole.network().coordinates[known.minima[0], 0])
    np.testing.assert_array_equal(sides, np.sign(STARTS[:, 0]))
    assert known.n_known == 2 and known.table()["new"].tolist() == [0, 0]
    empty = tw.Landscape.create(double_well())
    unknown = compare_minimisers(double_well(), {"L-BFGS": "lbfgs"}, STARTS, landscape=empty)
    assert unknown.n_known == 0 and unknown.table()["new"].tolist() == [2, 2]


def test_scipy_keeps_bounds_and_no_methods_are_refused():
    problem = tw.problems.Function(
        lambda x: (x[0] - 3) ** 2 + x[1] ** 2, dimension=2, bounds=(-1.0, 2.0)
    )
    descent = SciPyMinimiser().descend(problem, np.array([[0.0, 0.5]]))
    np.testing.assert_allclose(descent.x, [[2.0, 0.0]], atol=1e-6)
    assert descent.evaluations[0] > 0
    with pytest.raises(ValueError, match="methods is empty"):
        compare_minimisers(double_well(), {})


def test_scipy_is_refused_under_names_that_it_lacks(no_type_checks):
    with pytest.raises(ValueError, match="L-BFGS-B"):
        SciPyMinimiser("Newton")
