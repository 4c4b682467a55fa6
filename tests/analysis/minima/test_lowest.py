"""The stationary points of lowest loss."""

import numpy as np
import pytest

from thalweg import Minimum
from thalweg.analysis import lowest_points


def points(*losses):
    return [Minimum(loss, np.zeros(1), np.ones(1), 0.0) for loss in losses]


def test_the_lowest_come_first_and_no_more_than_asked_for():
    few = points(3.0, 1.0, 2.0)
    assert [point.loss for point in lowest_points(few)] == [1.0, 2.0, 3.0]
    assert [point.loss for point in lowest_points(few, 2)] == [1.0, 2.0]
    with pytest.raises(ValueError, match="most must be at least 1, got 0"):
        lowest_points(few, 0)
