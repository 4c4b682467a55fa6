"""What is proved of the stationary points of a landscape, and what is not."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float

METHOD = 4
"""Number of the method of proof: what an earlier one has proved does not count any more.

It goes up whenever something false could have been proved. 1 took the rules that a loss states for its
derivatives at their word, and constants in derivatives for exact that are rounded. 2 mistook running sums of
tables for others, and took what a class states of its loss or its motions for true of a changed loss. 3 did
so still where a class had changed a part of the loss alone, with symmetries of paths, with enclosures of the
problem's own and with fewer coordinates.
"""

KINDS = {
    "minimum": "minima",
    "transition state": "transition states",
    "saddle": "saddles of higher index",
}
"""The kinds of points, one of them and many."""


PointKey = tuple[str, int]
"""A point by its kind and number."""


@dataclass(frozen=True, eq=False)
class Certificate:
    """A proof about one stored point.

    For the loss of these very floating-point data in real arithmetic: the box
    `centre` + `basis` [−ρ, ρ]^m holds exactly one stationary point, and everywhere in it the Hessian has
    `index` negative eigenvalues and no zero one. Where motions leave the loss unchanged (translation and
    rotation of a cluster), the box is a slice across them, and the Hessian at the point has a zero
    eigenvalue for each of them and no other.

    Attributes:
        kind: "minimum", "transition state" or "saddle", of higher index.
        id: number of the point in the landscape, as in `landscape.minimum(id)` and `saddles()`.
        index: number of negative Hessian eigenvalues.
        distance: no more than this lies between the stored coordinates and the stationary point.
        tier: what was computed in: "float64", how many bits, "exact", or an enclosure of the problem's own.
        contraction: q < 1, by which Krawczyk's operator shrinks the box; zero of an exact proof.
        loss: of the stationary point, from below and above.
        trace, square: of the Hessian there, its trace and squared Frobenius norm, from below and above.
        centre: middle of the box, in the n coordinates that are searched [n].
        basis: directions of the box [n m]; m is less than n where motions leave the loss unchanged. None
            where it was not read, or not stored since there are too many coordinates.
        rho: ρ.
        method: number of the method by which it was proved (`METHOD`).
        version: of thalweg; empty before it is recorded.
        time: when it was recorded, in seconds since 1970-01-01, UTC; zero before.
    """

    kind: str
    id: int
    index: int
    distance: float
    tier: str
    contraction: float
    loss: tuple[float, float]
    trace: tuple[float, float]
    square: tuple[float, float]
    centre: Float[np.ndarray, " n"]
    basis: Float[np.ndarray, "n m"] | None
    rho: float
    version: str = ""
    time: float = 0.0
    method: int = METHOD

    def is_apart_from(self, other: "Certificate") -> bool:
        """Whether the two are proved to be different points, none of which is an image of the other.

        Loss, trace and Frobenius norm of the Hessian are the same at all images of a point, as long as
        every symmetry of the problem acts by an orthogonal map, which all that are known here do; so is the
        index.
        """
        pairs = (
            (self.loss, other.loss),
            (self.trace, other.trace),
            (self.square, other.square),
        )
        return self.index != other.index or any(a[1] < b[0] or b[1] < a[0] for a, b in pairs)

    def as_dict(self) -> dict[str, Any]:
        """All of it, as JSON can hold it."""
        return {
            "kind": self.kind,
            "id": self.id,
            "index": self.index,
            "distance": self.distance,
            "tier": self.tier,
            "contraction": self.contraction,
            "loss": list(self.loss),
            "centre": self.centre.tolist(),
            "basis": None if self.basis is None else self.basis.tolist(),
            "rho": self.rho,
            "method": self.method,
            "version": self.version,
            "time": self.time,
        }


@dataclass(frozen=True)
class Refusal:
    """A stored point of which nothing was proved, and why; `version` and `time` as of a certificate."""

    kind: str
    id: int
    reason: str
    version: str = ""
    time: float = 0.0
    method: int = METHOD


@dataclass(frozen=True)
class ProofCounts:
    """How many points are proved, as of now.

    Attributes:
        minima, transition_states, saddles: how many are proved.
        of_minima, of_transition_states, of_saddles: how many there are.
        are_distinct: whether all that are proved are proved to be different, up to symmetry.
        not_proved: how many are not proved, by reason.
        passes, of_passes: of the lowest paths between all minima, how many have a proved bound that is kept;
            zero of zero where there is none.
    """

    minima: int
    of_minima: int
    transition_states: int
    of_transition_states: int
    are_distinct: bool
    not_proved: dict[str, int] = field(default_factory=dict)
    saddles: int = 0
    of_saddles: int = 0
    passes: int = 0
    of_passes: int = 0

    @property
    def has_proofs(self) -> bool:
        """Whether any point is proved."""
        return self.minima + self.transition_states + self.saddles > 0

    @property
    def are_all_proved(self) -> bool:
        """Whether every point is proved, and all are proved to be different."""
        return self.has_proofs and self.are_distinct and not self.not_proved

    def __str__(self) -> str:
        shares = [
            f"{self.minima} of {self.of_minima} {KINDS['minimum']}",
            f"{self.transition_states} of {self.of_transition_states} {KINDS['transition state']}",
        ]
        if self.of_saddles:
            shares.append(f"{self.saddles} of {self.of_saddles} {KINDS['saddle']}")
        shares[-1] += " proved"
        distinct = "pairwise distinct" if self.are_distinct else "not all proved to be distinct"
        return ", ".join([*shares, distinct] if self.has_proofs else shares)

    def in_words(self) -> str:
        """The same, and why the others are not proved."""
        if self.not_proved.keys() == {UNTRIED} and not self.has_proofs:
            said = ["none was tried", "`thalweg certify` proves what is stored"]
        else:
            said = [str(self), *(f"{n} not: {reason}" for reason, n in self.not_proved.items())]
        if self.of_passes:
            said.append(f"joined below a proved loss: {self.passes} of {self.of_passes} passes")
        return "; ".join(said)


UNTRIED = "no proof was tried since it was stored"
"""Why a point is not proved of which the landscape holds nothing."""
OUTDATED = (
    "proved by an earlier method, which does not count any more; `thalweg certify` proves it anew"
)
"""Why a point is not proved of which the landscape holds a proof of another time."""


@dataclass(frozen=True)
class LandscapeCertificate:
    """What is proved of a landscape.

    Attributes:
        certificates: of the points that are proved.
        refusals: the points that are not.
        alike: pairs of points of one kind, by kind and ids, that are not proved to be different.
        untried: points, by kind and id, of which no proof was tried since they are what they are.
        outdated: points that an earlier method has proved, which does not count any more.
        uncompared: points that are proved but were not compared with all others yet.
        alike_of_index_one: saddles and transition states, by ids, that are not proved to be different. A
            saddle of index one is kept as long as its sides are not known, and stays when they are.
    """

    certificates: tuple[Certificate, ...]
    refusals: tuple[Refusal, ...]
    alike: tuple[tuple[str, int, int], ...]
    untried: tuple[tuple[str, int], ...] = ()
    uncompared: tuple[tuple[str, int], ...] = ()
    outdated: tuple[tuple[str, int], ...] = ()
    alike_of_index_one: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(
        cls,
        certificates: Iterable[Certificate],
        refusals: Iterable[Refusal],
        alike: Iterable[tuple[PointKey, PointKey]],
        **others: tuple[PointKey, ...],
    ) -> "LandscapeCertificate":
        """What is proved, with the pairs of points of any kinds that are not proved to be different."""
        pairs = sorted({(min(pair), max(pair)) for pair in alike})
        return cls(
            tuple(certificates),
            tuple(refusals),
            tuple((kind, i, j) for (kind, i), (other, j) in pairs if other == kind),
            # Of all kinds these two alone have an index in common.
            alike_of_index_one=tuple((i, j) for (kind, i), (other, j) in pairs if other != kind),
            **others,
        )

    @property
    def is_complete(self) -> bool:
        """Whether every point is proved, and all are proved to be different."""
        return not (self.refusals or self.untried or self.outdated) and self.are_distinct

    @property
    def are_distinct(self) -> bool:
        """Whether all points that are proved are proved to be different, up to symmetry."""
        return not (self.alike or self.uncompared or self.alike_of_index_one)

    def without(self, kind: str, ids: Collection[int]) -> "LandscapeCertificate":
        """What is proved of all points but some of one kind."""

        def stays(one_kind: str, *one_ids: int) -> bool:
            return one_kind != kind or not any(i in ids for i in one_ids)

        return LandscapeCertificate(
            tuple(one for one in self.certificates if stays(one.kind, one.id)),
            tuple(one for one in self.refusals if stays(one.kind, one.id)),
            tuple(pair for pair in self.alike if stays(*pair)),
            untried=tuple(one for one in self.untried if stays(*one)),
            uncompared=tuple(one for one in self.uncompared if stays(*one)),
            outdated=tuple(one for one in self.outdated if stays(*one)),
            alike_of_index_one=tuple(
                (i, j)
                for i, j in self.alike_of_index_one
                if stays("saddle", i) and stays("transition state", j)
            ),
        )

    def n_proved(self, kind: str) -> int:
        """How many points of a kind are proved."""
        return _count(kind, (one.kind for one in self.certificates))

    def n_points(self, kind: str) -> int:
        """How many points of a kind there are."""
        others = [of for of, _ in (*self.untried, *self.outdated)]
        refused = _count(kind, (one.kind for one in self.refusals))
        return self.n_proved(kind) + refused + _count(kind, others)

    @property
    def counts(self) -> ProofCounts:
        """All of it in numbers."""
        reasons = Counter(one.reason for one in self.refusals)
        if self.untried:
            reasons[UNTRIED] = len(self.untried)
        if self.outdated:
            reasons[OUTDATED] = len(self.outdated)
        return ProofCounts(
            minima=self.n_proved("minimum"),
            of_minima=self.n_points("minimum"),
            transition_states=self.n_proved("transition state"),
            of_transition_states=self.n_points("transition state"),
            are_distinct=self.are_distinct,
            not_proved=dict(reasons.most_common()),
            saddles=self.n_proved("saddle"),
            of_saddles=self.n_points("saddle"),
        )

    @property
    def tiers(self) -> dict[str, int]:
        """How many points were proved in what."""
        return dict(Counter(one.tier for one in self.certificates))

    def as_dict(self) -> dict[str, Any]:
        """All of it, as JSON can hold it."""
        return {
            "complete": self.is_complete,
            "proved": [one.as_dict() for one in self.certificates],
            "not_proved": [vars(one) for one in self.refusals],
            "not_tried": [list(one) for one in self.untried],
            "proved_by_an_earlier_method": [list(one) for one in self.outdated],
            "not_proved_different": [list(pair) for pair in self.alike],
            "saddles_and_transition_states_not_proved_different": [
                list(pair) for pair in self.alike_of_index_one
            ],
            "not_compared": [list(one) for one in self.uncompared],
        }


def _count(kind: str, kinds: Iterable[str]) -> int:
    return list(kinds).count(kind)
