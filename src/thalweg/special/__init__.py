"""Special functions that are differentiable where libraries' are not."""

from .bessel import log_bessel_k, log_bessel_k_values

__all__ = ["log_bessel_k", "log_bessel_k_values"]
