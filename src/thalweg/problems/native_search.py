"""What a problem may offer in place of gradients and Hessians: a quench and a saddle search of its own."""

import abc
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class NativeResult:
    """Where a search of a problem's own came to rest.

    Attributes:
        x: the point [d].
        loss: its loss.
        rms_gradient: RMS gradient; on a ridge that of the combination of the two sides that is least.
        tolerance: RMS gradient below which the point counts as at rest.
        spectrum: eigenvalues of the Hessian [d], ascending; −∞ across a ridge.
        is_found: whether this is what was looked for.
        steps: iterations taken.
        sides: for a transition state, a point on each side, where it is lower [2 d].
    """

    x: Float[np.ndarray, " d"]
    loss: float
    rms_gradient: float
    tolerance: float
    spectrum: Float[np.ndarray, " d"]
    is_found: bool
    steps: int
    sides: Float[np.ndarray, "2 d"] | None = None


class NativeSearch(abc.ABC):
    """Exact searches of a loss that is smooth only in pieces. All methods act on one point, on the host."""

    @abc.abstractmethod
    def quench(self, x: Float[np.ndarray, " d"]) -> NativeResult:
        """Down from `x` [d] to a minimum, without leaving its basin."""

    @abc.abstractmethod
    def eigenvector_following(self, x: Float[np.ndarray, " d"]) -> NativeResult:
        """From `x` [d] to a transition state near it."""

    @abc.abstractmethod
    def candidates(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, "candidates d"]:
        """Starts for `eigenvector_following` around the minimum `x` [d]: all that there are."""

    @abc.abstractmethod
    def candidates_between(
        self, a: Float[np.ndarray, " d"], b: Float[np.ndarray, " d"]
    ) -> Float[np.ndarray, "candidates d"]:
        """Starts for `eigenvector_following` between two aligned minima `a`, `b` [d], highest first."""
