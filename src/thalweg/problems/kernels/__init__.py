"""Covariance functions of Gaussian processes."""

from .base import Hyperparameter, Kernel, KernelDerivatives
from .constant import Constant
from .matern import Matern
from .periodic import Periodic
from .registry import KERNELS, from_choices, register
from .restricted import OnInputs, WithFixed
from .stationary import RBF, RationalQuadratic, Stationary

__all__ = [
    "KERNELS",
    "RBF",
    "Constant",
    "Hyperparameter",
    "Kernel",
    "KernelDerivatives",
    "Matern",
    "OnInputs",
    "Periodic",
    "Product",
    "RationalQuadratic",
    "Stationary",
    "Sum",
    "WithFixed",
    "from_choices",
    "register",
]
