"""Which minima to combine: those that are good, or that are wrong about different points."""

from .base import Selection, SelectionContext, SelectionMethod
from .by_distance import (
    MMDBM,
    Misclassification,
    QuadraticProgramme,
    exhaustive,
    most_different,
    quadratic_programme,
)
from .by_parameters import Euclidean, FarthestApart
from .by_quality import AtRandom, Flattest, HeatCapacity, LowestLoss
from .by_topography import Communities, Funnels, SlowRates
from .complementary import Complementary
from .distances import (
    euclidean_distances,
    images_as_found,
    misclassification_distances,
    predicted_classes,
)
from .named import METHODS, InTurns, select
from .pairs import PairDistances, pair_distances

__all__ = [
    "METHODS",
    "MMDBM",
    "AtRandom",
    "Communities",
    "Complementary",
    "Euclidean",
    "FarthestApart",
    "Flattest",
    "Funnels",
    "HeatCapacity",
    "InTurns",
    "LowestLoss",
    "Misclassification",
    "PairDistances",
    "QuadraticProgramme",
    "Selection",
    "SelectionContext",
    "SelectionMethod",
    "SlowRates",
    "euclidean_distances",
    "exhaustive",
    "images_as_found",
    "misclassification_distances",
    "most_different",
    "pair_distances",
    "predicted_classes",
    "quadratic_programme",
    "select",
]
