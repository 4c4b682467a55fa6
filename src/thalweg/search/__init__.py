"""How stationary points are found: quenches, basin-hopping, searches for transition states, explorations.

A method is an object with its settings; pass it to `tw.quench`, or to `tw.explore` and `tw.connect` in
`Methods`. What stands here as a protocol or a base class can be implemented outside the package:

- `StepRule`: how a walker moves, given the Hessian (`Newton`, `EigenvectorFollowing`, `SteepestDescent`,
  `GradientZero`);
- `Minimiser`: a first-order way down (`LBFGS`, `SGD`, `SciPyMinimiser`);
- `Strategy`: which minima to search between next (`JoinToGlobal` and others);
- `Executor`: where tasks run (`InProcess`, `Processes`, `Dask`, and `Futures` over other pools of workers).
"""

from .adding import Added, add
from .basin_hopping import BasinHopping
from .elastic_band import DoublyNudgedBand
from .exploration.dask_cluster import Dask
from .exploration.effort import AtMost, GrowGlobal
from .exploration.executor import Executor
from .exploration.explore import connect, explore, find_saddles
from .exploration.explorer import Explorer
from .exploration.futures import Futures
from .exploration.in_thread import InProcess
from .exploration.plan import Methods, Progress, Stop
from .exploration.processes import Processes
from .exploration.search_state import Pair, SearchState
from .exploration.strategies import (
    JoinToGlobal,
    MissingConnection,
    NearestNeighbours,
    SingleEndedFromEach,
    Strategy,
    Untrap,
)
from .exploration.tasks import Task
from .exploration.transition_state_tasks import DoubleEnded, SingleEnded
from .quench import Quench, QuenchMethod, QuenchResult, quench
from .steps.eigenvector_following import EigenvectorFollowing
from .steps.gradient_zero import GradientZero
from .steps.newton import Newton
from .steps.rule import Status, StepRule, Trial
from .steps.steepest_descent import SteepestDescent
from .training import Trajectory, train
from .transition_states import PathwaySearch
from .walks.lbfgs import LBFGS
from .walks.minimiser import Descent, Minimiser
from .walks.scipy_minimiser import SciPyMinimiser
from .walks.sgd import SGD

__all__ = [
    "LBFGS",
    "SGD",
    "Added",
    "AtMost",
    "BasinHopping",
    "Dask",
    "Descent",
    "DoubleEnded",
    "DoublyNudgedBand",
    "EigenvectorFollowing",
    "Executor",
    "Explorer",
    "Futures",
    "GradientZero",
    "GrowGlobal",
    "InProcess",
    "JoinToGlobal",
    "Methods",
    "Minimiser",
    "MissingConnection",
    "NearestNeighbours",
    "Newton",
    "Pair",
    "PathwaySearch",
    "Processes",
    "Progress",
    "Quench",
    "QuenchMethod",
    "QuenchResult",
    "SciPyMinimiser",
    "SearchState",
    "SingleEnded",
    "SingleEndedFromEach",
    "Status",
    "SteepestDescent",
    "StepRule",
    "Stop",
    "Strategy",
    "Task",
    "Trajectory",
    "Trial",
    "Untrap",
    "add",
    "connect",
    "explore",
    "find_saddles",
    "quench",
    "train",
]
