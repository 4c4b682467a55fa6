"""The gates that come with the package, by name."""

import copy
from collections.abc import Callable, Sequence

from .averages import BoltzmannGate, MajorityGate, MeanGate
from .base import Gate
from .neighbours import NeighboursGate
from .network import NetworkGate
from .stacking import StackingGate

GATES: dict[str, Callable[[Sequence[int]], Gate]] = {
    "network": lambda hidden: NetworkGate(hidden),
    "soft": lambda hidden: NetworkGate(hidden, is_soft=True),
    "majority": lambda hidden: MajorityGate(),
    "mean": lambda hidden: MeanGate(),
    "boltzmann": lambda hidden: BoltzmannGate(),
    "stacking": lambda hidden: StackingGate(),
    "neighbours": lambda hidden: NeighboursGate(),
}
"""Each makes a gate; a gating network has `hidden` units in each hidden layer."""


def gate_named(gate: str | Gate, hidden: Sequence[int] = (5,)) -> Gate:
    """The gate of that name, or a copy of a given one, which is left as it is.

    Raises:
        ValueError: for an unknown name.
    """
    if isinstance(gate, Gate):
        return copy.deepcopy(gate)
    if gate not in GATES:
        raise ValueError(f"gate must be one of {', '.join(GATES)}, or a Gate object, got {gate!r}.")
    return GATES[gate](hidden)
