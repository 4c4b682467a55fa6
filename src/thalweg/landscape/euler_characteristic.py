"""A test of completeness: Morse's relations between the numbers of stationary points of each index."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..problems.own_word import is_stated_of
from .database.tallies import StabiliserCount
from .errors import LandscapeError
from .identity import PointIndex
from .integer_text import integer_to_text
from .landscape import Landscape
from .network import Network
from .records import Minimum

_STATED = ("symmetry", "growth_doubt")
"""What a problem states of its loss, on which the relations rest."""

BLIND = (
    "points of an even and of an odd index that are missing together, with equally many images, as a fold "
    "makes them"
)
"""What the sum cannot see."""


@dataclass(frozen=True)
class IndexCount:
    """The known stationary points of one index.

    Attributes:
        index: number of negative Hessian eigenvalues.
        points: different up to symmetry.
        images: all of their images: |G| over the order of the stabiliser, summed.
    """

    index: int
    points: int
    images: int


@dataclass(frozen=True)
class MorseInequality:
    """c_k − c_(k−1) + … ± c_0 ≥ (−1)^k, c_k being the number of images of index k.

    Attributes:
        index: k.
        left, right: the two sides, for the points that are known.
    """

    index: int
    left: int
    right: int

    @property
    def missing(self) -> int:
        """Images of index k, k − 2, … that are missing at least."""
        return max(0, self.right - self.left)


@dataclass(frozen=True)
class EulerCharacteristic:
    """What the numbers of stationary points say about those that are not known.

    A loss that grows without bound in every direction, with a continuous gradient and no degenerate
    stationary point, has Σ (−1)^index = 1 over all of them, every image counted, and obeys Morse's
    inequalities (Milnor, Morse Theory, 1963, §5; the sum is the Brouwer degree of the gradient).

    Attributes:
        counts: of each index that is known, ascending.
        inequalities: for each index up to the largest that is known.
        refusal: why nothing follows from the numbers; None where the relations hold.
        walks: walks towards points of any index, of `thalweg saddles` and `complete`.
        flat_ends: walks and quenches that ended where the loss is flat: if a stationary point there is
            degenerate, the relations need not hold.
        are_proved: whether the known points fulfil the relations, and all that count are proved to be what
            they are, and different (`thalweg certify`). How many images each has is as the search has it.
    """

    counts: tuple[IndexCount, ...]
    inequalities: tuple[MorseInequality, ...]
    refusal: str | None
    walks: int
    flat_ends: int
    are_proved: bool = False

    @property
    def total(self) -> int:
        """Σ (−1)^index over all images of all known points."""
        return sum((-1) ** one.index * one.images for one in self.counts)

    @property
    def is_one(self) -> bool:
        """Whether the relations apply and the known points fulfil them all."""
        return (
            self.refusal is None
            and self.total == 1
            and not any(one.missing for one in self.inequalities)
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """What must be missing; nothing where the relations do not apply, or all hold."""
        if self.refusal is not None:
            return ()
        said = [
            f"at least {_images(one.missing)} of index {_same_parity(one.index)} missing"
            for one in self.inequalities
            if one.missing
        ]
        if self.total != 1:
            parity = "an even" if self.total < 1 else "an odd"
            n = abs(1 - self.total)
            said.append(f"at least {_images(n)} of {parity} index missing")
        if said and not self.walks:
            said.append("saddles of higher index were not looked for (`thalweg saddles`)")
        return tuple(said)

    def __str__(self) -> str:
        if not self.counts:
            return "no stationary point is known"
        if self.refusal is not None:
            return f"the sum over stationary points says nothing: {self.refusal}"
        terms = [integer_to_text(one.images) for one in self.counts]
        signs = ["−" if one.index % 2 else "+" for one in self.counts]
        text = "".join(f" {s} {t}" for s, t in zip(signs, terms, strict=True)).removeprefix(" + ")
        said = f"{text.strip()} = {integer_to_text(self.total)} over indices "
        said += ", ".join(str(one.index) for one in self.counts)
        if self.is_one:
            proved = "; every one of these points is proved, and that all are different"
            said += f", as it must be if all are known{proved if self.are_proved else ''}"
            return f"{said}; unseen would be {BLIND}{self._flat()}"
        return f"{said}; {'; '.join(self.missing)}{self._flat()}"

    def _flat(self) -> str:
        n = self.flat_ends
        if not n:
            return ""
        return (
            f"; {n} walks ended where the loss is flat: a degenerate point there would make it void"
        )

    def as_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "counts": [vars(one) for one in self.counts],
            "inequalities": [{**vars(one), "missing": one.missing} for one in self.inequalities],
            "sum": self.total,
            "is_one": self.is_one,
            "are_proved": self.are_proved,
            "missing": list(self.missing),
            "refusal": self.refusal,
            "blind_to": BLIND,
            "walks": self.walks,
            "flat_ends": self.flat_ends,
        }


def euler_characteristic(landscape: Landscape, *, grows: bool | None = None) -> EulerCharacteristic:
    """Whether the known stationary points of every index, with all their images, fulfil Morse's relations.

    Args:
        landscape: with its saddles of higher index (`thalweg saddles`, `explore(…, complete=True)`).
        grows: your word that the loss grows without bound in every direction and has a continuous
            gradient, or that between its bounds the gradient points outwards at all of them; None to
            ask the problem, which knows where its formula tells.

    Returns:
        The numbers, what must be missing, and why nothing follows where the relations do not apply.
    """
    try:
        others, doubt = dict(_other_saddles(landscape)), None
    except LandscapeError:
        others = dict(enumerate(landscape.saddles()))
        doubt = (
            "the file cannot rebuild its loss, so that saddles are not told from transition states"
        )
    # Of minima and transition states these numbers are all that counts: there may be very many.
    counts = [(k, one) for k in (0, 1) for one in landscape.stabiliser_counts(k)]
    counts += [
        (point.index, StabiliserCount(point.stabiliser_order, 1, int(point.index_doubt > 0)))
        for point in others.values()
    ]
    order = landscape.symmetry_order
    n_points, images = Counter[int](), Counter[int]()
    for index, one in counts:
        n_points[index] += one.points
        images[index] += one.points * (order // one.order)
    n_doubtful = sum(one.doubtful for _, one in counts)
    result = EulerCharacteristic(
        counts=tuple(IndexCount(k, n_points[k], images[k]) for k in sorted(n_points)),
        inequalities=tuple(_inequalities(images)),
        refusal=doubt or _refusal(landscape, grows, sum(n_points.values()), n_doubtful),
        walks=landscape.n_stationary_walks(),
        flat_ends=landscape.counts().flat,
    )
    # Only then: a search asks again and again, and there may be very many proofs to read.
    return replace(result, are_proved=result.is_one and _are_proved(landscape, others))


def _are_proved(landscape: Landscape, counted_saddles: Collection[int]) -> bool:
    """Whether all points that the sum counts are proved, and all to be different."""
    others = set(range(landscape.n_saddles)).difference(counted_saddles)
    return landscape.certificates().without("saddle", others).is_complete


def missing_transition_state_images(network: Network) -> int:
    """Images of transition states that are missing at least, where the loss grows without bound.

    By the first of Morse's inequalities, c_1 ≥ c_0 − 1; 0 where there are too many images to count.
    """
    logs = [network.log_degeneracy, network.barrier_log_degeneracy]
    # Beyond, doubles do not count singly.
    if max((float(log.max()) for log in logs if len(log)), default=0.0) > np.log(2.0**40):
        return 0
    minima, transition_states = (int(np.rint(np.exp(log)).sum()) for log in logs)
    return max(0, minima - 1 - transition_states)


def _other_saddles(landscape: Landscape) -> Iterator[tuple[int, Minimum]]:
    """The saddles by number, without those of index one that have become transition states since."""
    saddles = landscape.saddles()
    transition_states = (
        PointIndex(
            landscape.problem.symmetry, landscape.problem.loss_unit, landscape.tolerances.edifftol
        )
        if any(one.index == 1 for one in saddles)
        else None
    )
    if transition_states is not None:
        for k, point in enumerate(landscape.transition_states()):
            transition_states.add(k, point)
    for number, saddle in enumerate(saddles):
        if saddle.index > 1 or transition_states is None or transition_states.find(saddle) is None:
            yield number, saddle


def _inequalities(images: Counter[int]) -> Iterator[MorseInequality]:
    alternating = 0
    for k in range(max(images, default=-1) + 1):
        alternating = images[k] - alternating
        yield MorseInequality(k, alternating, (-1) ** k)


def _refusal(
    landscape: Landscape, grows: bool | None, n_points: int, n_doubtful: int
) -> str | None:
    if not n_points:
        return "no stationary point is known"
    if n_doubtful:
        return f"the index of {n_doubtful} points is an estimate"
    try:
        inherited = [name for name in _STATED if not is_stated_of(landscape.problem, name)]
    except LandscapeError:
        inherited = []
    if "symmetry" in inherited or (inherited and grows is None):
        changed = type(landscape.problem).__name__
        return f"{changed} has changed the loss for which a parent states {' and '.join(inherited)}"
    if grows is not None:
        return None if grows else "the loss does not grow without bound in every direction"
    try:
        doubt = landscape.problem.growth_doubt
    except LandscapeError:
        doubt = (
            "the file cannot rebuild it, so that nobody can ask whether it grows in every direction"
        )
    return None if doubt is None else f"of this loss, {doubt}"


def _images(n: int) -> str:
    return f"{integer_to_text(n)} image{'' if n == 1 else 's'}"


def _same_parity(index: int) -> str:
    return " or ".join(str(k) for k in range(index, -1, -2))
