"""Why weights into one output are positive and into the other negative."""

import numpy as np
import pytest

from thalweg.learn import TrainedNetwork, output_pattern, positive_image
from thalweg.search import quench


def probabilities(x, xor):
    inputs = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [0.3, 0.7]])
    return TrainedNetwork.from_vector(x, xor.sizes, "tanh").predict_proba(inputs)


def test_the_penalty_makes_the_rows_opposite_and_the_image_makes_them_one_sign(xor):
    result = quench(xor, np.random.default_rng(0).normal(size=(4, xor.dimension)))
    points = [np.asarray(minimum.coordinates) for minimum in result.minima if minimum is not None]
    assert points
    for x in points:
        pattern = output_pattern(x, xor.sizes)
        # The gradient along the common shift is 2λ times the sum, and below 1e-10 at rest.
        assert pattern.imbalance < 1e-6
        image = positive_image(x, xor.sizes)
        np.testing.assert_allclose(probabilities(image, xor), probabilities(x, xor), atol=1e-14)
        if np.abs(xor.layers(x)[-1][0][:-1]).min() > 1e-6:
            assert pattern.opposite == 1 and output_pattern(image, xor.sizes).positive == 1


def test_without_a_penalty_nothing_balances_the_rows():
    x = np.random.default_rng(1).normal(size=14)
    pattern = output_pattern(x, (3, 2, 2))
    outputs = x[8:].reshape(2, 3)[:, :2]
    assert pattern.imbalance == np.abs(outputs.sum(axis=0)).max() / np.abs(outputs).max() > 0.1
    assert pattern.positive == np.mean(outputs[0] > 0)
    with pytest.raises(ValueError, match="two outputs or more"):
        output_pattern(x[:8], (1, 2, 1))
