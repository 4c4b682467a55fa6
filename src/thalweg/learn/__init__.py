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
from .networks import TrainedNetwork
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

__all__ = [
    "METHODS",
    "ConservedWeights",
    "InputAttributions",
    "InputImportance",
    "LeakageWarning",
    "PerturbationTest",
    "Selection",
    "SelectionContext",
    "SuperposedClassifier",
    "SuperposedFunction",
    "TrainedNetwork",
    "conserved_weights",
    "groups_of",
    "input_attributions",
    "input_importance",
    "misclassification_distances",
    "perturbation_test",
    "predicted_classes",
    "select",
    "times_conserved",
]
