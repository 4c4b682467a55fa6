"""Straight lines from starts to minima."""

import numpy as np
import pytest

from thalweg.analysis import linear_interpolation, monotone_lines
from thalweg.problems import double_well


def test_lines_within_a_basin_fall_and_those_that_a_descent_bends_around_do_not():
    # From (0.1, y) steepest descent bends into the well at (1, 0); from (−2, 0) it goes straight.
    x = np.array([[-2.0, 0.0], [1.5, 0.0], [0.9, 0.1], [1.0, 1.0], [-0.9, -0.1]])
    result = monotone_lines(double_well(), x, "steepest_descent")
    assert result.is_monotone.all() and result.share == 1 and result.n_starts == 5
    np.testing.assert_allclose(result.lengths[:2], [1.0, 0.5], atol=1e-8)
    # Wilson's interval for five of five: 1/(1 + z²/5).
    assert tuple(result.interval) == pytest.approx((1 / (1 + 1.959964**2 / 5), 1.0), abs=1e-6)


def test_the_line_ends_where_the_descent_came_to_rest_and_not_in_another_image(xor):
    starts = 6 * np.random.default_rng(0).normal(size=(6, xor.dimension))
    as_found = monotone_lines(xor, starts)
    aligned = monotone_lines(xor, starts, align=True)
    assert len(as_found.lengths) == len(aligned.lengths)
    assert (aligned.lengths <= as_found.lengths + 1e-9).all()
    assert as_found.law == "starts that were given"
    is_up = as_found.barriers > 0
    assert not as_found.is_monotone[is_up].any()


def test_a_number_of_starts_is_drawn_from_the_law_of_the_problem(xor):
    result = monotone_lines(xor, 6, seed=1)
    assert result.n_starts == 6 and result.law == xor.start_law
    with pytest.raises(ValueError, match="points"):
        monotone_lines(xor, 6, points=2)


def test_a_line_that_rises_on_its_way_is_not_monotone():
    # The line between the wells climbs the pass; as a line from a start it would count as not monotone.
    line = linear_interpolation(double_well(), np.array([-1.2, 0.0]), np.array([1.0, 0.0]))
    assert not line.is_monotone and line.barrier > 0
