"""Functions in NumPy as problems."""

import numpy as np
import pytest
from small_models import X, derivatives

import thalweg as tw


def well(x):
    return (x[0] ** 2 - 1) ** 2 + x[1] ** 2, np.array([4 * x[0] * (x[0] ** 2 - 1), 2 * x[1]])


def well_hessian(x):
    return np.diag([12 * x[0] ** 2 - 4, 2.0])


@pytest.mark.parametrize("hessian", [None, pytest.param(well_hessian, marks=pytest.mark.slow)])
def test_a_numpy_function_has_its_landscape(hessian):
    problem = tw.problems.from_numpy(well, np.zeros(2), hessian=hessian, start_width=2.0)
    point = np.array([0.3, -0.7])
    # Central differences are good to the cube root of the rounding, squared.
    np.testing.assert_allclose(derivatives(problem, point)[2], well_hessian(point), atol=1e-8)
    landscape = tw.explore(problem, minima=2, workers=1)
    network = landscape.network()
    np.testing.assert_allclose(np.sort(network.coordinates[:, 0]), [-1, 1], atol=1e-9)
    np.testing.assert_allclose(network.barrier_losses, [1.0], atol=1e-12)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: (well(x)[0], 2 * well(x)[1]), "does not fit its loss"),
        (lambda x: well(x)[0], "pair"),
        (lambda x: (well(x)[0], np.ones(3)), "shape"),
        (lambda x: (well(x)[0], well(x)[1].astype(np.float32)), "float64"),
        (lambda x: (np.random.uniform(), well(x)[1]), "differs from one call"),
    ],
)
def test_numpy_functions_that_are_refused(function, message):
    with pytest.raises(ValueError, match=message):
        tw.problems.from_numpy(function, np.zeros(2))


def test_a_loss_without_a_model_says_what_to_pass_for_predictions():
    problem = tw.problems.from_numpy(well, np.zeros(2))
    with pytest.raises(NotImplementedError, match="Pass the model itself"):
        problem.predict(np.zeros(2), X)
