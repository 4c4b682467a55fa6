"""A landscape by its deepest minima: the upper levels of its tree, with more below what is opened."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from ...display import shown
from ...landscape.merge_tree import MergeTree, merge_tree
from ...landscape.network import Network
from ...numbers import Whole, whole_number
from .joining import Joining, joining


@shown
@dataclass(frozen=True, eq=False)
class UpperTree:
    """The deepest minima of a landscape, each of which stands for those that are less deep.

    Attributes:
        minima: which they are, ascending [kept].
        holders: for each minimum of the landscape the position, among `minima`, of the one that stands for
            it; −1 if none does, as nothing joins it to one [minima].
        counts: how many minima each stands for, itself among them [kept].
        network: of these minima, with the lowest passes between them. Every barrier between two of them is
            the one of the whole network.
    """

    minima: Int[np.ndarray, " kept"]
    holders: Int[np.ndarray, " minima"]
    counts: Int[np.ndarray, " kept"]
    network: Network


def upper_tree(
    network: Network, most: Whole, *, opened: Sequence[Sequence[int]] = (), more: Whole = 0
) -> UpperTree:
    """Keep the minima that are deepest below the pass to a lower one, and their part of the merge tree.

    Those that no path joins to any other come last, but for the global minimum.

    Args:
        network: minima and transition states.
        most: how many minima are kept at first.
        opened: one after the other, minima whose shallower ones are to be seen as well: of all that they
            stand for together the `more` deepest are kept besides.
        more: how many.

    Raises:
        ValueError: if the network has no minima, is one of rates, or something opened is not kept by then.

    Reference:
        Persistence of sublevel sets: Edelsbrunner, Letscher & Zomorodian, Discrete Comput. Geom. 28, 511
        (2002).
    """
    n_first = whole_number(most, "most", least=1)
    n_more = whole_number(more, "more", least=0)
    network.require_losses("the upper tree")
    if network.chain is not None:
        raise ValueError("a network of rates has no transition states to keep.")
    n, tree = network.n_minima, merge_tree(network)
    joins = joining(network, tree)
    # What a minimum joins is deeper than itself, and stands before it.
    is_lone = np.bincount(network.component)[network.component] == 1
    depths = np.where(is_lone, -1.0, joins.depths)
    depths[network.global_minimum] = np.inf
    by_depth = np.lexsort((np.arange(n), network.losses, -depths))
    is_kept = np.zeros(n, dtype=bool)
    is_kept[by_depth[:n_first]] = True
    holder = _holders(by_depth, joins.deeper, is_kept)
    for minima in opened:
        asked = np.asarray(minima, dtype=np.int64).reshape(-1)
        if len(asked) and not (asked.min() >= 0 and asked.max() < n and is_kept[asked].all()):
            raise ValueError("what is opened must be one of the minima that are drawn.")
        is_below = np.isin(holder, asked) & ~is_kept
        is_kept[by_depth[is_below[by_depth]][:n_more]] = True
        holder = _holders(by_depth, joins.deeper, is_kept)
    return _upper(network, is_kept, holder, joins, tree)


def _holders(
    by_depth: Int[np.ndarray, " minima"],
    deeper: Int[np.ndarray, " minima"],
    is_kept: np.ndarray,
) -> Int[np.ndarray, " minima"]:
    """The kept minimum that stands for each one; −1 if there is none [minima]."""
    is_root = deeper == np.arange(len(deeper))
    holder = np.where(is_kept, np.arange(len(deeper)), np.where(is_root, -1, deeper))
    # Halves the way each time: chains of shallow minima may be long.
    while True:
        farther = np.where(holder < 0, -1, holder[holder])
        if np.array_equal(farther, holder):
            return farther
        holder = farther


def _upper(
    network: Network,
    is_kept: np.ndarray,
    holder: Int[np.ndarray, " minima"],
    joins: Joining,
    tree: MergeTree,
) -> UpperTree:
    deeper = joins.deeper
    minima = np.flatnonzero(is_kept)
    position = np.full(len(is_kept) + 1, -1)
    position[minima] = np.arange(len(minima))
    holders = position[holder]
    joined = minima[deeper[minima] != minima]
    states = tree.transition_states[joins.merge[joined]]
    reduced = dataclasses.replace(
        network,
        losses=network.losses[minima],
        coordinates=network.coordinates[minima],
        lpphe=network.lpphe[minima],
        log_degeneracy=network.log_degeneracy[minima],
        hits=network.hits[minima],
        minimum_ids=network.minimum_ids[minima],
        edges=np.stack([position[joined], position[deeper[joined]]], axis=1),
        barrier_losses=network.barrier_losses[states],
        barrier_lpphe=network.barrier_lpphe[states],
        barrier_log_degeneracy=network.barrier_log_degeneracy[states],
        transition_state_ids=network.transition_state_ids[states],
    )
    counts = np.bincount(holders[holders >= 0], minlength=len(minima))
    return UpperTree(minima, holders, counts, reduced)
