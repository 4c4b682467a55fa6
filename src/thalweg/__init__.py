"""Maps the loss landscape of a machine-learning model: minima, transition states, networks."""

from . import analysis, datasets, plot, problems
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
    "losses",
    "plot",
    "problems",
    "quench",
    "summarise",
]
