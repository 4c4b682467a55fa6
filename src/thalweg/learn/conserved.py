"""Weights that many minima have in common, and the inputs they belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from ..confidence_interval import ConfidenceInterval
from ..display import shown
from ..landscape.network import Network
from ..problems.neural_networks.layout import Layout
from ..problems.symmetry import Symmetry
from .aligned_minima import AlignedMinima
from .conservation import Conservation, StandardDeviation

_STANDARD_DEVIATION = StandardDeviation()


@shown
@dataclass(frozen=True, eq=False)
class ConservedWeights:
    """What the members of one group have in common, in one symmetry image.

    Attributes:
        members: indices of the minima in the network [members].
        lowest: parameters of the member of lowest loss, in the common image [d].
        mean: parameters of the averaged network [d].
        deviation: the measure of conservation of each parameter: the standard deviation over the group,
            if no other was asked for [d].
        is_conserved: whether that is at most ε [d].
        epsilon: ε.
        name: of the group; `level_node` if it is a node of the disconnectivity graph.
        points: parameters of the members in the common image [members d].
        measure: how conservation was measured.
    """

    members: Int[np.ndarray, " members"]
    lowest: Float[np.ndarray, " d"]
    mean: Float[np.ndarray, " d"]
    deviation: Float[np.ndarray, " d"]
    is_conserved: Bool[np.ndarray, " d"]
    epsilon: float
    name: str
    points: Float[np.ndarray, "members d"]
    measure: Conservation

    @property
    def n_conserved(self) -> int:
        """Number of conserved weights."""
        return int(self.is_conserved.sum())


def conserved_weights(
    network: Network,
    symmetry: Symmetry | None,
    groups: Sequence[Int[np.ndarray, " _"]] | Mapping[str, Int[np.ndarray, " _"]],
    *,
    epsilon: float | None = None,
    measure: Conservation = _STANDARD_DEVIATION,
) -> list[ConservedWeights]:
    """The conserved weights of each group of minima.

    Published: the standard deviation of a weight over the minima of a node of the disconnectivity graph
    is at most ε (`groups_by_node`, the default measure), for minima as they were found. Ours besides
    aligns each group to its lowest member, and all lowest members to the lowest of all, so that
    one weight is the same one in every member and every group: two images of one minimum share no weight
    as they were found, and all of them once aligned. Without a `symmetry` it is as published.

    Args:
        network: minima with coordinates.
        symmetry: of the problem; None leaves minima as they were found.
        groups: indices of minima, at least two each, by name; for example `groups_by_node(network)`. Without
            names they are numbered from 1.
        epsilon: value of the measure at or below which a weight is conserved; that of the measure if
            None.
        measure: of conservation; one of `MEASURES`, or your own.

    Raises:
        ValueError: if there are no groups, a group has fewer than two members, or `epsilon` is negative.
    """
    named_groups = _by_name(groups)
    if not named_groups or any(len(group) < 2 for group in named_groups.values()):
        raise ValueError("conserved weights need groups of at least two minima each.")
    threshold = measure.epsilon if epsilon is None else epsilon
    if not threshold >= 0:
        raise ValueError(
            f"epsilon must be positive, or 0 for weights that agree exactly, got {epsilon}."
        )
    aligned = AlignedMinima(network, symmetry)
    everything = aligned.everything()
    results = []
    for name, members in named_groups.items():
        points = aligned.group(members)
        deviation = measure(points, everything)
        results.append(
            ConservedWeights(
                members,
                points[np.argmin(network.losses[members])],
                points.mean(axis=0),
                deviation,
                deviation <= threshold,
                threshold,
                name,
                points,
                measure,
            )
        )
    return results


def _by_name(
    groups: Sequence[Int[np.ndarray, " _"]] | Mapping[str, Int[np.ndarray, " _"]],
) -> dict[str, Int[np.ndarray, " _"]]:
    if isinstance(groups, Mapping):
        return {name: np.asarray(group) for name, group in groups.items()}
    return {str(k): np.asarray(group) for k, group in enumerate(groups, start=1)}


def times_conserved(groups: Sequence[ConservedWeights]) -> Int[np.ndarray, " d"]:
    """In how many groups each weight is conserved [d].

    Raises:
        ValueError: if there are no groups.
    """
    if not groups:
        raise ValueError("there are no groups to count over.")
    return np.asarray(np.sum([group.is_conserved for group in groups], axis=0))


def averaged_network(groups: Sequence[ConservedWeights]) -> Float[np.ndarray, " d"]:
    """The network averaged over all minima of the groups that conserve a weight, each minimum once [d].

    A minimum that is in several groups is taken in the image of the smallest, whose members lie nearest.

    Raises:
        ValueError: if no group conserves a weight.
    """
    images: dict[int, Float[np.ndarray, " d"]] = {}
    for group in sorted(groups, key=lambda group: -len(group.members)):
        if group.n_conserved:
            images |= dict(zip(group.members.tolist(), group.points, strict=True))
    if not images:
        raise ValueError(
            "no group conserves a weight, so there is nothing to average; raise epsilon."
        )
    return np.asarray(np.mean(list(images.values()), axis=0))


def separate_groups(
    groups: Sequence[ConservedWeights], *, most: int | None = None
) -> list[ConservedWeights]:
    """Groups that conserve a weight and have no minimum in common, the first of any two that have.

    Args:
        groups: in order of preference; those of `conserved_weights` are the largest first.
        most: how many, at most.
    """
    separate: list[ConservedWeights] = []
    for group in groups:
        is_apart = not any(np.isin(group.members, other.members).any() for other in separate)
        if group.n_conserved and is_apart:
            separate.append(group)
    return separate[:most]


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
