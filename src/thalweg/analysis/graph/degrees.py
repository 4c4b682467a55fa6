"""How many neighbours the minima have."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from ...display import shown
from ...landscape.network import Network
from .spearman import spearman


@shown
@dataclass(frozen=True, eq=False)
class Degrees:
    """How many neighbours the minima have.

    Attributes:
        degree: different neighbours of each minimum [minima].
        hubs: minima in order of their degree, the largest first.
        loss_correlation: Spearman's rank correlation of degree and loss; NaN if either is constant.
        p_value: of no correlation; NaN likewise.
    """

    degree: Int[np.ndarray, " minima"]
    hubs: Int[np.ndarray, " minima"]
    loss_correlation: float
    p_value: float


def degrees(network: Network) -> Degrees:
    """Degrees of the minima in the network, and whether low-lying minima have more neighbours.

    Raises:
        ValueError: if the network has no minima.
    """
    network.require_minima("a degree")
    degree = np.bincount(neighbour_pairs(network).ravel(), minlength=network.n_minima)
    rank = spearman(degree, network.losses)
    hubs = np.argsort(-degree, kind="stable")
    return Degrees(degree, hubs, rank.coefficient, rank.p_value)


def neighbour_pairs(network: Network) -> Int[np.ndarray, "pairs 2"]:
    """Pairs of different minima that a transition state joins, each once, the smaller index first.

    Parallel transition states count once, degenerate rearrangements not at all.
    """
    return np.unique(np.sort(network.edges[~network.is_degenerate], axis=1), axis=0)
