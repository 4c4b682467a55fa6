"""How the predictions of several minima are combined for each point."""

from ..merit import best_minimum
from .averages import BoltzmannGate, MajorityGate, MeanGate, TandemGate
from .base import Gate, GateTraining
from .named import GATES, GateSettings, gate_named
from .neighbours import NeighboursGate
from .network import NetworkGate
from .stacking import StackingGate

__all__ = [
    "GATES",
    "BoltzmannGate",
    "Gate",
    "GateSettings",
    "GateTraining",
    "MajorityGate",
    "MeanGate",
    "NeighboursGate",
    "NetworkGate",
    "StackingGate",
    "TandemGate",
    "best_minimum",
    "gate_named",
]
