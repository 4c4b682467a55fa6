"""Tests whether a model relies on its conserved weights, by perturbing them and as many others."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from ..analysis.minima.metrics import auc_score
from ..confidence_interval import ConfidenceInterval
from ..display import shown
from ..problems.neural_networks.activations import Activation
from .trained_network import TrainedNetwork

PERTURBATIONS = ("sign", "gaussian", "permutation")


@shown
@dataclass(frozen=True, eq=False)
class PerturbationTest:
    """Whether changing conserved weights hurts more than changing as many others.

    Attributes:
        auc: of the minimum as it is.
        conserved, others: AUC after each perturbation of the conserved weights, and of as many random
            ones among the others [draws].
        difference: mean AUC after perturbing others less that after perturbing the conserved ones:
            positive if the model relies on the conserved weights.
        interval: 95 % bootstrap interval of the difference, for other draws on the same held-out data;
            not known from fewer than five different sets of weights.
        effect_size: Cohen's d of the two; NaN without spread.
        perturbation: sign, gaussian or permutation.
        seed: of the draws.
        n_changed: weights that each draw changes.
        p_value: share of the draws of others whose AUC is at most the mean of the conserved ones, with
            one more counted: small if few other sets of weights matter as much.
    """

    auc: float
    conserved: Float[np.ndarray, " draws"]
    others: Float[np.ndarray, " draws"]
    difference: float
    interval: ConfidenceInterval
    effect_size: float
    perturbation: str
    seed: int
    n_changed: int
    p_value: float

    @property
    def auc_conserved_changed(self) -> float:
        """Mean AUC over the draws that perturb conserved weights."""
        return float(self.conserved.mean())

    @property
    def auc_others_changed(self) -> float:
        """Mean AUC over the draws that perturb other weights."""
        return float(self.others.mean())


def perturbation_test(
    x: Float[np.ndarray, " d"],
    is_conserved: Bool[np.ndarray, " d"],
    sizes: Sequence[int],
    activation: str | Activation,
    inputs: Float[np.ndarray, "N inputs"],
    targets: Int[np.ndarray, " N"],
    *,
    perturbation: str = "sign",
    draws: int = 200,
    seed: int = 0,
) -> PerturbationTest:
    """Perturb some conserved weights of one minimum, and as many random others, and compare the AUC.

    Not the published analysis, which changes all of them in all minima of the group
    (`group_perturbation_test`): this one has another set at each draw on either side. Each draw changes
    the same number of weights, chosen at random: half of the fewer of the conserved and the other ones.
    What is changed are their signs; or they are changed by Gaussian noise of the size of the weights'
    own spread, or by a permutation among themselves.

    Args:
        x: parameters of the minimum, in the image to which the conserved weights refer [d].
        is_conserved: [d].
        sizes: units of all layers.
        activation: of the hidden units, by name or as an object.
        inputs, targets: held-out data [N inputs], class numbers [N].
        perturbation: sign, gaussian or permutation.
        draws: of either kind.
        seed: of the draws.

    Raises:
        ValueError: if nothing, or everything, is conserved, or for an unknown perturbation.
    """
    require_known(perturbation)
    n = _number_to_change(is_conserved, perturbation)
    is_conserved = np.asarray(is_conserved)
    rng = np.random.default_rng(seed)

    def auc(weights: Float[np.ndarray, " d"]) -> float:
        model = TrainedNetwork.from_vector(weights, sizes, activation)
        return auc_score(targets, model.predict_proba(inputs))

    def perturbed_auc(among: Int[np.ndarray, " some"]) -> float:
        indices = rng.choice(among, n, replace=False)
        changed_weights = np.array(x)
        if perturbation == "sign":
            changed_weights[indices] *= -1
        elif perturbation == "gaussian":
            changed_weights[indices] += rng.normal(scale=x.std(), size=n)
        else:
            changed_weights[indices] = x[np.roll(indices, 1)]
        return auc(changed_weights)

    aucs_conserved = np.array([perturbed_auc(np.flatnonzero(is_conserved)) for _ in range(draws)])
    aucs_others = np.array([perturbed_auc(np.flatnonzero(~is_conserved)) for _ in range(draws)])
    rows = rng.integers(0, draws, size=(2, 1000, draws))
    drawn_differences = aucs_others[rows[0]].mean(axis=1) - aucs_conserved[rows[1]].mean(axis=1)
    difference = float(aucs_others.mean() - aucs_conserved.mean())
    n_sets = min(
        draws, *(math.comb(int(np.sum(side)), n) for side in (is_conserved, ~is_conserved))
    )
    return PerturbationTest(
        auc(np.asarray(x)),
        aucs_conserved,
        aucs_others,
        difference,
        ConfidenceInterval.bootstrap(drawn_differences, n_sets, "sets of weights"),
        effect_size(aucs_conserved, aucs_others),
        perturbation,
        seed,
        n,
        float((1 + np.sum(aucs_others <= aucs_conserved.mean())) / (1 + draws)),
    )


def require_known(perturbation: str) -> None:
    """Raise ValueError unless there is a perturbation of this name."""
    if perturbation not in PERTURBATIONS:
        names = ", ".join(PERTURBATIONS)
        raise ValueError(f"perturbation must be one of {names}, got {perturbation!r}.")


def effect_size(
    aucs_conserved: Float[np.ndarray, " draws"], aucs_others: Float[np.ndarray, " draws"]
) -> float:
    """Cohen's d: how far others lie above conserved, in their common spread; NaN without one."""
    if len(aucs_conserved) < 2:
        return float("nan")
    spread = float(np.sqrt((aucs_conserved.var(ddof=1) + aucs_others.var(ddof=1)) / 2))
    difference = float(aucs_others.mean() - aucs_conserved.mean())
    return difference / spread if spread > 0 else float("nan")


def _number_to_change(is_conserved: Bool[np.ndarray, " d"], perturbation: str) -> int:
    """Half of the fewer of the conserved and the other weights, but as many as can be permuted."""
    n_conserved = int(np.sum(is_conserved))
    n_others = len(is_conserved) - n_conserved
    n = max(min(n_conserved, n_others) // 2, 2 if perturbation == "permutation" else 1)
    if min(n_conserved, n_others) < n:
        raise ValueError(
            f"{n_conserved} weights are conserved and {n_others} are not; at least {n} of either are "
            "needed. Choose another epsilon."
        )
    return n


def perturbation_tests(
    x: Float[np.ndarray, " d"],
    is_conserved: Bool[np.ndarray, " d"],
    sizes: Sequence[int],
    activation: str | Activation,
    inputs: Float[np.ndarray, "N inputs"],
    targets: Int[np.ndarray, " N"],
    *,
    draws: int = 200,
    seed: int = 0,
) -> dict[str, PerturbationTest]:
    """As `perturbation_test`, for each of the `PERTURBATIONS` by name."""
    return {
        kind: perturbation_test(
            x,
            is_conserved,
            sizes,
            activation,
            inputs,
            targets,
            perturbation=kind,
            draws=draws,
            seed=seed,
        )
        for kind in PERTURBATIONS
    }
