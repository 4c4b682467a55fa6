"""Planes through minima, as contours and as a surface."""

import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg import analysis, plot


def bowl(x):
    """Curvatures 2, 6 and 4 along the three axes."""
    return x[0] ** 2 + 3 * x[1] ** 2 + 2 * x[2] ** 2


@pytest.fixture(scope="module")
def plane():
    problem = tw.problems.Function(bowl, dimension=3, bounds=(-3.0, 3.0))
    return analysis.loss_slice(problem, [np.zeros(3), np.array([1.0, 0, 0])], resolution=11)


def test_two_points_span_a_plane_with_the_softest_direction_across(plane):
    assert np.abs(plane.axes) == pytest.approx(np.array([[1, 0, 0], [0, 0, 1]]), abs=1e-12)
    u, v = np.meshgrid(plane.u, plane.v)
    assert plane.losses == pytest.approx(u**2 + 2 * v**2, abs=1e-12)


def test_a_surface_is_cut_off_at_the_top(plane):
    ax = plot.loss_surface(plane, top=1.0, names=("deep", "end"))
    assert ax.name == "3d" and ax.get_zlim() == pytest.approx((plane.losses.min(), 1.0))
    assert [t.get_text() for t in ax.texts] == ["deep", "end"]
    assert len(ax.collections) == 1


def test_contours_name_the_points_that_there_are(plane):
    ax = plot.loss_slice(plane)
    assert [t.get_text() for t in ax.texts] == ["A", "B"]


def test_a_function_of_one_variable_has_no_plane():
    problem = tw.problems.Function(lambda x: jnp.sum(x**2), dimension=1, bounds=(-1.0, 1.0))
    with pytest.raises(ValueError, match="two parameters"):
        analysis.loss_slice(problem, [np.zeros(1), np.ones(1)])
