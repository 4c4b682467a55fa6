"""Analyses of landscapes: pure functions from a network of stationary points to frozen results."""

from typing import TYPE_CHECKING

from ..lazy_names import open_lazily

if TYPE_CHECKING:
    from ..landscape.chain import Chain
    from ..landscape.euler_characteristic import (
        EulerCharacteristic,
        IndexCount,
        MorseInequality,
        euler_characteristic,
    )
    from ..landscape.merge_tree import MergeTree, merge_tree
    from .across.branches import Branch, BranchEnd, Fold
    from .across.capacity import Capacity, capacity
    from .across.common_units import (
        LandscapeShape,
        common_units_table,
        in_common_units,
        landscape_shape,
        loss_unit,
    )
    from .across.continuation import follow
    from .across.fold_law import FoldLaw, fold_law
    from .across.landscape_table import landscape_table
    from .across.loss_trade_off import QUALITIES, loss_trade_off
    from .across.matching import Matching, MinimaTracks, match_minima, minima_tracks
    from .across.mergers import Merger, mergers
    from .across.relaxation import Relaxation, relax_on
    from .across.relaxation_summary import RelaxationSummary, summarise_relaxation
    from .across.resampled_metrics import resampled_metrics
    from .across.resampling import ResamplingRobustness, resampling_robustness
    from .across.scan import (
        Catastrophe,
        Departure,
        Scan,
        agreement_with_kmeans,
        group_by_kmeans,
        scan,
    )
    from .across.scan_minima import scan_minima
    from .across.scan_report import ScanReport, scan_report
    from .across.scan_table import published_grouping_agreement, scan_table, values_beside_folds
    from .across.trade_off import TradeOff, trade_off
    from .graph.basin_network import basin_network, rates_between_basins
    from .graph.basins import MonotonicSequenceBasins, monotonic_sequence_basins
    from .graph.communities import Communities, communities
    from .graph.deep_basins import DeepBasins, deep_basins
    from .graph.degrees import Degrees, degrees
    from .graph.disconnectivity import DisconnectivityGraph, disconnectivity_graph
    from .graph.fastest_path import FastestPath, fastest_path
    from .graph.features import LandscapeFeatures, landscape_features
    from .graph.frustration import Frustration, frustration, frustration_curve
    from .graph.joining import Joining, joining
    from .graph.kinetics import (
        committor,
        log_mean_first_passage_times,
        mean_first_passage_time,
        mean_first_passage_times,
        rate_between,
    )
    from .graph.level_groups import LevelGroups, level_groups
    from .graph.minimax import MinimaxBarriers, minimax_barriers
    from .graph.minimum_values import MINIMUM_CAPTIONS, MINIMUM_VALUES
    from .graph.nodes import Node, distinct_nodes
    from .graph.occupation_temperature import OccupationTemperature, occupation_temperature
    from .graph.overview import Overview, TemperatureSummary, overview
    from .graph.profile import LandscapeProfile, landscape_profile
    from .graph.rates import rate_constants, waiting_times
    from .graph.slowest_escape import SlowestEscape, slowest_escape
    from .graph.small_world import SmallWorld, small_world
    from .graph.tables import minima_table, peaks_table, transition_states_table
    from .graph.thermodynamics import (
        HeatCapacity,
        HeatCapacityPeak,
        Thermodynamics,
        contributions,
        heat_capacity,
        occupation_exchange,
        occupation_probabilities,
        thermodynamics,
    )
    from .graph.upper_tree import UpperTree, upper_tree
    from .minima.batch_occupation import BatchOccupation, batch_occupation, same_occupation
    from .minima.calibration import Calibration, calibration
    from .minima.cluster_numbers import ClusterNumbers, cluster_numbers
    from .minima.clustering import ClusteringShape, clustering_shape, suggested_number
    from .minima.clustering_metrics import ClusteringMetrics, cluster_of, clustering_metrics
    from .minima.clustering_topography import (
        ClusteringTopography,
        clustering_topography,
        noise_temperature,
        number_by_topography,
    )
    from .minima.contributors import (
        ContributorRelation,
        contributor_relations,
        contributor_table,
        log_contributions,
    )
    from .minima.decision_regions import DecisionRegions, decision_regions
    from .minima.descent_path import DescentPath, descent_path
    from .minima.disagreement import Disagreement, disagreement
    from .minima.fastest_pathway import SliceWithPathways, fastest_pathway, slice_with_pathways
    from .minima.hyperparameters import (
        BoundOptimum,
        FlatDirection,
        bound_optima,
        flat_directions,
    )
    from .minima.hyperparameters import BoundOptimum as BoxOptimum  # former name
    from .minima.interpolation import LinearInterpolation, linear_interpolation
    from .minima.isomers import Isomers, isomers
    from .minima.linear_fit import LinearFit, linear_fit
    from .minima.lowest import lowest_points
    from .minima.metric_direction import (
        METRIC_DIRECTIONS,
        MetricDirection,
        best_value,
        metric_direction,
    )
    from .minima.metrics import (
        ClassificationMetrics,
        auc_score,
        classification_metrics,
        top_k_accuracy,
    )
    from .minima.metrics_by_name import (
        MetricsByName,
        MetricSummary,
        can_be_measured,
        metrics_by_name,
        summarise_metric,
    )
    from .minima.minimiser_comparison import MinimiserComparison, compare_minimisers
    from .minima.monotone_lines import MonotoneLines, monotone_lines
    from .minima.partial_dependence import PartialDependence, partial_dependence
    from .minima.pathway import PathwayProfile, pathway_profile
    from .minima.rank_correlation import (
        RankCorrelation,
        chance_correlation,
        loss_metric_correlation,
        rank_correlations,
    )
    from .minima.regression_metrics import RegressionMetrics, regression_metrics
    from .minima.robustness import Robustness, robustness
    from .minima.roc import RocCurve, roc_curve
    from .minima.slice import LossSlice, loss_slice
    from .minima.surrogate_deviation import auc_deviation, estimates_auc
    from .minima.value_metrics import ValueMetrics, value_metrics


