"""Quality of a superposition on held-out rows, beside that of its single minima."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ..analysis.minima.calibration import calibration
from ..analysis.minima.metrics import auc_score, classification_metrics
from ..display import shown
from ..landscape.network import Network
from ..problems.capabilities import HasOutputs
from ..problems.predictions import class_probabilities
from .majority_vote import MajorityVote, majority_vote
from .superposition import SuperposedClassifier


@dataclass(frozen=True)
class HeldOutQuality:
    """Quality of class probabilities on held-out rows.

    Attributes:
        auc: area under the ROC curve.
        accuracy: share of the rows whose class is the most probable one.
        brier: mean squared difference of probabilities and classes.
        calibration_error: mean absolute difference between confidence and share of right answers.
    """

    auc: float
    accuracy: float
    brier: float
    calibration_error: float


@dataclass(frozen=True)
class SuperpositionComparison:
    """A superposition and single minima on the same held-out rows.

    Attributes:
        lowest_minimum: of the minimum of lowest loss.
        superposed: of the superposition.
        best_single_auc: of the best minimum of all in hindsight.
        theoretical_maximum_auc: if the minimum that serves each row best were known.
        best_individual_auc: of the best of the chosen minima.
        majority: their vote.
    """

    lowest_minimum: HeldOutQuality
    superposed: HeldOutQuality
    best_single_auc: float
    theoretical_maximum_auc: float
    best_individual_auc: float
    majority: MajorityVote


@shown
@dataclass(frozen=True, eq=False)
class Specialisation:
    """Which rows each minimum of a superposition serves.

    Attributes:
        probability_of_right: of each minimum, for the right class of each row [minima N].
        picked: the minimum whose say counts most for each row, by position [N].
    """

    probability_of_right: Float[np.ndarray, "minima N"]
    picked: Int[np.ndarray, " N"]


def held_out_quality(
    p: Float[np.ndarray, "N classes"], targets: Int[np.ndarray, " N"]
) -> HeldOutQuality:
    """Measure class probabilities [N classes] on the numbers of the right classes [N]."""
    reliability = calibration(p, targets)
    return HeldOutQuality(
        auc=auc_score(targets, p),
        accuracy=float(np.mean(p.argmax(axis=1) == targets)),
        brier=reliability.brier,
        calibration_error=reliability.expected_calibration_error,
    )


def compare_with_single_minima(
    model: SuperposedClassifier,
    network: Network,
    problem: HasOutputs,
    inputs: Float[np.ndarray, "N inputs"],
    labels: np.ndarray,
) -> SuperpositionComparison:
    """A fitted superposition beside the minima that it was chosen from.

    Args:
        model: fitted.
        network: the minima that it was chosen from.
        problem: whose minima they are; predicts classes.
        inputs, labels: held-out rows [N inputs] and [N].
    """
    targets = np.searchsorted(model.classes_, labels)
    lowest = class_probabilities(problem, network.coordinates[network.global_minimum], inputs)
    single = classification_metrics(network, problem, inputs, targets)
    each = model.probabilities_of_minima(inputs)
    return SuperpositionComparison(
        lowest_minimum=held_out_quality(lowest, targets),
        superposed=held_out_quality(model.predict_proba(inputs), targets),
        best_single_auc=float(single.auc.max()),
        theoretical_maximum_auc=model.theoretical_maximum_auc(inputs, labels),
        best_individual_auc=max(auc_score(targets, p) for p in each),
        majority=majority_vote(each, targets),
    )


def specialisation(
    model: SuperposedClassifier, inputs: Float[np.ndarray, "N inputs"], labels: np.ndarray
) -> Specialisation:
    """Which of the rows [N inputs] with labels [N] each minimum of a fitted superposition serves."""
    targets = np.searchsorted(model.classes_, labels)
    p = model.probabilities_of_minima(inputs)
    return Specialisation(p[:, np.arange(len(targets)), targets], model.picked(inputs))
