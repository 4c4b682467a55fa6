"""What a network of stationary points tells: pure functions from a network to frozen results."""

from ..landscape.merge_tree import MergeTree, merge_tree
from .calibration import Calibration, calibration
from .communities import Communities, SmallWorld, communities, small_world
from .comparison import (
    RankCorrelation,
    Relaxation,
    landscape_table,
    loss_metric_correlation,
    relax_on,
)
from .disconnectivity import DisconnectivityGraph, disconnectivity_graph
from .frustration import Frustration, frustration
from .funnels import (
    Degrees,
    LevelGroups,
    MinimaxBarriers,
    MonotonicSequenceBasins,
    degrees,
    level_groups,
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
from .pathway import PathwayProfile, pathway_profile
from .resampling import ResamplingRobustness, resampling_robustness
from .robustness import Robustness, rank_correlations, robustness
from .slice import LossSlice, loss_slice
from .tables import minima_table, peaks_table, transition_states_table
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
    "Calibration",
    "ClassificationMetrics",
    "Communities",
    "Degrees",
    "DisconnectivityGraph",
    "FastestPath",
    "Frustration",
    "HeatCapacity",
    "HeatCapacityPeak",
    "LevelGroups",
    "LinearInterpolation",
    "LossSlice",
    "MergeTree",
    "MinimaxBarriers",
    "MonotonicSequenceBasins",
    "Overview",
    "PathwayProfile",
    "RankCorrelation",
    "Relaxation",
    "ResamplingRobustness",
    "Robustness",
    "SmallWorld",
    "Thermodynamics",
    "calibration",
    "classification_metrics",
    "committor",
    "communities",
    "contributions",
    "degrees",
    "disconnectivity_graph",
    "fastest_path",
    "frustration",
    "heat_capacity",
    "landscape_table",
    "level_groups",
    "linear_interpolation",
    "log_mean_first_passage_times",
    "loss_metric_correlation",
    "loss_slice",
    "mean_first_passage_time",
    "mean_first_passage_times",
    "merge_tree",
    "minima_table",
    "minimax_barriers",
    "monotonic_sequence_basins",
    "occupation_probabilities",
    "overview",
    "pathway_profile",
    "peaks_table",
    "rank_correlations",
    "rate_between",
    "rate_constants",
    "relax_on",
    "resampling_robustness",
    "robustness",
    "small_world",
    "thermodynamics",
    "transition_states_table",
    "waiting_times",
]
