"""Certificates of stationary points of smooth losses, in balls of float64 and of more bits."""

import numpy as np
from jaxtyping import Float

from ..landscape.certificates import Certificate, Refusal
from ..landscape.records import Minimum, Saddle, TransitionState
from ..problems.problem import Problem
from .arbs import HOW_TO_INSTALL, has_arbs
from .balls import Balls, gamma, most_length, require_float64
from .definition import Definition
from .invariance import generators_of
from .krawczyk import Enclosure, Failure, Proof, prove
from .problem_enclosure import ProblemEnclosures
from .removed import reduction_of, require_removable
from .rest import SLACK, StatedGradient
from .truth import Switched


class SmoothProver:
    """A `Prover` by Krawczyk's operator, in the coordinates that are searched.

    Args:
        problem: with a smooth loss; where motions leave it unchanged it states them (`generators`).

    Raises:
        Unprovable: if the loss does not change along directions that nobody has stated, changes along some
            that are not searched, or this process does not round as it has to.
    """

    def __init__(self, problem: Problem) -> None:
        require_float64()
        require_removable(problem)
        self._reduction = reduction_of(problem)
        reduced = self._reduction.problem
        self._generators = generators_of(reduced)
        self._definition = Definition(reduced)
        self._enclosures = ProblemEnclosures(self._definition.problem)
        self._stated = StatedGradient(self._definition.problem)

    def certify(self, point: Minimum, kind: str, point_id: int) -> Certificate | Refusal:
        """A proof about one point, or why there is none."""
        z = np.asarray(self._reduction.contract(point.coordinates[None]))[0]
        hessian, tiers = self._enclosures.near(z)
        most = SLACK * (point.tolerance + self._definition.rms_gap(z))
        tier = reason = ""
        for tier, enclosure in tiers:
            try:
                with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                    result = prove(enclosure, z, hessian, most, self._generators)
            except Switched as switch:
                reason = f"the loss may not be smooth there: it switches ({switch})"
                continue
            if isinstance(result, Proof):
                return self._certificate(result, point, kind, point_id, tier)
            reason = self._reason(result, enclosure, z, most)
            if not result.may_pass_in_more_bits:
                return Refusal(kind, point_id, reason)
        would_go_on = tier == Balls.name and not has_arbs()
        return Refusal(kind, point_id, f"{reason}; {HOW_TO_INSTALL}" if would_go_on else reason)

    def _reason(
        self, failure: Failure, enclosure: Enclosure, z: Float[np.ndarray, " d"], most: float
    ) -> str:
        if failure.may_pass_in_more_bits:
            return failure.reason
        return self._stated.is_another(z, enclosure.at_point(z)[1], most) or failure.reason

    def _certificate(
        self, proof: Proof, point: Minimum, kind: str, point_id: int, tier: str
    ) -> Certificate | Refusal:
        wanted = _index_of(point)
        if proof.index != wanted:
            reason = f"the Hessian there has {proof.index} negative eigenvalues, not {wanted}"
            return Refusal(kind, point_id, reason)
        diagonal, h = np.diag(proof.hessian.mid), proof.hessian
        d = len(diagonal)
        # Sums of d, and of d², terms: off by γ of as many roundings at most, whatever their order.
        trace_error = float(np.diag(h.radius).sum()) + 2 * gamma(d) * float(np.abs(diagonal).sum())
        with np.errstate(over="ignore", invalid="ignore"):
            square = float((h.mid**2).sum())
            square_error = float((h.radius * (2 * np.abs(h.mid) + h.radius)).sum())
        square_error = (square_error + 2 * gamma(d * d + 9) * square) * (1 + gamma(d * d + 9))
        # What squares below the smallest normal number lose.
        square_error += d * d * np.finfo(float).tiny
        return Certificate(
            kind=kind,
            id=point_id,
            index=proof.index,
            distance=self._distance(proof, point),
            tier=tier,
            contraction=proof.contraction,
            loss=proof.loss,
            trace=_around(float(diagonal.sum()), trace_error * (1 + gamma(d + 9))),
            square=_around(square, square_error),
            centre=proof.centre,
            basis=proof.basis,
            rho=proof.rho,
        )

    def _distance(self, proof: Proof, point: Minimum) -> float:
        """No less than lies between the stored coordinates and any point of the box."""
        centre = np.asarray(self._reduction.expand(proof.centre[None]))[0]
        # `expand` preserves distances, and rounds each coordinate as a sum of no more than d products of
        # numbers that are no larger than the point.
        rounding = 2 * gamma(len(centre) + 9)
        shift = most_length(point.coordinates - centre)
        size, reach = most_length(proof.centre), most_length(proof.radii)
        n = float(np.sqrt(len(centre)))
        total = (shift + rounding * n * size + reach) * (1 + rounding)
        return float(total)


def _index_of(point: Minimum) -> int:
    """The index that a point has by its kind; only a saddle says it itself."""
    if isinstance(point, Saddle):
        return point.index
    return 1 if isinstance(point, TransitionState) else 0


def _around(middle: float, error: float) -> tuple[float, float]:
    low, high = np.nextafter(middle - error, -np.inf), np.nextafter(middle + error, np.inf)
    return (float(low), float(high)) if low <= high else (-np.inf, np.inf)
