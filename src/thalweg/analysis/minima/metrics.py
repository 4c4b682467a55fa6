"""Quality of each minimum as a classifier: loss, accuracy and ROC-AUC on some data."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int
from scipy.stats import rankdata

from ...landscape.network import Network
from ...precision import with_float64
from ...problems.capabilities import Classifier


@dataclass(frozen=True, eq=False)
class ClassificationMetrics:
    """How well each minimum classifies some data.

    Attributes:
        loss: mean cross-entropy, without any penalty, in nats [minima].
        accuracy: share of the points whose class is the most probable one [minima].
        auc: area under the ROC curve; for more than two classes the mean of one against the rest.
            NaN for a class that the data do not have [minima].
    """

    loss: Float[np.ndarray, " minima"]
    accuracy: Float[np.ndarray, " minima"]
    auc: Float[np.ndarray, " minima"]


@with_float64
def classification_metrics(
    network: Network,
    problem: Classifier,
    inputs: Float[np.ndarray, "N inputs"],
    targets: Int[np.ndarray, " N"],
) -> ClassificationMetrics:
    """Loss, accuracy and ROC-AUC of every minimum on `inputs` [N inputs] and `targets` [N].

    Args:
        network: minima with coordinates.
        problem: gives probabilities; for example a `NeuralNetwork`.
        inputs: treated as the training inputs were.
        targets: numbers of the classes, 0 … classes − 1, in the problem's order.

    Raises:
        ValueError: if there are no data, or the network has no coordinates.
    """
    if len(inputs) == 0 or len(inputs) != len(targets):
        raise ValueError(
            f"inputs and targets must hold the same number of points, at least one; got {len(inputs)} "
            f"and {len(targets)}."
        )
    network.require_coordinates()
    on_device = jnp.asarray(inputs)
    rows = [
        _measure(np.asarray(class_probabilities(problem, jnp.asarray(x), on_device)), targets)
        for x in network.coordinates
    ]
    loss, accuracy, auc = np.array(rows, dtype=np.float64).reshape(-1, 3).T
    return ClassificationMetrics(loss, accuracy, auc)


@jax.jit
def class_probabilities(
    problem: Classifier, x: Float[Array, " d"], inputs: Float[Array, "N inputs"]
) -> Float[Array, "N classes"]:
    """Class probabilities [N classes] of the model with parameters `x` [d], compiled once a problem."""
    return problem.predict(x, inputs)


def _measure(
    p: Float[np.ndarray, "N classes"], targets: Int[np.ndarray, " N"]
) -> tuple[float, float, float]:
    correct = p[np.arange(len(targets)), targets]
    # A probability that underflows to zero would make the loss infinite.
    loss = -float(np.mean(np.log(np.maximum(correct, 1e-300))))
    accuracy = float(np.mean(p.argmax(axis=1) == targets))
    return loss, accuracy, auc_score(targets, p)


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
    n_classes = probabilities.shape[1]
    classes = [1] if n_classes == 2 else range(n_classes)
    return float(np.mean([_area(probabilities[:, c], targets == c) for c in classes]))


def _area(score: Float[np.ndarray, " N"], is_positive: Bool[np.ndarray, " N"]) -> float:
    """Share of pairs of unlike points that the score puts in order; ties count one half."""
    n_positive = int(is_positive.sum())
    n_negative = len(score) - n_positive
    if n_positive == 0 or n_negative == 0:
        return float("nan")
    rank_sum = float(rankdata(score)[is_positive].sum())
    return (rank_sum - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative)
