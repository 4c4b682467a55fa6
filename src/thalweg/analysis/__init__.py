"""What a network of stationary points tells: pure functions from a network to frozen results."""

from ..landscape.merge_tree import MergeTree, merge_tree
from .disconnectivity import DisconnectivityGraph, disconnectivity_graph
from .frustration import Frustration, frustration
from .funnels import (
    Degrees,
    MinimaxBarriers,
    MonotonicSequenceBasins,
    degrees,
    minimax_barriers,
    monotonic_sequence_basins,
)
from .thermodynamics import (
    HeatCapacity,
    HeatCapacityPeak,
    Thermodynamics,
    contributions,
    heat_capacity,
    occupation_probabilities,
    thermodynamics,
)

__all__ = [
    "Degrees",
    "DisconnectivityGraph",
    "Frustration",
    "HeatCapacity",
    "HeatCapacityPeak",
    "MergeTree",
    "MinimaxBarriers",
    "MonotonicSequenceBasins",
    "Thermodynamics",
    "contributions",
    "degrees",
    "disconnectivity_graph",
    "frustration",
    "heat_capacity",
    "merge_tree",
    "minimax_barriers",
    "monotonic_sequence_basins",
    "occupation_probabilities",
    "thermodynamics",
]
