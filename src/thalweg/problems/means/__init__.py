"""Mean functions of Gaussian processes."""

from .base import Mean
from .polynomial import ConstantMean, LinearMean, ZeroMean
from .registry import MEANS, from_choices, register

__all__ = [
    "MEANS",
    "ConstantMean",
    "LinearMean",
    "Mean",
    "ZeroMean",
    "from_choices",
    "register",
]
