"""Learning from many minima: selection, superposition, conserved weights, ensembles."""

from typing import TYPE_CHECKING

from ..lazy_names import open_lazily

if TYPE_CHECKING:
    from .adapted_mixture import adapted_mixture
    from .attribution import InputAttributions, input_attributions
    from .consensus_clustering import ConsensusClustering, consensus_clustering
    from .conservation import (
        MEASURES,
        Conservation,
        QuantileRange,
        RelativeDeviation,
        ShareOfSpread,
        SignDisagreement,
        StandardDeviation,
    )
    from .conservation_test import ConservationTest, conservation_test
    from .conserved import (
        ConservedWeights,
        InputImportance,
        averaged_network,
        conserved_weights,
        input_importance,
        separate_groups,
        times_conserved,
    )
    from .conserved_report import ConservedReport, conserved_report
    from .conserved_summary import ConservedSummary, summarise_conserved
    from .gain_forecast import ForecastCalibration, GainCorrelation, GainForecast, gain_forecast
    from .gains_over import WEIGHTINGS, gains_over
    from .gates import (
        GATES,
        BoltzmannGate,
        Gate,
        GateSettings,
        GateTraining,
        MajorityGate,
        MeanGate,
        NeighboursGate,
        NetworkGate,
        StackingGate,
        TandemGate,
    )
    from .gaussian_process_ensemble import (
        BestMinimum,
        Boltzmann,
        Flatness,
        Gain,
        GaussianProcessEnsemble,
        LeaveOneOut,
        MixturePrediction,
        Occupation,
        OnePerFunnel,
        Uniform,
        Weighting,
        ensemble_gain,
        gp_ensemble,
    )
    from .group_perturbation import group_perturbation_test
    from .groups import (
        groups_at_level,
        groups_by_basin,
        groups_by_level,
        groups_by_node,
        groups_of,
        named_groups,
    )
    from .held_out import (
        HeldOutQuality,
        Specialisation,
        SuperpositionComparison,
        compare_with_single_minima,
        held_out_quality,
        specialisation,
    )
    from .hyperparameter_posterior import PosteriorSample, importance_sample, nuts_sample
    from .laplace_mixture import (
        LaplaceMixture,
        PointEstimateDiagnosis,
        laplace_mixture,
        point_estimate_diagnosis,
    )
    from .majority_vote import MajorityVote, majority_vote
    from .out_of_distribution import OutOfDistribution, PredictionQuality, out_of_distribution
    from .output_pattern import OutputPattern, output_pattern, positive_image
    from .perturbation import PerturbationTest, perturbation_test
    from .random_draws import RandomDraws, random_draws
    from .selection import (
        METHODS,
        MMDBM,
        AtRandom,
        Communities,
        Complementary,
        Euclidean,
        FarthestApart,
        Flattest,
        Funnels,
        HeatCapacity,
        InTurns,
        LowestLoss,
        Misclassification,
        PairDistances,
        QuadraticProgramme,
        Selection,
        SelectionContext,
        SelectionMethod,
        SlowRates,
        images_as_found,
        misclassification_distances,
        pair_distances,
        predicted_classes,
        select,
    )
    from .superposable import LeakageWarning
    from .superposed_function import SuperposedFunction
    from .superposed_regressor import SuperposedRegressor
    from .superposition import SuperposedClassifier
    from .trained_network import TrainedNetwork


__all__ = [
    "GATES",
    "MEASURES",
    "METHODS",
    "MMDBM",
    "WEIGHTINGS",
    "AtRandom",
    "BestMinimum",
    "Boltzmann",
    "BoltzmannGate",
    "Communities",
    "Complementary",
    "ConsensusClustering",
    "Conservation",
    "ConservationTest",
    "ConservedReport",
    "ConservedSummary",
    "ConservedWeights",
    "Euclidean",
    "FarthestApart",
    "Flatness",
    "Flattest",
    "ForecastCalibration",
    "Funnels",
    "Gain",
    "GainCorrelation",
    "GainForecast",
    "Gate",
    "GateSettings",
    "GateTraining",
    "GaussianProcessEnsemble",
    "HeatCapacity",
    "HeldOutQuality",
    "InTurns",
    "InputAttributions",
    "InputImportance",
    "LaplaceMixture",
    "LeakageWarning",
    "LeaveOneOut",
    "LowestLoss",
    "MajorityGate",
    "MajorityVote",
    "MeanGate",
    "Misclassification",
    "MixturePrediction",
    "NeighboursGate",
    "NetworkGate",
    "Occupation",
    "OnePerFunnel",
    "OutOfDistribution",
    "OutputPattern",
    "PairDistances",
    "PerturbationTest",
    "PointEstimateDiagnosis",
    "PosteriorSample",
    "PredictionQuality",
    "QuadraticProgramme",
    "QuantileRange",
    "RandomDraws",
    "RelativeDeviation",
    "Selection",
    "SelectionContext",
    "SelectionMethod",
    "ShareOfSpread",
    "SignDisagreement",
    "SlowRates",
    "Specialisation",
    "StackingGate",
    "StandardDeviation",
    "SuperposedClassifier",
    "SuperposedFunction",
    "SuperposedRegressor",
    "SuperpositionComparison",
    "TandemGate",
    "TrainedNetwork",
    "Uniform",
    "Weighting",
    "adapted_mixture",
    "averaged_network",
    "compare_with_single_minima",
    "consensus_clustering",
    "conservation_test",
    "conserved_report",
    "conserved_weights",
    "ensemble_gain",
    "gain_forecast",
    "gains_over",
    "gp_ensemble",
    "group_perturbation_test",
    "groups_at_level",
    "groups_by_basin",
    "groups_by_level",
    "groups_by_node",
    "groups_of",
    "held_out_quality",
    "images_as_found",
    "importance_sample",
    "input_attributions",
    "input_importance",
    "laplace_mixture",
    "majority_vote",
    "misclassification_distances",
    "named_groups",
    "nuts_sample",
    "out_of_distribution",
    "output_pattern",
    "pair_distances",
    "perturbation_test",
    "point_estimate_diagnosis",
    "positive_image",
    "predicted_classes",
    "random_draws",
    "select",
    "separate_groups",
    "specialisation",
    "summarise_conserved",
    "times_conserved",
]

open_lazily(__name__)
