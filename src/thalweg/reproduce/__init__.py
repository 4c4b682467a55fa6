"""Published tables and figures beside what this library gives."""

from collections.abc import Callable

from .auc import auc_spiral, beta, l2, surrogates
from .conserved import conserved_weights_matter
from .distances import euclidean_and_misclassification
from .gaussian_process import (
    ensembles_of_minima,
    folds_in_smoothness,
    half_integer_smoothness,
    landscape_and_posterior,
)
from .methods import beside_other_ensembles
from .reproduction import FULL, SMALL, Claim, Reproduction, Scale
from .superposition import superposed_elsewhere, superposed_spiral

__all__ = ["FULL", "REPRODUCTIONS", "SMALL", "Claim", "Reproduction", "Scale"]

REPRODUCTIONS: dict[str, Callable[[Scale, Callable[[str], None]], Reproduction]] = {
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
