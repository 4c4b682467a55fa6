"""Figures: each takes a result and an `Axes`, and returns the `Axes`."""

from .disconnectivity import disconnectivity
from .model import decision_boundary, spectra, weight_diagram
from .thermodynamics import heat_capacity, peak_contributors

__all__ = [
    "decision_boundary",
    "disconnectivity",
    "heat_capacity",
    "peak_contributors",
    "spectra",
    "weight_diagram",
]
