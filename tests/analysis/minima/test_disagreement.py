"""Rows on which two minima decide differently, against a loop over the rows."""

import numpy as np
import pytest
from written_out_model import WrittenOutModel

from thalweg import analysis
from thalweg.problems.predictions import class_probabilities


def test_it_lists_the_rows_whose_most_probable_classes_differ():
    rng, model = np.random.default_rng(0), WrittenOutModel()
    inputs, targets = rng.normal(size=(40, 2)), rng.integers(0, 3, 40)
    first, second = rng.normal(size=(2, 6))
    result = analysis.disagreement(model, first, second, inputs, targets)
    p, q = (class_probabilities(model, x, inputs) for x in (first, second))
    expected = [i for i in range(40) if p[i].argmax() != q[i].argmax()]
    assert 0 < len(expected) < 40
    assert result.rows.tolist() == expected and result.n_rows == 40
    for i, a, b, mean in zip(
        result.rows,
        result.first_right,
        result.second_right,
        result.right_probability,
        strict=True,
    ):
        assert a == (p[i].argmax() == targets[i]) and b == (q[i].argmax() == targets[i])
        assert mean == pytest.approx((p[i, targets[i]] + q[i, targets[i]]) / 2)
