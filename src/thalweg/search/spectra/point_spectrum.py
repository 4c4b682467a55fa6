"""What is known of the spectrum of one point."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ..steps.rule import FLAT_CURVATURE, Status


@dataclass(frozen=True, eq=False)
class PointSpectrum:
    """The spectrum of one point, or its lower end.

    Attributes:
        values: eigenvalues [n], ascending: all κ, or the lowest.
        errors: how far each may be off [n].
        largest: the largest eigenvalue, at least about.
        mode: eigenvector of the lowest [m].
        index_doubt: bound on the probability that an eigenvalue of another sign was missed; 0 for none.
        log_product: Σ ln λ over the positive eigenvalues.
        log_product_error: its standard error, zero if it is exact.
    """

    values: Float[np.ndarray, " n"]
    errors: Float[np.ndarray, " n"]
    largest: float
    mode: Float[np.ndarray, " m"]
    index_doubt: float
    log_product: float
    log_product_error: float

    def status(self, index: int) -> Status:
        """Whether a point at rest with this spectrum has the wanted index."""
        nearest = np.abs(self.values).min()
        if nearest <= FLAT_CURVATURE * self.largest or np.any(self.errors >= np.abs(self.values)):
            return Status.FLAT
        is_wanted = int(np.sum(self.values < 0)) == index
        return Status.CONVERGED if is_wanted else Status.WRONG_INDEX
