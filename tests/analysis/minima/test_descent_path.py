"""Training runs on the landscape."""

import numpy as np
import pytest
import torch

import thalweg as tw
from thalweg.analysis import descent_path
from thalweg.problems import double_well
from thalweg.search import SGD, train


@pytest.fixture(scope="module")
def wells():
    return tw.explore(double_well(), connect=False, minima=2, workers=1)


def test_checkpoints_lie_in_the_basins_on_either_side(wells):
    x = np.array([[0.6, 1.0], [0.2, 0.5], [-0.1, 0.4], [-0.9, 0.0], [0.3, 0.0]])
    path = descent_path(wells, x)
    sides = np.sign(wells.network().coordinates[path.minima, 0])
    assert sides.tolist() == [1, 1, -1, -1, 1]
    assert path.n_changes == 2 and len(path.walk) == 3 and path.new_minima == ()
    ends = np.column_stack([sides, np.zeros(5)])
    np.testing.assert_allclose(path.distances, np.linalg.norm(x - ends, axis=1), atol=1e-8)
    np.testing.assert_allclose(path.losses[:2], (x[:2, 0] ** 2 - 1) ** 2 + x[:2, 1] ** 2)


def test_minima_that_the_landscape_lacks_are_numbered_on():
    landscape = tw.Landscape.create(double_well())
    path = descent_path(landscape, np.array([[0.9, 0.0], [-0.9, 0.0], [0.8, 0.0]]))
    assert path.minima.tolist() == [0, 1, 0] and path.n_known == 0
    assert [round(m.coordinates[0]) for m in path.new_minima] == [1, -1]


def test_a_place_from_which_nothing_is_reached_is_left_out_of_the_walk():
    slope = tw.problems.Function(lambda x: x[0] ** 3 - 3 * x[0], dimension=1, bounds=(-3.0, 3.0))
    path = descent_path(tw.Landscape.create(slope), np.array([[0.0], [-2.0], [0.5]]))
    assert path.minima.tolist() == [0, -1, 0] and path.walk.tolist() == [0]
    assert np.isnan(path.minimum_losses[1]) and np.isnan(path.distances[1])


def test_our_run_ends_in_the_basin_of_the_minimum_that_it_is_quenched_to(xor):
    landscape = tw.explore(xor, minima=4, connect=False, workers=1)
    run = train(xor, np.full((1, xor.dimension), 0.5), SGD(2, 30, 0.1), checkpoints=6)[0]
    path = descent_path(landscape, run.parameters)
    np.testing.assert_allclose(path.losses, run.losses, rtol=1e-13)
    assert (path.minimum_losses <= path.losses + 1e-12).all()


def test_parameters_of_a_pytorch_module_in_their_order_are_a_vector_of_its_problem():
    x, y = torch.randn(8, 2, dtype=torch.float64), torch.tensor([0, 1] * 4)
    module = torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.Tanh(), torch.nn.Linear(1, 2))
    module.double()
    problem = tw.problems.from_torch(module, torch.nn.CrossEntropyLoss(), (x, y))
    checkpoint = torch.cat([p.detach().ravel() for p in module.parameters()])
    np.testing.assert_array_equal(problem.initial, checkpoint)
