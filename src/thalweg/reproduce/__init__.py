"""Published tables and figures beside what this library gives."""

from collections.abc import Callable

from .auc import auc_spiral, beta, l2, surrogates
from .reproduction import FULL, SMALL, Claim, Reproduction, Scale
from .superposition import superposed_spiral

__all__ = ["FULL", "REPRODUCTIONS", "SMALL", "Claim", "Reproduction", "Scale"]

REPRODUCTIONS: dict[str, Callable[[Scale, Callable[[str], None]], Reproduction]] = {
    "auc-spiral": auc_spiral,
    "surrogates": surrogates,
    "beta": beta,
    "l2": l2,
    "table-2.1": superposed_spiral,
}
"""By name; each takes how much to compute and whom to tell how far it is."""
