"""Covariance functions of Gaussian processes."""

from .problems.kernels import (
    RBF,
    Constant,
    Kernel,
    Matern,
    Periodic,
    Product,
    RationalQuadratic,
    Sum,
)

__all__ = ["RBF", "Constant", "Kernel", "Matern", "Periodic", "Product", "RationalQuadratic", "Sum"]
