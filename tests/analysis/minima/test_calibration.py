"""Whether probabilities are frequencies."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss

from thalweg.analysis import calibration


def test_the_brier_score_is_scikit_learns():
    rng = np.random.default_rng(0)
    p = rng.uniform(size=300)
    targets = rng.integers(2, size=300)
    result = calibration(np.column_stack([1 - p, p]), targets)
    assert result.brier == pytest.approx(brier_score_loss(targets, p), abs=1e-12)


def test_probabilities_that_are_frequencies_are_calibrated():
    rng = np.random.default_rng(0)
    p = rng.uniform(size=200_000)
    happened = (rng.uniform(size=p.size) < p).astype(np.int64)
    two = np.column_stack([1 - p, p])
    # Each of 8 occupied bins holds 25,000 points: the mean gap is about 0.5/√25,000 = 0.003.
    assert calibration(two, happened).expected_calibration_error < 0.006
    # A model that is sure where it should not be is off by its overconfidence.
    sure = np.eye(2)[two.argmax(axis=1)]
    wrong = float(np.mean(two.argmax(axis=1) != happened))
    assert calibration(sure, happened).expected_calibration_error == pytest.approx(wrong)


def test_nothing_to_measure_is_refused():
    with pytest.raises(ValueError, match="needs points and at least one bin"):
        calibration(np.zeros((0, 2)), np.zeros(0, dtype=int))
    with pytest.raises(ValueError, match="at least one bin"):
        calibration(np.full((1, 2), 0.5), np.array([0]), n_bins=0)
