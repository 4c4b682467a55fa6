"""Searches that a problem may offer itself, in place of those by gradients and Hessians."""

import abc
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class NativeResult:
    """The point at which a problem's own search came to rest.

    Attributes:
        x: the point [d].
        loss: its loss.
        rms_gradient: RMS gradient; on a ridge, that of the smallest combination of its two sides.
        tolerance: RMS gradient below which the point counts as at rest.
        spectrum: eigenvalues of the Hessian [d], ascending; −∞ across a ridge.
        converged: whether this is a point of the kind that was searched for.
        steps: iterations taken.
        sides: for a transition state, a point on each side, where it is lower [2 d].
    """

    x: Float[np.ndarray, " d"]
    loss: float
    rms_gradient: float
    tolerance: float
    spectrum: Float[np.ndarray, " d"]
    converged: bool
    steps: int
    sides: Float[np.ndarray, "2 d"] | None = None


class NativeSearch(abc.ABC):
    """Exact searches of a piecewise smooth loss. All methods act on one point, on the host."""

    @abc.abstractmethod
    def quench(self, x: Float[np.ndarray, " d"]) -> NativeResult:
        """The minimum in whose basin `x` [d] lies."""

    @abc.abstractmethod
    def eigenvector_following(self, x: Float[np.ndarray, " d"]) -> NativeResult:
        """A transition state near `x` [d]."""

    @abc.abstractmethod
    def candidates(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, "candidates d"]:
        """All starts for `eigenvector_following` around the minimum `x` [d]."""

    @abc.abstractmethod
    def candidates_between(
        self, a: Float[np.ndarray, " d"], b: Float[np.ndarray, " d"]
    ) -> Float[np.ndarray, "candidates d"]:
        """Starts for `eigenvector_following` between two aligned minima `a`, `b` [d], highest first."""
