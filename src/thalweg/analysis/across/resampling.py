"""How minima change when the training data are resampled."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from ...display import shown
from ...landscape.network import Network
from ...precision import with_float64
from ...problems.capabilities import Resamplable
from ...problems.predictions import require_classes
from ...problems.problem import Problem
from ...search.quench import Quench, descend
from ...search.search_space import SearchSpace
from ...search.steps.newton import Newton
from ..minima.metrics import classification_metrics


@shown
@dataclass(frozen=True, eq=False)
class ResamplingRobustness:
    """Minima followed to bootstrap samples of the training data, and their held-out quality then.

    Attributes:
        distance: that each minimum moved, aligned; NaN where no minimum was reached
            [draws minima].
        loss_change: of the held-out cross-entropy against the original minimum, in nats
            [draws minima].
        auc_change: of the held-out ROC-AUC [draws minima].
        seed: of the samples.
    """

    distance: Float[np.ndarray, "draws minima"]
    loss_change: Float[np.ndarray, "draws minima"]
    auc_change: Float[np.ndarray, "draws minima"]
    seed: int


@with_float64
def resampling_robustness(
    network: Network,
    problem: Problem,
    test_inputs: Float[np.ndarray, "M inputs"],
    test_targets: Int[np.ndarray, " M"],
    *,
    draws: int = 5,
    seed: int = 0,
) -> ResamplingRobustness:
    """Quench every minimum on bootstrap samples of the training rows and measure it on held-out data.

    The quench takes short steps, so that a minimum is followed, not exchanged for another.

    Args:
        network: minima with coordinates.
        problem: a classifier over rows of data, for example a `NeuralNetwork`.
        test_inputs, test_targets: held-out data, as in `classification_metrics`.
        draws: bootstrap samples; each has as many rows as the training data.
        seed: of the samples.

    Raises:
        ValueError: if the problem has no rows to draw from or predicts no classes, `draws` is below
            one, the network has no minima, or as for `classification_metrics`.
    """
    if not isinstance(problem, Resamplable):
        raise ValueError(f"{problem.name} has no rows of classified data that could be resampled.")
    require_classes(problem)
    if draws < 1:
        raise ValueError(f"draws must be at least 1, got {draws}.")
    network.require_minima("robustness to resampling")
    before = classification_metrics(network, problem, test_inputs, test_targets)
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(draws):
        sample = problem.with_rows(rng.integers(0, problem.n_rows, problem.n_rows))
        minima, converged = _follow(network, sample)
        after = classification_metrics(minima, problem, test_inputs, test_targets)
        pairs = zip(minima.coordinates, network.coordinates, strict=True)
        distance = np.array([problem.symmetry.distance(x, to) for x, to in pairs])
        changes = (distance, after.loss - before.loss, after.auc - before.auc)
        rows.append([np.where(converged, change, np.nan) for change in changes])
    distance, loss_change, auc_change = np.array(rows).transpose(1, 0, 2)
    return ResamplingRobustness(distance, loss_change, auc_change, seed)


def _follow(network: Network, problem: Problem) -> tuple[Network, Bool[np.ndarray, " minima"]]:
    """The minima on another sample, and which of the quenches converged."""
    space = SearchSpace(problem)
    method = Quench(finish=Newton.within_basin())
    result = descend(space, space.contract(network.coordinates), method)
    minima = Network.from_arrays(np.zeros(len(result)), coordinates=space.expand(result.x))
    return minima, np.asarray(result.converged)
