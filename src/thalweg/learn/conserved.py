"""Weights that many minima agree on, and whether a model relies on them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from ..landscape.network import Network
from ..problems.symmetry import Symmetry
from .superposition import auc_score
from .trained_network import TrainedNetwork

PERTURBATIONS = ("sign", "gaussian", "permutation")


@dataclass(frozen=True, eq=False)
class ConservedWeights:
    """What the members of one group have in common, after alignment to one symmetry image.

    Attributes:
        members: indices of the minima in the network [members].
        lowest: parameters of the member of lowest loss, in the common image [d].
        mean: parameters of the averaged network [d].
        deviation: standard deviation of each parameter over the group, divided by the magnitude of its
            mean [d]. A weight that is zero in every member has none.
        is_conserved: whether that is below ε [d].
        epsilon: ε.
    """

    members: Int[np.ndarray, " members"]
    lowest: Float[np.ndarray, " d"]
    mean: Float[np.ndarray, " d"]
    deviation: Float[np.ndarray, " d"]
    is_conserved: Bool[np.ndarray, " d"]
    epsilon: float


def groups_of(
    assignment: Int[np.ndarray, " minima"], *, least: int = 2
) -> list[Int[np.ndarray, " _"]]:
    """The minima of each group with at least `least` members, the largest group first.

    Args:
        assignment: number of the group of each minimum, negative for none [minima]; for example of
            `monotonic_sequence_basins` or `level_groups`.
        least: members that a group must have.
    """
    groups = [np.flatnonzero(assignment == k) for k in np.unique(assignment[assignment >= 0])]
    return sorted((g for g in groups if len(g) >= least), key=len, reverse=True)


def conserved_weights(
    network: Network,
    symmetry: Symmetry,
    groups: Sequence[Int[np.ndarray, " _"]],
    *,
    epsilon: float = 0.1,
) -> list[ConservedWeights]:
    """The conserved weights of each group of minima.

    Each group is aligned to its lowest member, and all lowest members to the lowest of all, so that one
    weight is the same one in every group.

    Args:
        network: minima with coordinates.
        symmetry: of the problem.
        groups: indices of minima, at least two each; for example those that `groups_of` finds.
        epsilon: relative standard deviation below which a weight is conserved.

    Raises:
        ValueError: if there are no groups, a group has fewer than two members, or `epsilon` is not
            positive.
    """
    if len(groups) == 0 or any(len(group) < 2 for group in groups):
        raise ValueError("conserved weights need groups of at least two minima each.")
    if not epsilon > 0:
        raise ValueError(f"epsilon must be positive, got {epsilon}.")
    every = np.concatenate([np.asarray(group) for group in groups])
    reference = network.coordinates[every[np.argmin(network.losses[every])]]
    aligned = [_aligned(network, symmetry, np.asarray(group), reference) for group in groups]
    deviations = [_relative_deviation(points) for points in aligned]
    return [
        ConservedWeights(
            np.asarray(group),
            points[np.argmin(network.losses[group])],
            points.mean(axis=0),
            deviation,
            deviation < epsilon,
            epsilon,
        )
        for group, points, deviation in zip(groups, aligned, deviations, strict=True)
    ]


def _relative_deviation(points: Float[np.ndarray, "members d"]) -> Float[np.ndarray, " d"]:
    mean, deviation = np.abs(points.mean(axis=0)), points.std(axis=0)
    return np.divide(deviation, mean, out=np.where(deviation > 0, np.inf, 0.0), where=mean > 0)


def _aligned(
    network: Network,
    symmetry: Symmetry,
    group: Int[np.ndarray, " members"],
    reference: Float[np.ndarray, " d"],
) -> Float[np.ndarray, "members d"]:
    lowest = network.coordinates[group[np.argmin(network.losses[group])]]
    centre = symmetry.align(lowest, reference)
    return np.array([symmetry.align(x, centre) for x in network.coordinates[group]])


def times_conserved(found: Sequence[ConservedWeights]) -> Int[np.ndarray, " d"]:
    """In how many groups each weight is conserved [d].

    Raises:
        ValueError: if there are no groups.
    """
    if not found:
        raise ValueError("there are no groups to count over.")
    return np.sum([group.is_conserved for group in found], axis=0)


@dataclass(frozen=True)
class InputImportance:
    """How much of the conserved first-layer weight falls on one input.

    Attributes:
        share: of the summed magnitude of the conserved weights of the averaged networks.
        interval: 95 % bootstrap interval over groups.
    """

    share: float
    interval: tuple[float, float]


def input_importance(
    found: Sequence[ConservedWeights],
    n_inputs: int,
    n_units: int,
    *,
    draws: int = 1000,
    seed: int = 0,
) -> list[InputImportance]:
    """Share of each input in the conserved weights of the first layer, with a bootstrap over groups.

    Args:
        found: of `conserved_weights`.
        n_inputs, n_units: of the first layer.
        draws: of the bootstrap.
        seed: of the bootstrap.

    Raises:
        ValueError: if there are no groups, or none conserves a weight of the first layer.
    """
    if not found:
        raise ValueError("there are no groups to read the importance of inputs from.")
    size = n_units * (n_inputs + 1)
    sizes = np.array(
        [
            np.abs(np.where(g.is_conserved, g.mean, 0.0)[:size].reshape(n_units, n_inputs + 1))[
                :, :-1
            ].sum(axis=0)
            for g in found
        ]
    )
    if sizes.sum() == 0:
        raise ValueError("no weight of the first layer is conserved; raise epsilon.")
    rows = np.random.default_rng(seed).integers(0, len(found), size=(draws, len(found)))
    drawn = sizes[rows].sum(axis=1)
    drawn = drawn[drawn.sum(axis=1) > 0]
    shares = drawn / drawn.sum(axis=1, keepdims=True)
    low, high = np.quantile(shares, [0.025, 0.975], axis=0)
    whole = sizes.sum(axis=0) / sizes.sum()
    return [
        InputImportance(float(w), (float(a), float(b)))
        for w, a, b in zip(whole, low, high, strict=True)
    ]


@dataclass(frozen=True, eq=False)
class PerturbationTest:
    """Whether changing conserved weights hurts more than changing as many others.

    Attributes:
        auc: of the minimum as it is.
        conserved, others: AUC after each perturbation of the conserved weights, and of as many random
            ones among the rest [draws].
        difference: mean AUC after perturbing others less that after perturbing the conserved ones:
            positive if the model relies on the conserved weights.
        interval: 95 % bootstrap interval of the difference.
        effect_size: Cohen's d of the two.
        perturbation: sign, gaussian or permutation.
        seed: of the draws.
    """

    auc: float
    conserved: Float[np.ndarray, " draws"]
    others: Float[np.ndarray, " draws"]
    difference: float
    interval: tuple[float, float]
    effect_size: float
    perturbation: str
    seed: int


def perturbation_test(
    x: Float[np.ndarray, " d"],
    is_conserved: Bool[np.ndarray, " d"],
    sizes: Sequence[int],
    activation: str,
    inputs: Float[np.ndarray, "N inputs"],
    targets: Int[np.ndarray, " N"],
    *,
    perturbation: str = "sign",
    draws: int = 200,
    seed: int = 0,
) -> PerturbationTest:
    """Perturb the conserved weights of a minimum, and as many random others, and compare the AUC.

    Each draw changes the same number of weights on either side, chosen at random: half of the fewer of
    the conserved and the other ones. What is changed are their signs; or they are changed by
    Gaussian noise of the size of the weights' own spread, or by a permutation among themselves.

    Args:
        x: parameters of the minimum, in the image in which the conserved weights were found [d].
        is_conserved: [d].
        sizes: units of all layers.
        activation: of the hidden units.
        inputs, targets: held-out data [N inputs], class numbers [N].
        perturbation: sign, gaussian or permutation.
        draws: of either kind.
        seed: of the draws.

    Raises:
        ValueError: if nothing, or everything, is conserved, or for an unknown perturbation.
    """
    if perturbation not in PERTURBATIONS:
        known = ", ".join(PERTURBATIONS)
        raise ValueError(f"perturbation must be one of {known}, got {perturbation!r}.")
    kept, rest = np.flatnonzero(is_conserved), np.flatnonzero(~np.asarray(is_conserved))
    least = 2 if perturbation == "permutation" else 1
    n = max(min(len(kept), len(rest)) // 2, least)
    if len(kept) < n or len(rest) < n:
        raise ValueError(
            f"{len(kept)} weights are conserved and {len(rest)} are not; at least {n} of either are "
            "needed. Choose another epsilon."
        )
    rng = np.random.default_rng(seed)

    def auc(weights: Float[np.ndarray, " d"]) -> float:
        model = TrainedNetwork.from_vector(weights, sizes, activation)
        return auc_score(targets, model.predict_proba(inputs))

    def perturbed(among: Int[np.ndarray, " some"]) -> float:
        chosen = rng.choice(among, n, replace=False)
        changed = np.array(x)
        if perturbation == "sign":
            changed[chosen] *= -1
        elif perturbation == "gaussian":
            changed[chosen] += rng.normal(scale=x.std(), size=n)
        else:
            changed[chosen] = x[np.roll(chosen, 1)]
        return auc(changed)

    conserved = np.array([perturbed(kept) for _ in range(draws)])
    others = np.array([perturbed(rest) for _ in range(draws)])
    rows = rng.integers(0, draws, size=(2, 1000, draws))
    drawn = others[rows[0]].mean(axis=1) - conserved[rows[1]].mean(axis=1)
    spread = np.sqrt((conserved.var(ddof=1) + others.var(ddof=1)) / 2)
    difference = float(others.mean() - conserved.mean())
    low, high = (float(v) for v in np.quantile(drawn, [0.025, 0.975]))
    return PerturbationTest(
        auc(np.asarray(x)),
        conserved,
        others,
        difference,
        (low, high),
        difference / spread if spread > 0 else float("nan"),
        perturbation,
        seed,
    )


def perturbation_tests(
    x: Float[np.ndarray, " d"],
    is_conserved: Bool[np.ndarray, " d"],
    sizes: Sequence[int],
    activation: str,
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
