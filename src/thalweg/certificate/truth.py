"""Truth of what balls say of the reals in them: yes, no, or not known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UNKNOWN = np.int8(-1)
"""Neither true of all the reals in a ball nor false of all."""


@dataclass(frozen=True, eq=False)
class Truth:
    """1, 0 or `UNKNOWN`, element by element, as int8."""

    values: NDArray[np.int8]

    @property
    def is_decided(self) -> bool:
        """Whether all elements are known."""
        return bool((self.values != UNKNOWN).all())


class Unprovable(Exception):
    """Nothing can be proved of a loss with a part that has no enclosure; its message names the part."""
