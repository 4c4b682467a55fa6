"""Maps the loss landscape of a machine-learning model: minima, transition states, networks."""

from typing import TYPE_CHECKING

from .lazy_names import open_lazily

if TYPE_CHECKING:
    from . import (
        analysis,
        app,
        certificate,
        datasets,
        landscape,
        learn,
        plot,
        problems,
        report,
        reproduce,
        search,
        special,
        testing,
    )
    from .app import view
    from .confidence_interval import ConfidenceInterval
    from .landscape.coverage import Coverage
    from .landscape.errors import (
        DamagedRow,
        FileGone,
        FingerprintMismatch,
        LandscapeError,
        NewerSchema,
        NotALandscape,
        NotAMinimum,
        OtherTolerances,
    )
    from .landscape.landscape import Landscape
    from .landscape.loss_counts import LossCounts, counts_by_loss
    from .landscape.merging import merge
    from .landscape.network import Network
    from .landscape.records import Minimum, TransitionState
    from .landscape.summary import Summary, summarise
    from .landscape.tolerances import Tolerances
    from .problems import kernels, losses, means
    from .search.adding import add
    from .search.checking import check_landscape
    from .search.exploration.explore import connect, explore, find_saddles
    from .search.exploration.plan import Methods, Progress
    from .search.exploration.strategies import (
        JoinToGlobal,
        MissingConnection,
        NearestNeighbours,
        SingleEndedFromEach,
        Untrap,
    )
    from .search.quench import quench
    from .version import __version__

__all__ = [
    "ConfidenceInterval",
    "Coverage",
    "DamagedRow",
    "FileGone",
    "FingerprintMismatch",
    "JoinToGlobal",
    "Landscape",
    "LandscapeError",
    "LossCounts",
    "Methods",
    "Minimum",
    "MissingConnection",
    "NearestNeighbours",
    "Network",
    "NewerSchema",
    "NotALandscape",
    "NotAMinimum",
    "OtherTolerances",
    "Progress",
    "SingleEndedFromEach",
    "Summary",
    "Tolerances",
    "TransitionState",
    "Untrap",
    "__version__",
    "add",
    "analysis",
    "app",
    "certificate",
    "check_landscape",
    "connect",
    "counts_by_loss",
    "datasets",
    "explore",
    "find_saddles",
    "kernels",
    "landscape",
    "learn",
    "losses",
    "means",
    "merge",
    "plot",
    "problems",
    "quench",
    "report",
    "reproduce",
    "search",
    "special",
    "summarise",
    "testing",
    "view",
]

open_lazily(__name__)
