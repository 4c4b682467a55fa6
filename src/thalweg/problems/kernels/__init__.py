"""Covariance functions of Gaussian processes."""

from .base import Hyperparameter, Kernel, KernelDerivatives, Product, Sum
from .constant import Constant
from .matern import Matern
from .periodic import Periodic
from .prior import covariance_matrix, prior_samples
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
    "covariance_matrix",
    "from_choices",
    "prior_samples",
    "register",
]
