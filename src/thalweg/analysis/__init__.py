"""What a network of stationary points tells: pure functions from a network to frozen results."""

from ..landscape.merge_tree import MergeTree, merge_tree
from .communities import Communities, SmallWorld, communities, small_world
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
from .interpolation import LinearInterpolation, linear_interpolation
from .kinetics import (
    FastestPath,
    committor,
    fastest_path,
    log_mean_first_passage_times,
    mean_first_passage_time,
    mean_first_passage_times,
    rate_between,
    rate_constants,
    waiting_times,
)
from .metrics import ClassificationMetrics, classification_metrics
from .overview import Overview, overview
from .robustness import Robustness, rank_correlations, robustness
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
    "ClassificationMetrics",
    "Communities",
    "Degrees",
    "DisconnectivityGraph",
    "FastestPath",
    "Frustration",
    "HeatCapacity",
    "HeatCapacityPeak",
    "LinearInterpolation",
    "MergeTree",
    "MinimaxBarriers",
    "MonotonicSequenceBasins",
    "Overview",
    "Robustness",
    "SmallWorld",
    "Thermodynamics",
    "classification_metrics",
    "committor",
    "communities",
    "contributions",
    "degrees",
    "disconnectivity_graph",
    "fastest_path",
    "frustration",
    "heat_capacity",
    "linear_interpolation",
    "log_mean_first_passage_times",
    "mean_first_passage_time",
    "mean_first_passage_times",
    "merge_tree",
    "minimax_barriers",
    "monotonic_sequence_basins",
    "occupation_probabilities",
    "overview",
    "rank_correlations",
    "rate_between",
    "rate_constants",
    "robustness",
    "small_world",
    "thermodynamics",
    "waiting_times",
]
