"""How far the value of a surrogate of the AUC is from the AUC itself."""

import numpy as np
from jaxtyping import Float

from ...landscape.network import Network
from ...problems.capabilities import HasOutputs, SurrogateOfAUC
from .metrics import classification_metrics


def auc_deviation(
    network: Network,
    problem: HasOutputs,
    auc: Float[np.ndarray, " minima"] | None = None,
    *,
    with_penalty: bool = True,
) -> Float[np.ndarray, " minima"]:
    """|AUC that the loss value stands for − true AUC| of every minimum [minima], as a surrogate is judged by.

    Published is the median over minima of the difference between the value of the loss function, penalty
    included, and the true AUC. Without the penalty it is what replacing the step by the surrogate does,
    and nothing else.

    Args:
        network: minima with coordinates.
        problem: with a loss that is a surrogate of the AUC, such as `losses.ApproximateAUC` with the
            sigmoid or tanh; the other surrogates estimate no area.
        auc: true AUC of every minimum [minima]; on the training rows, which the loss is of, if None.
        with_penalty: whether the penalty counts as part of the value.

    Raises:
        ValueError: if the loss stands for no AUC, or the network has no coordinates.
    """
    network.require_coordinates()
    values = np.array(network.losses)
    if not isinstance(problem, SurrogateOfAUC) or not estimates_auc(problem):
        raise ValueError(
            f"the loss of {problem.name} stands for no area under a curve; that of the sigmoid does."
        )
    if not with_penalty:
        values -= np.array([problem.penalty(x) for x in network.coordinates])
    if auc is None:
        auc = classification_metrics(
            network, problem, problem.training_inputs, problem.training_targets
        ).auc
    estimate = problem.auc_of_loss(values)
    assert estimate is not None  # since it stands for an area
    return np.asarray(np.abs(estimate - auc))


def estimates_auc(problem: object) -> bool:
    """Whether the loss of a problem stands for an area under the ROC curve on its rows."""
    return isinstance(problem, SurrogateOfAUC) and problem.auc_of_loss(np.zeros(1)) is not None
