"""Covariance functions of Gaussian processes."""

from .problems.covariance import Constant, Kernel, Periodic, Product, Sum
from .problems.stationary_kernels import RBF, Matern, RationalQuadratic

__all__ = ["RBF", "Constant", "Kernel", "Matern", "Periodic", "Product", "RationalQuadratic", "Sum"]
