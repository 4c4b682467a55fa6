"""A region that training does not see."""

import numpy as np
import pytest

from thalweg.datasets import DatasetError, hold_out_region, schwefel_surface


def test_no_training_row_lies_in_the_region_and_tests_lie_on_both_sides():
    data = schwefel_surface(40, 200, dimension=2, seed=0)
    held = hold_out_region(data, share=0.3, seed=1)
    assert len(held.data.inputs) == len(held.data.targets) == 28
    assert (held.data.inputs @ held.direction).max() <= held.threshold
    beyond = data.test_inputs @ held.direction > held.threshold
    assert held.in_region.tolist() == beyond.tolist() and 0 < beyond.sum() < 200
    np.testing.assert_array_equal(held.data.test_inputs, data.test_inputs)
    along = hold_out_region(data, direction=(0.0, 2.0))
    assert along.direction.tolist() == [0.0, 1.0]
    assert along.in_region.tolist() == (data.test_inputs[:, 1] > along.threshold).tolist()


def test_a_region_that_tests_nothing_is_refused():
    data = schwefel_surface(20, 0, dimension=2)
    with pytest.raises(DatasetError, match="0 rows for test within it"):
        hold_out_region(data)
    with pytest.raises(DatasetError, match="between 0 and 1"):
        hold_out_region(data, share=1.0)
    with pytest.raises(DatasetError, match="2 numbers, not all zero"):
        hold_out_region(data, direction=(0.0, 0.0))
