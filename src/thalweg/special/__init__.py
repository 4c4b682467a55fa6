"""Special functions with the derivatives that other libraries lack."""

from .bessel import log_bessel_k, log_bessel_k_values

__all__ = ["log_bessel_k", "log_bessel_k_values"]
