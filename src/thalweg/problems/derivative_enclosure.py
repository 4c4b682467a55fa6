"""A loss and its derivatives over a box, from below and above."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class DerivativeEnclosure:
    """Bounds that hold the loss and its derivatives at every point of a box, whatever rounding does.

    What is not known has infinite bounds: so has the Hessian over a box where it does not exist everywhere.

    Attributes:
        loss: lower and upper bound [2].
        gradient: lower and upper bounds [2 d].
        hessian: lower and upper bounds [2 d d].
    """

    loss: Float[np.ndarray, " 2"]
    gradient: Float[np.ndarray, "2 d"]
    hessian: Float[np.ndarray, "2 d d"]
