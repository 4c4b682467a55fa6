"""Covariance functions of Gaussian processes."""

from .base import Hyperparameter, Kernel, KernelDerivatives
from .constant import Constant
from .matern import Matern
from .periodic import Periodic
from .registry import KERNELS, from_choices, register
from .stationary import RBF, RationalQuadratic, Stationary

__all__ = [
    "KERNELS",
    "RBF",
    "Constant",
    "Hyperparameter",
    "Kernel",
    "KernelDerivatives",
    "Matern",
    "Periodic",
    "Product",
    "RationalQuadratic",
    "Stationary",
    "Sum",
    "from_choices",
    "register",
]
