"""How the predictions of several minima are combined for each point."""

from .averages import BoltzmannGate, MajorityGate, MeanGate
from .base import Gate, GateTraining, best_minimum
from .named import GATES, gate_named
from .neighbours import NeighboursGate
from .network import NetworkGate
from .stacking import StackingGate

__all__ = [
    "GATES",
    "BoltzmannGate",
    "Gate",
    "GateTraining",
    "MajorityGate",
    "MeanGate",
    "NeighboursGate",
    "NetworkGate",
    "StackingGate",
    "best_minimum",
    "gate_named",
]
