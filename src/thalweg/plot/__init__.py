"""Figures: each takes a result and an `Axes`, and returns the `Axes`."""

from .disconnectivity import disconnectivity
from .thermodynamics import heat_capacity, peak_contributors

__all__ = ["disconnectivity", "heat_capacity", "peak_contributors"]
