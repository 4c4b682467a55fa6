"""Quality of each minimum as a classifier: loss, accuracy and ROC-AUC on some data."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped
from scipy.stats import rankdata

from ...display import shown
from ...landscape.network import Network
from ...problems.capabilities import HasOutputs
from ...problems.predictions import ClassPrediction, class_prediction


@shown
@dataclass(frozen=True, eq=False)
class ClassificationMetrics:
    """How well each minimum classifies some data.

    Attributes:
        loss: mean cross-entropy, without any penalty or weights, in nats [minima].
        accuracy: share of the points whose class is the most probable one [minima].
        auc: area under the ROC curve; for more than two classes the mean of one against the rest.
            NaN for a class that the data do not have [minima].
    """

    loss: Float[np.ndarray, " minima"]
    accuracy: Float[np.ndarray, " minima"]
    auc: Float[np.ndarray, " minima"]


def classification_metrics(
    network: Network,
    problem: HasOutputs,
    inputs: Shaped[np.ndarray, "N ..."],
    targets: Shaped[np.ndarray, "N ..."],
) -> ClassificationMetrics:
    """Loss, accuracy and ROC-AUC of every minimum on `inputs` [N inputs] and `targets` [N].

    Args:
        network: minima with coordinates.
        problem: predicts classes; for example a `NeuralNetwork`, or a model of your own.
        inputs: treated as the training inputs were.
        targets: numbers of the classes, 0 … classes − 1, in the problem's order [N] or [N 1].

    Raises:
        ValueError: if there are no data, the targets are no such numbers, the network has no coordinates,
            the problem predicts no classes, or it is not known what its outputs are.
    """
    if len(inputs) == 0 or len(inputs) != len(targets):
        raise ValueError(
            f"inputs and targets must hold the same number of points, at least one; got {len(inputs)} "
            f"and {len(targets)}."
        )
    network.require_coordinates()
    numbers = np.asarray(targets).ravel()
    if len(numbers) != len(inputs):
        raise ValueError(
            f"targets must hold the number of one class a row, got shape {np.shape(targets)}. Of one-hot "
            "rows it is targets.argmax(axis=1)."
        )
    rows = [_measure(class_prediction(problem, x, inputs), numbers) for x in network.coordinates]
    loss, accuracy, auc = np.array(rows, dtype=np.float64).reshape(-1, 3).T
    return ClassificationMetrics(loss, accuracy, auc)


def top_k_accuracy(
    network: Network,
    problem: HasOutputs,
    inputs: Shaped[np.ndarray, "N ..."],
    targets: Shaped[np.ndarray, "N ..."],
    *,
    k: int = 2,
) -> Float[np.ndarray, " minima"]:
    """Share of the points whose class is among the `k` most probable ones, of every minimum [minima].

    Args:
        network, problem, inputs, targets: as in `classification_metrics`.
        k: classes that may be named; the accuracy for one, 1 for all. Among equally probable classes those
            of lower number are named first.

    Raises:
        ValueError: as `classification_metrics`, or if `k` is below one.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}.")
    network.require_coordinates()
    shares = []
    for x in network.coordinates:
        p = class_prediction(problem, x, inputs).probabilities
        numbers = _class_numbers(np.asarray(targets).ravel(), p.shape[1])
        named = np.argsort(-p, axis=1, kind="stable")[:, :k]
        shares.append(np.mean((named == numbers[:, None]).any(axis=1)))
    return np.array(shares, dtype=np.float64)


def _measure(
    prediction: ClassPrediction, targets: Shaped[np.ndarray, " N"]
) -> tuple[float, float, float]:
    p = prediction.probabilities
    classes = _class_numbers(targets, p.shape[1])
    loss = -float(np.mean(prediction.log_probabilities[np.arange(len(classes)), classes]))
    accuracy = float(np.mean(p.argmax(axis=1) == classes))
    return loss, accuracy, auc_score(classes, p)


def _class_numbers(targets: Shaped[np.ndarray, " N"], n_classes: int) -> Int[np.ndarray, " N"]:
    """Targets as integers, if they are numbers of classes."""
    strangers = np.setdiff1d(targets, np.arange(n_classes))
    if len(strangers):
        raise ValueError(
            f"targets must be numbers of classes from 0 to {n_classes - 1}, got {strangers[0]!r}. Number "
            "labels in sorted order, as `Dataset.class_numbers` does."
        )
    return np.asarray(targets).astype(np.int64)


def auc_score(
    targets: Int[np.ndarray, " N"], probabilities: Float[np.ndarray, "N classes"]
) -> float:
    """Area under the ROC curve of class probabilities; for more than two classes one against the rest.

    The mean over the classes in the second case.

    Args:
        targets: numbers of the classes [N].
        probabilities: of the classes [N classes].

    Returns:
        From 0 to 1; NaN if the targets lack a class.
    """
    return float(auc_scores(targets, probabilities[None])[0])


def auc_scores(
    targets: Int[np.ndarray, " N"], probabilities: Float[np.ndarray, "models N classes"]
) -> Float[np.ndarray, " models"]:
    """`auc_score` of the class probabilities of each of several models [models N classes]."""
    n_classes = probabilities.shape[2]
    classes = [1] if n_classes == 2 else range(n_classes)
    areas = [_areas(probabilities[:, :, c], targets == c) for c in classes]
    return np.asarray(np.mean(areas, axis=0))


def _areas(
    scores: Float[np.ndarray, "models N"], is_positive: Bool[np.ndarray, " N"]
) -> Float[np.ndarray, " models"]:
    """Share of pairs of unlike points that the scores put in order; ties count one half."""
    n_positive = int(is_positive.sum())
    n_negative = len(is_positive) - n_positive
    if n_positive == 0 or n_negative == 0:
        return np.full(len(scores), np.nan)
    rank_sums = rankdata(scores, axis=1)[:, is_positive].sum(axis=1)
    return np.asarray((rank_sums - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative))
