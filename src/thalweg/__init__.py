"""Maps the loss landscape of a machine-learning model: minima, transition states, networks."""

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

from .landscape.errors import (
    FingerprintMismatch,
    LandscapeError,
    NewerSchema,
    NotALandscape,
    NotAMinimum,
)
from .landscape.landscape import Landscape
from .landscape.network import Network
from .landscape.summary import Summary, summarise
from .problems import kernels, losses
from .search.exploration.explore import connect, explore
from .search.exploration.plan import Methods, Progress
from .search.exploration.strategies import (
    JoinToGlobal,
    MissingConnection,
    NearestNeighbours,
    SingleEndedFromEach,
    Untrap,
)
from .search.quench import quench

if TYPE_CHECKING:
    from . import analysis, datasets, learn, plot


__all__ = [
    "FingerprintMismatch",
    "JoinToGlobal",
    "Landscape",
    "LandscapeError",
    "Methods",
    "MissingConnection",
    "NearestNeighbours",
    "Network",
    "NewerSchema",
    "NotALandscape",
    "NotAMinimum",
    "Progress",
    "SingleEndedFromEach",
    "Summary",
    "Untrap",
    "analysis",
    "connect",
    "datasets",
    "explore",
    "kernels",
    "learn",
    "losses",
    "plot",
    "problems",
    "quench",
    "special",
    "summarise",
]


def __getattr__(name: str) -> ModuleType:
    # Rooms that bring in large libraries are opened when they are first entered.
    if name in ("analysis", "datasets", "learn", "plot"):
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
