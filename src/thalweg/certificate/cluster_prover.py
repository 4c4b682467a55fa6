"""Certificates of points of a sum of squares of clusters, in whole numbers."""

import numpy as np

from ..landscape.certificates import Certificate, Refusal
from ..landscape.records import Minimum, Saddle, TransitionState
from ..problems.capabilities import SumOfClusterSquares
from ..problems.own_word import is_stated_of
from .balls import gamma, most_length
from .clusters import Clusters
from .rest import SLACK
from .truth import Unprovable


class ClusterProver:
    """A `Prover` by `Clusters`.

    Args:
        problem: whose loss is a sum of squares of clusters and nothing else.

    Raises:
        Unprovable: if its class has changed the loss of the one that states that.
    """

    def __init__(self, problem: SumOfClusterSquares) -> None:
        if not is_stated_of(problem, "weights_of_squares"):
            raise Unprovable(
                f"{type(problem).__name__} has changed a loss that is a sum of squares of clusters: let it "
                "define `weights_of_squares` as well if its own is still such a sum, or choose another "
                "prover (register_prover)"
            )
        self._clusters = Clusters(problem)

    def certify(self, point: Minimum, kind: str, point_id: int) -> Certificate | Refusal:
        """A proof about one point, or why there is none."""
        if isinstance(point, Saddle):
            reason = "of saddles on ridges of the loss nothing is proved"
            return Refusal(kind, point_id, reason)
        is_pass = isinstance(point, TransitionState)
        x = np.asarray(point.coordinates, dtype=np.float64)
        if not np.isfinite(x).all():
            return Refusal(kind, point_id, "its coordinates are not finite")
        prove = self._clusters.transition_state if is_pass else self._clusters.minimum
        try:
            proof = prove(x)
        except Unprovable as reason:
            return Refusal(kind, point_id, str(reason))
        shift = x - proof.centre
        slopes = 2 * proof.weights[:, None] * shift.reshape(len(proof.weights), -1)
        if np.sqrt(np.mean(slopes**2)) > SLACK * point.tolerance:
            return Refusal(kind, point_id, "its gradient is larger than its tolerance")
        d = len(x)
        distance = (most_length(shift) + np.sqrt(d) * proof.radius) * (1 + gamma(9))
        return Certificate(
            kind=kind,
            id=point_id,
            index=int(is_pass),
            distance=distance,
            tier="exact",
            contraction=0.0,
            loss=proof.loss,
            trace=proof.trace,
            square=proof.square,
            centre=proof.centre,
            basis=np.eye(d),
            rho=proof.radius,
        )
