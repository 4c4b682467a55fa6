"""Importance of inputs by the usual methods."""

from dataclasses import replace

import numpy as np
import pytest

from thalweg.learn import SuperposedFunction, input_attributions


@pytest.fixture
def one_input_matters():
    """Only the second of three inputs reaches the outputs."""
    hidden = np.array([[0.0, 1.5, 0.0, 0.0], [0.0, 0.0, 0.0, 0.3]])
    outputs = np.array([[-2.0, 0.0, 0.0], [2.0, 0.0, 0.0]])
    x = np.concatenate([hidden.ravel(), outputs.ravel()])
    one = SuperposedFunction.of_one(x, (3, 2, 2), "tanh")
    return replace(one, spread=np.array([1.0, 2.0, 1.0]))


def test_all_methods_name_the_input_that_matters(one_input_matters):
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(200, 3))
    targets = (inputs[:, 1] > 0).astype(np.int64)
    attributions = input_attributions(one_input_matters, inputs, targets)
    for values in (
        attributions.saliency,
        attributions.integrated_gradients,
        attributions.permutation,
    ):
        np.testing.assert_allclose(values[[0, 2]], 0, atol=1e-12)
    # A permuted column leaves an AUC of one half.
    assert (
        attributions.permutation[1] == pytest.approx(0.5, abs=0.05)
        and attributions.permutation_sd[1] > 0
    )
    slopes = one_input_matters.input_gradients(inputs)[np.arange(200), targets]
    np.testing.assert_allclose(attributions.saliency, np.abs(slopes).mean(axis=0), atol=1e-12)


def test_integrated_gradients_add_up_to_the_change(one_input_matters):
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(50, 3))
    targets = rng.integers(2, size=50)
    attributions = input_attributions(one_input_matters, inputs, targets)
    rows = np.arange(50)
    centre = inputs.mean(axis=0, keepdims=True)
    change = one_input_matters(inputs)[rows, targets] - one_input_matters(centre)[0, targets]
    # Completeness (Sundararajan, proposition 1); Captum's 50 Gauss-Legendre nodes are exact here.
    assert attributions.integrated_gradients[1] == pytest.approx(np.abs(change).mean(), abs=1e-6)
