"""What a selection of minima is, what it may look at, and what a method of selection must offer."""

import abc
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ...display import shown
from ...landscape.network import Network
from ...problems.capabilities import HasOutputs
from ...problems.symmetry import Symmetry


@shown
@dataclass(frozen=True, eq=False)
class Selection:
    """Some minima of a network.

    Attributes:
        minima: indices in the network, in the order of their choice.
        method: how they were chosen.
        value: what the method maximised, if it did: the sum of the distances within the selection.
        relaxed_value: upper bound of that sum by the relaxed programme, of which `value` is rounded;
            NaN for other methods.
    """

    minima: Int[np.ndarray, " chosen"]
    method: str
    value: float = float("nan")
    relaxed_value: float = float("nan")


@shown
@dataclass(frozen=True, eq=False)
class SelectionContext:
    """What a selection may look at: training or validation rows only, never those that are reported.

    Attributes:
        network: minima with coordinates.
        problem: predicts classes, or values.
        symmetry: of the problem.
        inputs: training rows [N inputs].
        seed: of random choices.
        targets: class numbers of the rows [N], or values, which some methods need; None if they are not
            known.
    """

    network: Network
    problem: HasOutputs
    symmetry: Symmetry
    inputs: Float[np.ndarray, "N inputs"]
    seed: int = 0
    targets: np.ndarray | None = None


class SelectionMethod(abc.ABC):
    """Chooses minima to combine.

    A method of your own is passed as an object, or known by its name once it is in `METHODS`.
    """

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """For people, and as a shorthand for the methods that come with the package."""

    def with_argument(self, text: str) -> "SelectionMethod":
        """What "name:text" stands for, as "heat_capacity:2" for the second peak.

        Raises:
            ValueError: if the method takes no argument, as by default, or not this one.
        """
        raise ValueError(f"select={self.name!r} takes nothing after a colon, got {text!r}.")

    @abc.abstractmethod
    def choose(self, context: SelectionContext, n: int) -> Selection:
        """`n` different minima, fewer if there are no more."""
