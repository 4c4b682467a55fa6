"""The curve of true against false positives, whose area ranks minima as classifiers."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from ...display import shown


@shown
@dataclass(frozen=True, eq=False)
class RocCurve:
    """The receiver operating characteristic of a score: T(P) against F(P).

    Attributes:
        thresholds: P, from above the highest score downwards; a point counts as positive if its score is
            at least P [thresholds]. The first is infinite: nothing is positive.
        false_positive_rate: F(P), the share of the negative points that count as positive [thresholds].
        true_positive_rate: T(P), the share of the positive points that do [thresholds].
        area: ∫ T dF, by trapezia: ties count one half, as in `auc_score`. The published sum counts them one,
            which makes no difference without ties.
    """

    thresholds: Float[np.ndarray, " thresholds"]
    false_positive_rate: Float[np.ndarray, " thresholds"]
    true_positive_rate: Float[np.ndarray, " thresholds"]
    area: float


def roc_curve(score: Float[np.ndarray, " N"], is_positive: Bool[np.ndarray, " N"]) -> RocCurve:
    """The ROC curve of a score, for example the probability of a class.

    Args:
        score: of each point; the higher, the more likely positive [N].
        is_positive: whether each point is [N].

    Raises:
        ValueError: if there is a score that is no number, no positive or no negative point, or the two
            arrays differ in length.

    Reference:
        Fawcett, Pattern Recognit. Lett. 27, 861 (2006); Niroomand, thesis (Cambridge), eqs. 1.9 to 1.11.
    """
    if len(score) != len(is_positive):
        raise ValueError(
            f"score and is_positive must be of one length, got {len(score)} and {len(is_positive)}."
        )
    if np.isnan(score).any():
        raise ValueError("score holds NaN, which is neither above nor below a threshold.")
    n_positive, n_negative = int(is_positive.sum()), int((~is_positive).sum())
    if n_positive == 0 or n_negative == 0:
        raise ValueError(
            f"a ROC curve needs points of both kinds, got {n_positive} positive and {n_negative} negative."
        )
    order = np.argsort(-score, kind="stable")
    # Points of one score pass the threshold together.
    last_of_score = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    true = np.append(0, np.cumsum(is_positive[order])[last_of_score]) / n_positive
    false = np.append(0, np.cumsum(~is_positive[order])[last_of_score]) / n_negative
    thresholds = np.append(np.inf, score[order][last_of_score])
    return RocCurve(thresholds, false, true, float(np.trapezoid(true, false)))
