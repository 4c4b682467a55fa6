"""Weights that many minima have in common, and the inputs they belong to."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from ..analysis.graph.basins import monotonic_sequence_basins
from ..analysis.graph.level_groups import level_groups
from ..confidence_interval import ConfidenceInterval
from ..landscape.network import Network
from ..problems.neural_networks.layout import Layout
from ..problems.symmetry import Symmetry


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


def groups_at_level(network: Network, level: int | None = None) -> list[Int[np.ndarray, " _"]]:
    """`groups_of` the nodes at one level of the disconnectivity graph, or of the basins.

    Args:
        network: minima and transition states.
        level: as in `analysis.level_groups`; the monotonic sequence basins if None.

    Raises:
        ValueError: if the network has no minima, or there is no such level.
    """
    if level is None:
        return groups_of(monotonic_sequence_basins(network).assignment)
    return groups_of(level_groups(network, level).assignment)


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
    aligned_groups = [_aligned(network, symmetry, np.asarray(group), reference) for group in groups]
    deviations = [_relative_deviation(points) for points in aligned_groups]
    return [
        ConservedWeights(
            np.asarray(group),
            points[np.argmin(network.losses[group])],
            points.mean(axis=0),
            deviation,
            deviation < epsilon,
            epsilon,
        )
        for group, points, deviation in zip(groups, aligned_groups, deviations, strict=True)
    ]


def _relative_deviation(points: Float[np.ndarray, "members d"]) -> Float[np.ndarray, " d"]:
    mean, deviation = np.abs(points.mean(axis=0)), points.std(axis=0)
    without_mean = np.where(deviation > 0, np.inf, 0.0)
    return np.asarray(np.divide(deviation, mean, out=without_mean, where=mean > 0))


def _aligned(
    network: Network,
    symmetry: Symmetry,
    group: Int[np.ndarray, " members"],
    reference: Float[np.ndarray, " d"],
) -> Float[np.ndarray, "members d"]:
    lowest = network.coordinates[group[np.argmin(network.losses[group])]]
    centre = symmetry.align(lowest, reference)
    return np.array([symmetry.align(x, centre) for x in network.coordinates[group]])


def times_conserved(groups: Sequence[ConservedWeights]) -> Int[np.ndarray, " d"]:
    """In how many groups each weight is conserved [d].

    Raises:
        ValueError: if there are no groups.
    """
    if not groups:
        raise ValueError("there are no groups to count over.")
    return np.asarray(np.sum([group.is_conserved for group in groups], axis=0))


@dataclass(frozen=True)
class InputImportance:
    """How much of the conserved first-layer weight falls on one input.

    Attributes:
        share: of the summed magnitude of the conserved weights of the averaged networks.
        interval: 95 % bootstrap interval over groups; not known from fewer than five.
    """

    share: float
    interval: ConfidenceInterval


def input_importance(
    groups: Sequence[ConservedWeights],
    n_inputs: int,
    n_units: int,
    *,
    draws: int = 1000,
    seed: int = 0,
) -> list[InputImportance]:
    """Share of each input in the conserved weights of the first layer, with a bootstrap over groups.

    Args:
        groups: of `conserved_weights`.
        n_inputs, n_units: of the first layer.
        draws: of the bootstrap.
        seed: of the bootstrap.

    Raises:
        ValueError: if there are no groups, or none conserves a weight of the first layer.
    """
    if not groups:
        raise ValueError("there are no groups to take the importance of inputs from.")
    first = Layout((n_inputs, n_units))
    weights = [np.where(g.is_conserved, np.abs(g.mean), 0.0)[: first.dimension] for g in groups]
    by_input = first.split(np.array(weights))[0][:, :, :-1].sum(axis=1)
    if by_input.sum() == 0:
        raise ValueError("no weight of the first layer is conserved; raise epsilon.")
    rows = np.random.default_rng(seed).integers(0, len(groups), size=(draws, len(groups)))
    drawn_weights = by_input[rows].sum(axis=1)
    drawn_weights = drawn_weights[drawn_weights.sum(axis=1) > 0]
    shares = drawn_weights / drawn_weights.sum(axis=1, keepdims=True)
    n_groups = int((by_input.sum(axis=1) > 0).sum())
    whole = by_input.sum(axis=0) / by_input.sum()
    return [
        InputImportance(float(share), ConfidenceInterval.bootstrap(drawn, n_groups, "groups"))
        for share, drawn in zip(whole, shares.T, strict=True)
    ]
