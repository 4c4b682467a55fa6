"""Maps the loss landscape of a machine-learning model: minima, transition states, networks."""

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

from . import kernels, problems, special
from .landscape.errors import (
    FingerprintMismatch,
    LandscapeError,
    NewerSchema,
    NotALandscape,
    NotAMinimum,
)
from .landscape.network import Network
from .landscape.store import Landscape
from .landscape.summary import Summary, summarise
from .problems import losses
from .search.connect import (
    Around,
    JoinToGlobal,
    MissingConnection,
    NearestNeighbours,
    Untrap,
)
from .search.explore import Methods, Progress, connect, explore
from .search.quench import quench

if TYPE_CHECKING:
    from . import analysis, datasets, learn, plot

__all__ = [
    "Around",
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
