"""The gates that come with the package, by name."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .averages import BoltzmannGate, MajorityGate, MeanGate, TandemGate
from .base import Gate
from .neighbours import NeighboursGate
from .network import NetworkGate
from .stacking import StackingGate


@dataclass(frozen=True)
class GateSettings:
    """What a gate that is made by its name may be told.

    Attributes:
        hidden: units of each hidden layer of a gating network.
        l2: weight of the penalty of a gating network.
    """

    hidden: tuple[int, ...] = (5,)
    l2: float = 1e-4


GATES: dict[str, Callable[[GateSettings], Gate]] = {
    "network": lambda settings: NetworkGate(settings.hidden, l2=settings.l2),
    "soft": lambda settings: NetworkGate(settings.hidden, l2=settings.l2, is_soft=True),
    "mlsup": lambda settings: NetworkGate((3,), l2=1e-5),
    "majority": lambda settings: MajorityGate(),
    "tandem": lambda settings: TandemGate(),
    "mean": lambda settings: MeanGate(),
    "boltzmann": lambda settings: BoltzmannGate(),
    "stacking": lambda settings: StackingGate(),
    "neighbours": lambda settings: NeighboursGate(),
}
"""Each makes a gate; "mlsup" is the published one, whose settings are fixed."""


def gate_named(gate: str | Gate, hidden: Sequence[int] = (5,), l2: float = 1e-4) -> Gate:
    """The gate of that name, or a copy of a given one, which is left as it is.

    Raises:
        ValueError: for an unknown name.
    """
    if isinstance(gate, Gate):
        return copy.deepcopy(gate)
    if gate not in GATES:
        raise ValueError(f"gate must be one of {', '.join(GATES)}, or a Gate object, got {gate!r}.")
    return GATES[gate](GateSettings(tuple(hidden), l2))
