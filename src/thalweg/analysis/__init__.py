"""What a network of stationary points tells: pure functions from a network to frozen results."""

from ..landscape.merge_tree import MergeTree, merge_tree
from .disconnectivity import DisconnectivityGraph, disconnectivity_graph

__all__ = ["DisconnectivityGraph", "MergeTree", "disconnectivity_graph", "merge_tree"]
