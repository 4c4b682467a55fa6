"""What many minima are good for: selections and superpositions of them."""

from .attribution import InputAttributions, input_attributions
from .conserved import (
    ConservedWeights,
    InputImportance,
    PerturbationTest,
    conserved_weights,
    groups_of,
    input_importance,
    perturbation_test,
    times_conserved,
)
from .gaussian_process_ensemble import (
    Boltzmann,
    Flatness,
    Gain,
    GaussianProcessEnsemble,
    LeaveOneOut,
    MixturePrediction,
    Occupation,
    Uniform,
    Weighting,
    ensemble_gain,
    gp_ensemble,
)
from .hyperparameter_posterior import (
    LaplaceMixture,
    PointEstimateDiagnosis,
    PosteriorSample,
    importance_sample,
    laplace_mixture,
    nuts_sample,
    point_estimate_diagnosis,
)
from .selection import (
    METHODS,
    Selection,
    SelectionContext,
    misclassification_distances,
    predicted_classes,
    select,
)
from .superposed_function import SuperposedFunction
from .superposition import LeakageWarning, SuperposedClassifier
from .trained_network import TrainedNetwork

__all__ = [
    "METHODS",
    "Boltzmann",
    "ConservedWeights",
    "Flatness",
    "Gain",
    "GaussianProcessEnsemble",
    "InputAttributions",
    "InputImportance",
    "LaplaceMixture",
    "LeakageWarning",
    "LeaveOneOut",
    "MixturePrediction",
    "Occupation",
    "PerturbationTest",
    "PointEstimateDiagnosis",
    "PosteriorSample",
    "Selection",
    "SelectionContext",
    "SuperposedClassifier",
    "SuperposedFunction",
    "TrainedNetwork",
    "Uniform",
    "Weighting",
    "conserved_weights",
    "ensemble_gain",
    "gp_ensemble",
    "groups_of",
    "importance_sample",
    "input_attributions",
    "input_importance",
    "laplace_mixture",
    "misclassification_distances",
    "nuts_sample",
    "perturbation_test",
    "point_estimate_diagnosis",
    "predicted_classes",
    "select",
    "times_conserved",
]
