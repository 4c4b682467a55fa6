"""Which minima to combine: those that are good, or that are wrong about different points."""

from .base import Selection, SelectionContext, SelectionMethod
from .by_distance import (
    Euclidean,
    Misclassification,
    QuadraticProgramme,
    exhaustive,
    most_different,
    quadratic_programme,
)
from .by_quality import AtRandom, Flattest, HeatCapacity, LowestLoss
from .distances import euclidean_distances, misclassification_distances, predicted_classes
from .named import METHODS, InTurns, select

__all__ = [
    "METHODS",
    "AtRandom",
    "Euclidean",
    "Flattest",
    "HeatCapacity",
    "InTurns",
    "LowestLoss",
    "Misclassification",
    "QuadraticProgramme",
    "Selection",
    "SelectionContext",
    "SelectionMethod",
    "euclidean_distances",
    "exhaustive",
    "misclassification_distances",
    "most_different",
    "predicted_classes",
    "quadratic_programme",
    "select",
]