__all__ = [
    "METRIC_DIRECTIONS",
    "MINIMUM_CAPTIONS",
    "MINIMUM_VALUES",
    "QUALITIES",
    "BatchOccupation",
    "BoundOptimum",
    "BoxOptimum",
    "Branch",
    "BranchEnd",
    "Calibration",
    "Capacity",
    "Catastrophe",
    "Chain",
    "ClassificationMetrics",
    "ClusterNumbers",
    "ClusteringMetrics",
    "ClusteringShape",
    "ClusteringTopography",
    "Communities",
    "ContributorRelation",
    "DecisionRegions",
    "DeepBasins",
    "Degrees",
    "Departure",
    "DescentPath",
    "Disagreement",
    "DisconnectivityGraph",
    "EulerCharacteristic",
    "FastestPath",
    "FlatDirection",
    "Fold",
    "FoldLaw",
    "Frustration",
    "HeatCapacity",
    "HeatCapacityPeak",
    "IndexCount",
    "Isomers",
    "Joining",
    "LandscapeFeatures",
    "LandscapeProfile",
    "LandscapeShape",
    "LevelGroups",
    "LinearFit",
    "LinearInterpolation",
    "LossSlice",
    "Matching",
    "MergeTree",
    "Merger",
    "MetricDirection",
    "MetricSummary",
    "MetricsByName",
    "MinimaTracks",
    "MinimaxBarriers",
    "MinimiserComparison",
    "MonotoneLines",
    "MonotonicSequenceBasins",
    "MorseInequality",
    "Node",
    "OccupationTemperature",
    "Overview",
    "PartialDependence",
    "PathwayProfile",
    "RankCorrelation",
    "RegressionMetrics",
    "Relaxation",
    "RelaxationSummary",
    "ResamplingRobustness",
    "Robustness",
    "RocCurve",
    "Scan",
    "ScanReport",
    "SliceWithPathways",
    "SlowestEscape",
    "SmallWorld",
    "TemperatureSummary",
    "Thermodynamics",
    "TradeOff",
    "UpperTree",
    "ValueMetrics",
    "agreement_with_kmeans",
    "auc_deviation",
    "auc_score",
    "basin_network",
    "batch_occupation",
    "best_value",
    "bound_optima",
    "calibration",
    "can_be_measured",
    "capacity",
    "chance_correlation",
    "classification_metrics",
    "cluster_numbers",
    "cluster_of",
    "clustering_metrics",
    "clustering_shape",
    "clustering_topography",
    "committor",
    "common_units_table",
    "communities",
    "compare_minimisers",
    "contributions",
    "contributor_relations",
    "contributor_table",
    "decision_regions",
    "deep_basins",
    "degrees",
    "descent_path",
    "disagreement",
    "disconnectivity_graph",
    "distinct_nodes",
    "estimates_auc",
    "euler_characteristic",
    "fastest_path",
    "fastest_pathway",
    "flat_directions",
    "fold_law",
    "follow",
    "frustration",
    "frustration_curve",
    "group_by_kmeans",
    "heat_capacity",
    "in_common_units",
    "isomers",
    "joining",
    "landscape_features",
    "landscape_profile",
    "landscape_shape",
    "landscape_table",
    "level_groups",
    "linear_fit",
    "linear_interpolation",
    "log_contributions",
    "log_mean_first_passage_times",
    "loss_metric_correlation",
    "loss_slice",
    "loss_trade_off",
    "loss_unit",
    "lowest_points",
    "match_minima",
    "mean_first_passage_time",
    "mean_first_passage_times",
    "merge_tree",
    "mergers",
    "metric_direction",
    "metrics_by_name",
    "minima_table",
    "minima_tracks",
    "minimax_barriers",
    "monotone_lines",
    "monotonic_sequence_basins",
    "noise_temperature",
    "number_by_topography",
    "occupation_exchange",
    "occupation_probabilities",
    "occupation_temperature",
    "overview",
    "partial_dependence",
    "pathway_profile",
    "peaks_table",
    "published_grouping_agreement",
    "rank_correlations",
    "rate_between",
    "rate_constants",
    "rates_between_basins",
    "regression_metrics",
    "relax_on",
    "resampled_metrics",
    "resampling_robustness",
    "robustness",
    "roc_curve",
    "same_occupation",
    "scan",
    "scan_minima",
    "scan_report",
    "scan_table",
    "slice_with_pathways",
    "slowest_escape",
    "small_world",
    "suggested_number",
    "summarise_metric",
    "summarise_relaxation",
    "thermodynamics",
    "top_k_accuracy",
    "trade_off",
    "transition_states_table",
    "upper_tree",
    "value_metrics",
    "values_beside_folds",
    "waiting_times",
]

open_lazily(__name__)
