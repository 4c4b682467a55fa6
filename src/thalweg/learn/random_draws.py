"""What superpositions of minima chosen at random reach: the measure of every other way to choose."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ..analysis.minima.metrics import auc_score
from ..display import shown
from .superposition import SuperposedClassifier


@shown
@dataclass(frozen=True, eq=False)
class RandomDraws:
    """Superpositions of minima that were drawn at random, on the same held-out rows.

    Attributes:
        minima: that were drawn, by index in the network [draws minima].
        individual_auc: of each of them alone [draws minima].
        auc: of each superposition [draws].
        theoretical_maximum_auc: of each [draws].
    """

    minima: Int[np.ndarray, "draws minima"]
    individual_auc: Float[np.ndarray, "draws minima"]
    auc: Float[np.ndarray, " draws"]
    theoretical_maximum_auc: Float[np.ndarray, " draws"]

    @property
    def best_individual_auc(self) -> Float[np.ndarray, " draws"]:
        """Of the best minimum of each draw [draws]."""
        return np.asarray(self.individual_auc.max(axis=1))


def random_draws(
    model: SuperposedClassifier,
    inputs: Float[np.ndarray, "N inputs"],
    labels: np.ndarray,
    test_inputs: Float[np.ndarray, "M inputs"],
    test_labels: np.ndarray,
    *,
    draws: int = 100,
) -> RandomDraws:
    """Fit a superposition of random minima so many times, and measure each on held-out rows.

    Args:
        model: how many minima of which landscape are combined by which gate; it is left as it is, and
            its `select` is not used. With one `random_state` the draws are the same.
        inputs, labels: rows to fit [N inputs], [N].
        test_inputs, test_labels: held-out rows [M inputs], [M].
        draws: how many; 100 as published.

    Raises:
        ValueError: if the model has no landscape to draw from, or there are no draws.

    Reference: Niroomand et al., Mach. Learn.: Sci. Technol. 3, 025004 (2022), table 2.
    """
    if draws < 1:
        raise ValueError(f"draws must be at least 1, got {draws}.")
    if model.landscape is None:
        raise ValueError(
            "random draws are of the minima of one landscape: pass it to the model, "
            "SuperposedClassifier(landscape, …)."
        )
    minima, individual, auc, maximum = [], [], [], []
    for draw in range(draws):
        options = model.get_params(deep=False) | {"select": f"random:{draw}"}
        fitted = SuperposedClassifier(**options).fit(inputs, labels)
        targets = np.searchsorted(fitted.classes_, test_labels)
        minima.append(fitted.selected_)
        individual.append(
            [auc_score(targets, p) for p in fitted.probabilities_of_minima(test_inputs)]
        )
        auc.append(auc_score(targets, fitted.predict_proba(test_inputs)))
        maximum.append(fitted.theoretical_maximum_auc(test_inputs, test_labels))
    return RandomDraws(np.array(minima), np.array(individual), np.array(auc), np.array(maximum))
