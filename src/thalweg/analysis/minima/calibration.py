"""Whether predicted probabilities are frequencies."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True)
class Calibration:
    """How far class probabilities are from observed frequencies.

    Attributes:
        brier: mean over points of the squared distance between the probabilities and the class as a
            unit vector, halved: from 0 to 1, and for two classes the usual Brier score.
        expected_calibration_error: mean over points of |confidence − accuracy| of the bin that a
            point's confidence (its largest probability) falls into.
        n_bins: of equal width.
    """

    brier: float
    expected_calibration_error: float
    n_bins: int


def calibration(
    probabilities: Float[np.ndarray, "N classes"],
    targets: Int[np.ndarray, " N"],
    *,
    n_bins: int = 15,
) -> Calibration:
    """Brier score and expected calibration error of class probabilities [N classes] for classes [N].

    Raises:
        ValueError: if there are no points, or `n_bins` is below one.

    Reference: Guo, Pleiss, Sun & Weinberger, ICML (2017), equation 3.
    """
    if len(targets) == 0 or n_bins < 1:
        raise ValueError(
            f"calibration needs points and at least one bin, got {len(targets)} and {n_bins}."
        )
    outcomes = np.eye(probabilities.shape[1])[targets]
    brier = float(np.mean(np.sum((probabilities - outcomes) ** 2, axis=1)) / 2)
    confidence = probabilities.max(axis=1)
    is_right = probabilities.argmax(axis=1) == targets
    bins = np.minimum((confidence * n_bins).astype(np.int64), n_bins - 1)
    gaps = np.bincount(bins, weights=confidence - is_right, minlength=n_bins)
    return Calibration(brier, float(np.abs(gaps).sum() / len(targets)), n_bins)
