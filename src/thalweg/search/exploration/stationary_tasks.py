"""Searches for stationary points of any index, or of some: minima, transition states and saddles alike."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import jax
import numpy as np
from jaxtyping import Float, PRNGKeyArray

from ...landscape.identity import PointIndex
from ...landscape.records import (
    STATIONARY_LAW,
    Batch,
    Minimum,
    Pathway,
    QuenchCounts,
    Saddle,
    cut_law,
)
from ...numbers import Whole, whole_number
from ...problems.problem import Problem
from ..quench import quench_counts
from ..search_space import SearchSpace
from ..steps.eigenvector_following import EigenvectorFollowing
from ..steps.gradient_zero import GradientZero
from ..steps.rule import Status, StepRule
from ..transition_states import PathwaySearch, find_pathways
from ..walks.result import WalkResult
from ..walks.walk import require_any_index, walk
from .tasks import Task

_SPREAD = 0.3
"""Length scales by which points between two others are displaced: well within a basin, and off its axis."""


@dataclass(frozen=True, eq=False)
class StationarySearch(Task):
    """Look for stationary points from `n` random starts, and from as many points between those that came up.

    Starts are drawn from the problem's laws in turn. From them Newton's steps go to whatever point is near
    or, where certain indices are wanted, as many modes are followed uphill. Then Newton's steps begin
    between two of the points that this gave, each in one of its symmetry images: saddles lie between. A task
    needs nothing of the landscape, so all tasks are independent draws of one law.

    Attributes:
        n: random starts.
        indices: indices of the points that are kept; all if empty.
    """

    LAW: ClassVar[str] = STATIONARY_LAW

    n: int
    indices: tuple[int, ...] = ()

    @classmethod
    def law_of(cls, indices: tuple[int, ...]) -> str:
        """Name of the law by which such searches draw."""
        return f"{cls.LAW} of index {', '.join(map(str, indices))}" if indices else cls.LAW

    @classmethod
    def is_law(cls, law: str) -> bool:
        """Whether whole tasks of this sort draw by a law of this name."""
        return law.startswith(cls.LAW) and not law.endswith(cut_law(""))

    def law(self, problem: Problem) -> str:
        return self.law_of(self.indices)

    def _search(self, space: SearchSpace, key: PRNGKeyArray) -> Batch:
        require_any_index(space.problem)
        start_key, rule_key = jax.random.split(key)
        laws = tuple(space.full.start_laws)
        starts = space.starts(jax.random.split(start_key, self.n), laws[self.number % len(laws)])
        walks = [
            walk(
                space.problem,
                starts[k :: len(self._rules)],
                rule,
                batches=space.batches,
                should_stop=self.should_stop,
            )
            for k, rule in enumerate(self._rules)
        ]
        points = _Distinct(space)
        for one in walks:
            points.add(one)
        if points.all and not any(one.is_cut for one in walks):
            random = np.random.default_rng(np.asarray(jax.random.key_data(rule_key)))
            between = _between(space, points.all, self.n, random)
            walks.append(
                walk(
                    space.problem,
                    between,
                    GradientZero(),
                    batches=space.batches,
                    should_stop=self.should_stop,
                )
            )
            points.add(walks[-1])
        return self._batch(space, walks, points.all)

    @property
    def _rules(self) -> tuple[StepRule, ...]:
        """One for each index that is wanted; minima have searches of their own."""
        uphill = tuple(EigenvectorFollowing(index=k) for k in self.indices if k > 0)
        return uphill or (GradientZero(),)

    def _batch(self, space: SearchSpace, walks: list[WalkResult], points: list[Minimum]) -> Batch:
        wanted = [p for p in points if not self.indices or p.index in self.indices]
        minima = [p for p in wanted if not isinstance(p, Saddle)]
        higher = [p for p in wanted if isinstance(p, Saddle)]
        pathways, higher = self._followed_down(space, higher)
        counts = [_counts(one) for one in walks]
        total = {
            field.name: sum(getattr(one, field.name) for one in counts)
            for field in dataclasses.fields(counts[0])
        }
        return Batch(
            law=self.law(space.full),
            minima=tuple(minima),
            pathways=pathways,
            saddles=tuple(higher),
            counts=dataclasses.replace(counts[0], **total),
            redone=sum(int(one.redone.sum()) for one in walks),
            is_cut=any(one.is_cut for one in walks) or self.should_stop(),
        )

    def _followed_down(
        self, space: SearchSpace, saddles: list[Saddle]
    ) -> tuple[tuple[Pathway, ...], list[Saddle]]:
        """The pathways of those of index one, and the saddles that remain."""
        of_one = [p for p in saddles if p.index == 1]
        if not of_one:
            return (), saddles
        x = space.contract(np.array([p.coordinates for p in of_one]))
        owner = np.arange(len(of_one))
        batch = find_pathways(space, x, owner, PathwaySearch(), should_stop=self.should_stop)
        followed = {int(k) for k in batch.owner}
        # What the time was too short for is found again.
        lost = followed | set(batch.unfinished)
        rest = [p for p in saddles if p.index > 1]
        return batch.pathways, [p for k, p in enumerate(of_one) if k not in lost] + rest


def wanted_indices(indices: Iterable[Whole], dimension: int) -> tuple[int, ...]:
    """Indices of the saddles that are looked for, ascending, each once.

    Raises:
        ValueError: if there is none, or one that no saddle of so many parameters has.
    """
    wanted = {whole_number(k, "index", least=2, most=dimension) for k in indices}
    if not wanted:
        raise ValueError("indices must name at least one index, 2 or more.")
    return tuple(sorted(wanted))


class _Distinct:
    """The points that walks came to, each once."""

    def __init__(self, space: SearchSpace) -> None:
        self._space, self._index = space, PointIndex(space.full.symmetry, space.unit)
        self.all: list[Minimum] = []

    def add(self, result: WalkResult) -> None:
        """Add the points of some walks that are new."""
        for point in self._space.stationary_points(result):
            if point is not None and self._index.find(point) is None:
                self._index.add(len(self.all), point)
                self.all.append(point)


def _between(
    space: SearchSpace, points: list[Minimum], n: int, random: np.random.Generator
) -> Float[np.ndarray, "n m"]:
    """`n` points between images of two of the points, a little off the line."""
    first, second = random.integers(len(points), size=(2, n))
    share = random.uniform(size=(n, 1))
    symmetry = space.full.symmetry
    images = np.array([symmetry.random_image(points[k].coordinates, random) for k in second])
    ends = np.array([points[k].coordinates for k in first])
    middle = space.contract(share * ends + (1 - share) * images)
    spread = _SPREAD * space.problem.length_scale
    return np.asarray(middle + spread * random.normal(size=middle.shape))


def _counts(result: WalkResult) -> QuenchCounts:
    """How walks ended: those in saddles as such, though they were looked for."""
    counts = quench_counts(result)
    is_saddle = (result.spectrum < 0).any(axis=1) & (result.status == Status.CONVERGED)
    n = int(is_saddle.sum())
    return dataclasses.replace(counts, minima=counts.minima - n, wrong_index=counts.wrong_index + n)
