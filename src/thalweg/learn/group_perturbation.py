"""Whether a group of minima relies on its conserved weights: all of them changed, in all members."""

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Int

from ..analysis.minima.metrics import auc_scores
from ..confidence_interval import ConfidenceInterval
from ..problems.neural_networks.activations import Activation, activation_named
from ..problems.neural_networks.layout import Layout
from ..problems.output_kind import OutputKind
from .conserved import ConservedWeights
from .perturbation import PERTURBATIONS, PerturbationTest, effect_size, require_known


def group_perturbation_test(
    group: ConservedWeights,
    sizes: Sequence[int],
    activation: str | Activation,
    inputs: Float[np.ndarray, "N inputs"],
    targets: Int[np.ndarray, " N"],
    *,
    perturbation: str = "permutation",
    same_layers: bool = False,
    noise: float | None = None,
    draws: int = 100,
    seed: int = 0,
) -> PerturbationTest:
    """Perturb all conserved weights of a group in all its minima, and as many others; compare best AUCs.

    This is the published analysis. A draw changes the same weights in the same way in every member, and its
    AUC is that of the best member afterwards. The other weights are a new random set at each draw.
    Signs change in one way only, so that all draws of the conserved weights are then the same.

    Args:
        group: of `conserved_weights`.
        sizes: units of all layers.
        activation: of the hidden units, by name or as an object.
        inputs, targets: held-out data [N inputs], class numbers [N].
        perturbation: sign, gaussian or permutation (of the weights among themselves, in random order).
        same_layers: whether the others are drawn from the layers of the conserved weights, as many from
            each: a stricter control than the published one, as weights of the output layer matter more.
        noise: standard deviation of the Gaussian noise; the spread of the weights of the lowest member if
            None.
        draws: of either kind.
        seed: of the draws.

    Raises:
        ValueError: if no weight is conserved, there are not as many others, a permutation has one weight
            only, or the perturbation is unknown.
    """
    require_known(perturbation)
    conserved = np.flatnonzero(group.is_conserved)
    pools = _pools(group.is_conserved, Layout(tuple(sizes)), same_layers=same_layers)
    _require_enough(len(conserved), pools, perturbation)
    random = np.random.default_rng(seed)
    scale = float(group.lowest.std()) if noise is None else noise

    def best_auc(points: Float[np.ndarray, "members d"]) -> float:
        p = _probabilities(points, sizes, activation, inputs)
        return float(auc_scores(targets, p).max())

    def perturbed_auc(indices: Int[np.ndarray, " n"]) -> float:
        points = np.array(group.points)
        if perturbation == "sign":
            points[:, indices] *= -1
        elif perturbation == "gaussian":
            points[:, indices] += random.normal(scale=scale, size=len(indices))
        else:
            points[:, indices] = points[:, _moved(indices, random)]
        return best_auc(points)

    def others() -> Int[np.ndarray, " n"]:
        return np.concatenate([random.choice(pool, n, replace=False) for pool, n in pools])

    n_ways = 1 if perturbation == "sign" else draws
    aucs_conserved = np.resize([perturbed_auc(conserved) for _ in range(n_ways)], draws)
    aucs_others = np.array([perturbed_auc(others()) for _ in range(draws)])
    mean = float(aucs_conserved.mean())
    rows = random.integers(0, draws, size=(1000, draws))
    drawn_differences = aucs_others[rows].mean(axis=1) - mean
    n_sets = min(draws, math.prod(math.comb(len(pool), n) for pool, n in pools))
    return PerturbationTest(
        best_auc(group.points),
        aucs_conserved,
        aucs_others,
        float(aucs_others.mean()) - mean,
        ConfidenceInterval.bootstrap(drawn_differences, n_sets, "sets of weights"),
        effect_size(aucs_conserved, aucs_others),
        perturbation,
        seed,
        len(conserved),
        float((1 + np.sum(aucs_others <= mean)) / (1 + draws)),
    )


def group_perturbation_tests(
    group: ConservedWeights,
    sizes: Sequence[int],
    activation: str | Activation,
    inputs: Float[np.ndarray, "N inputs"],
    targets: Int[np.ndarray, " N"],
    *,
    same_layers: bool = False,
    draws: int = 100,
    seed: int = 0,
) -> dict[str, PerturbationTest]:
    """As `group_perturbation_test`, for each of the `PERTURBATIONS` by name; no permutation of one weight.

    Raises:
        ValueError: if no weight is conserved, or there are not as many others.
    """
    kinds = [kind for kind in PERTURBATIONS if kind != "permutation" or group.n_conserved != 1]
    return {
        kind: group_perturbation_test(
            group,
            sizes,
            activation,
            inputs,
            targets,
            perturbation=kind,
            same_layers=same_layers,
            draws=draws,
            seed=seed,
        )
        for kind in kinds
    }


_Pools = list[tuple[Int[np.ndarray, " _"], int]]
"""Indices of other weights to draw from, and how many of them."""


def _pools(is_conserved: Bool[np.ndarray, " d"], layout: Layout, *, same_layers: bool) -> _Pools:
    layer = np.searchsorted(layout.ends, np.arange(len(is_conserved)), side="right")
    if not same_layers:
        layer = np.zeros_like(layer)
    return [
        (np.flatnonzero(~is_conserved & (layer == k)), int(np.sum(is_conserved & (layer == k))))
        for k in np.unique(layer[is_conserved])
    ]


def _require_enough(n: int, pools: _Pools, perturbation: str) -> None:
    least = 2 if perturbation == "permutation" else 1
    if n < least:
        raise ValueError(
            f"{n} weights are conserved, and this needs {least} or more. Raise epsilon, or take a "
            "smaller group."
        )
    for pool, n_wanted in pools:
        if len(pool) < n_wanted:
            raise ValueError(
                f"{n} weights are conserved, and there are no {n_wanted} others to compare "
                f"{n_wanted} of them with, but {len(pool)}. Lower epsilon."
            )


def _moved(indices: Int[np.ndarray, " n"], random: np.random.Generator) -> Int[np.ndarray, " n"]:
    """The indices in another order than they are in."""
    while np.array_equal(order := random.permutation(indices), indices):
        pass
    return order


def _probabilities(
    points: Float[np.ndarray, "members d"],
    sizes: Sequence[int],
    activation: str | Activation,
    inputs: Float[np.ndarray, "N inputs"],
) -> Float[np.ndarray, "members N classes"]:
    """Class probabilities of all members at once."""
    phi = activation_named(activation)
    h = np.broadcast_to(inputs, (len(points), *inputs.shape))
    *hidden, last = Layout(tuple(sizes)).split(points)
    for layer in hidden:
        h = phi.numpy_value(_affine(layer, h))
    outputs = _affine(last, h)
    rows = OutputKind.LOGITS.probabilities(outputs.reshape(-1, outputs.shape[2]))
    return np.asarray(rows).reshape(outputs.shape)


def _affine(
    layer: Float[np.ndarray, "members units inputs_plus_1"], h: Float[np.ndarray, "members N below"]
) -> Float[np.ndarray, "members N units"]:
    return np.asarray(h @ layer[:, :, :-1].transpose(0, 2, 1) + layer[:, None, :, -1])
