"""What was proved of the stationary points of a landscape, and what was not."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class Certificate:
    """A proof about one stored point.

    For the loss of these very floating-point data in real arithmetic: the box
    `centre` + `basis` [−ρ, ρ]^m holds exactly one stationary point, and everywhere in it the Hessian has
    `index` negative eigenvalues and no zero one. Where motions leave the loss unchanged (translation and
    rotation of a cluster), the box is a slice across them, and the Hessian at the point has a zero
    eigenvalue for each of them and no other.

    Attributes:
        kind: "minimum" or "transition state".
        id: number of the point in the landscape, as in `landscape.minimum(id)`.
        index: number of negative Hessian eigenvalues.
        distance: no more than this lies between the stored coordinates and the stationary point.
        tier: what was computed in: "float64", or how many bits.
        loss: of the stationary point, from below and above.
        trace, square: of the Hessian there, its trace and squared Frobenius norm, from below and above.
        centre: middle of the box, in the n coordinates that are searched [n].
        basis: directions of the box [n m]; m is less than n where motions leave the loss unchanged.
        rho: ρ.
    """

    kind: str
    id: int
    index: int
    distance: float
    tier: str
    loss: tuple[float, float]
    trace: tuple[float, float]
    square: tuple[float, float]
    centre: Float[np.ndarray, " n"]
    basis: Float[np.ndarray, "n m"]
    rho: float

    def is_apart_from(self, other: "Certificate") -> bool:
        """Whether the two are proved to be different points, none of which is an image of the other.

        Loss, trace and Frobenius norm of the Hessian are the same at all images of a point, as long as
        every symmetry of the problem acts by an orthogonal map, which all that are known here do.
        """
        pairs = (
            (self.loss, other.loss),
            (self.trace, other.trace),
            (self.square, other.square),
        )
        return any(a[1] < b[0] or b[1] < a[0] for a, b in pairs)

    def as_dict(self) -> dict[str, Any]:
        """All of it, as JSON can hold it."""
        return {
            "kind": self.kind,
            "id": self.id,
            "index": self.index,
            "distance": self.distance,
            "tier": self.tier,
            "loss": list(self.loss),
            "centre": self.centre.tolist(),
            "basis": self.basis.tolist(),
            "rho": self.rho,
        }


@dataclass(frozen=True)
class Refusal:
    """A stored point of which nothing was proved, and why."""

    kind: str
    id: int
    reason: str


@dataclass(frozen=True)
class LandscapeCertificate:
    """What was proved of a landscape.

    Attributes:
        certificates: of the points that are proved.
        refusals: the points that are not.
        alike: pairs of points, by kind and ids, that are not proved to be different.
    """

    certificates: tuple[Certificate, ...]
    refusals: tuple[Refusal, ...]
    alike: tuple[tuple[str, int, int], ...]

    @property
    def is_complete(self) -> bool:
        """Whether every point is proved, and all are proved to be different."""
        return not self.refusals and not self.alike

    def n_proved(self, kind: str) -> int:
        """How many points of a kind are proved."""
        return sum(one.kind == kind for one in self.certificates)

    def n_points(self, kind: str) -> int:
        """How many points of a kind there are."""
        return self.n_proved(kind) + sum(one.kind == kind for one in self.refusals)

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
            "not_proved_different": [list(pair) for pair in self.alike],
        }
