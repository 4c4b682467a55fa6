"""Published tables and figures beside what this library gives: a file and a line each."""

from collections.abc import Callable

from .auc_spiral import auc_spiral
from .conserved_weights import conserved_weights_matter
from .distances import euclidean_and_misclassification
from .gp_ensembles import ensembles_of_minima
from .gp_folds import folds_in_smoothness
from .gp_posterior import landscape_and_posterior
from .gp_smoothness import half_integer_smoothness
from .other_ensembles import beside_other_ensembles
from .penalty import l2
from .reproduction import FULL, SMALL, Claim, Progress, Reproduction, Scale
from .steepness import beta
from .superposed_elsewhere import superposed_elsewhere
from .superposed_spiral import superposed_spiral
from .surrogates import surrogates

__all__ = ["FULL", "REPRODUCTIONS", "SMALL", "Claim", "Progress", "Reproduction", "Scale"]

REPRODUCTIONS: dict[str, Callable[[Scale, Progress], Reproduction]] = {
    "auc-spiral": auc_spiral,
    "surrogates": surrogates,
    "beta": beta,
    "l2": l2,
    "table-2.1": superposed_spiral,
    "table-2.2": superposed_elsewhere,
    "figure-2.6": euclidean_and_misclassification,
    "figure-2.16": conserved_weights_matter,
    "ensembles": beside_other_ensembles,
    "gp-folds": folds_in_smoothness,
    "gp-ensembles": ensembles_of_minima,
    "gp-smoothness": half_integer_smoothness,
    "gp-posterior": landscape_and_posterior,
}
"""By name; each takes how much to compute and whom to tell how far it is."""
