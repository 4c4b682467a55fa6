"""Truth of what balls say of the reals in them: yes, no, or not known."""

from dataclasses import dataclass
from typing import Any

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


class Unprovable(NotImplementedError):
    """Nothing can be proved of a loss with a part that has no enclosure; its message names the part."""


class Switched(Exception):
    """A box holds points on both sides of a switch, where the loss may not be smooth; says of which."""


class Switches:
    """What was not decided in an evaluation: comparisons, and corners of |x|, maximum and sign."""

    def __init__(self) -> None:
        self.undecided: set[str] = set()

    def note(self, name: str, is_undecided: Any) -> None:
        """Remember a switch by the name of its operation, if any element of it is undecided."""
        if np.asarray(is_undecided).any():
            self.undecided.add(name)
