"""Who proves the points of which problem: a prover for each kind, and one for every smooth loss.

A kind of problems is known by a capability (a protocol), not by a class: `register_prover` says who proves
it. A problem that has none of these capabilities is taken for smooth.
"""

from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

from ..landscape.certificates import Certificate, Refusal
from ..landscape.records import Minimum
from ..problems.capabilities import SumOfClusterSquares
from ..problems.problem import Problem
from .cluster_prover import ClusterProver


@runtime_checkable
class Prover(Protocol):
    """Proves points of one problem."""

    def certify(self, point: Minimum, kind: str, point_id: int) -> Certificate | Refusal:
        """A proof about one point, or why there is none.

        A proof is about the stationary point next to `point.coordinates`, of the kind that the class of
        `point` says. Nothing that is not proved may be in it.
        """
        ...


MakesProver = Callable[[Any], Prover]
"""Makes a prover of a problem; it may raise `Unprovable`."""

_BY_CAPABILITY: dict[type, MakesProver] = {SumOfClusterSquares: ClusterProver}


def register_prover(capability: type, make: MakesProver) -> None:
    """Have `make` prove the points of all problems with a capability, a protocol that `isinstance` can test.

    Of several that a problem has the one that was registered last counts.
    """
    _BY_CAPABILITY.pop(capability, None)
    _BY_CAPABILITY[capability] = make


def prover_of(problem: Problem, otherwise: MakesProver) -> Prover:
    """The prover of a problem: of its kind, or `otherwise`.

    Raises:
        Unprovable: if nothing can be proved of it.
    """
    for capability, make in reversed(_BY_CAPABILITY.items()):
        if isinstance(problem, capability):
            return make(problem)
    return otherwise(problem)
