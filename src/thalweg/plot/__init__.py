"""Figures: each takes a result and an `Axes`, and returns the `Axes`."""

from ..problems.capabilities import Layered
from .bifurcation import bifurcation
from .comparison import sweep
from .disconnectivity import disconnectivity
from .learning import (
    coloured_groups,
    conserved_counts,
    conserved_diagram,
    importance,
    specialisation,
)
from .model import decision_boundary, spectra, weight_diagram
from .pathway import loss_slice, pathway
from .thermodynamics import frustration, heat_capacity, peak_contributors

__all__ = [
    "Layered",
    "bifurcation",
    "coloured_groups",
    "conserved_counts",
    "conserved_diagram",
    "decision_boundary",
    "disconnectivity",
    "frustration",
    "heat_capacity",
    "importance",
    "loss_slice",
    "pathway",
    "peak_contributors",
    "specialisation",
    "spectra",
    "sweep",
    "weight_diagram",
]
