"""Folds of a marginal likelihood in ν."""

import numpy as np
import pytest

import thalweg as tw
from thalweg.analysis import BranchEnd, fold_law, follow
from thalweg.datasets import schwefel_surface
from thalweg.problems import GaussianProcess, ParameterFamily
from thalweg.problems.kernels import Matern


def test_a_minimum_of_the_schwefel_surface_is_lost_in_a_fold():
    data = schwefel_surface(80, 0, dimension=4, seed=0)
    problem = GaussianProcess.from_data(data.inputs, data.targets, kernel=Matern(4.5))
    # A minimum of length scales, variance and noise that a search of random starts finds.
    near = np.array([[-0.234, 0.757, -3.281, 0.944, 0.586, -1.688]])
    (minimum,) = tw.quench(problem, near).minima
    assert minimum is not None and minimum.loss == pytest.approx(107.8667, abs=1e-4)
    family = ParameterFamily(problem, "nu")
    (branch,) = follow(family, minimum.coordinates[None], 4.5, 3.0)
    assert branch.end is BranchEnd.RETURNED and branch.index[[0, -1]].tolist() == [0, 1]
    # Published for other data: between 3.5 and 3.4.
    assert branch.folds[0].value == pytest.approx(3.515481, abs=1e-6)
    assert abs(branch.folds[0].eigenvalue) < 1e-8
    law = fold_law(family, branch.folds[0])
    # Two per cent for what is beyond the leading power at δ = 1e-3.
    assert law.eigenvalue == pytest.approx(0.5, abs=0.02)
    assert law.distance == pytest.approx(0.5, abs=0.02)
    assert law.barrier == pytest.approx(1.5, abs=0.02)
