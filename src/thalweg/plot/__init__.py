"""Figures: each takes a result and an `Axes`, and returns the `Axes`."""

from .disconnectivity import disconnectivity

__all__ = ["disconnectivity"]
