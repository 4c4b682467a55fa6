"""Special functions that are differentiable where libraries' are not."""

from .problems.bessel import log_bessel_k

__all__ = ["log_bessel_k"]
