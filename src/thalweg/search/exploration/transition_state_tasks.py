"""Searches for transition states: between pairs of minima, or around single ones."""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import numpy as np
from jaxtyping import Float, PRNGKeyArray

from ...landscape.records import Attempt, Batch
from ...problems.problem import Problem
from ..elastic_band import DoublyNudgedBand, relax_bands
from ..label import settings_label
from ..search_space import SearchSpace
from ..soft_modes import soft_directions
from ..transition_states import PathwayBatch, PathwaySearch, find_pathways
from .tasks import Task


class DoubleEnded(eqx.Module):
    """Settings of a search between two minima.

    Attributes:
        band: the elastic band between them.
        pathways: how its highest points are followed to transition states, and these to their minima.
        candidates: points of one band that are followed at most.
    """

    band: DoublyNudgedBand = DoublyNudgedBand()
    pathways: PathwaySearch = PathwaySearch()
    candidates: int = eqx.field(static=True, default=3)

    @property
    def label(self) -> str:
        """Label under which attempts are recorded; it changes with any setting."""
        return settings_label("double-ended", self)


class SingleEnded(eqx.Module):
    """Settings of searches from one minimum: displace it along its soft modes and follow uphill.

    Attributes:
        pathways: how transition states are found and descended from.
        displacements: lengths of the displacements in units of the problem's scale; the n-th try
            from a minimum takes the n-th of them, in turn.
        directions: random directions in one try. Their component along a mode of curvature λ is
            normal with standard deviation ∝ λ^(−1/4): soft modes prevail, stiff ones take part.
    """

    pathways: PathwaySearch = PathwaySearch()
    displacements: tuple[float, ...] = eqx.field(static=True, default=(3.0, 1.0, 6.0))
    directions: int = eqx.field(static=True, default=2)

    @property
    def label(self) -> str:
        """Label under which attempts are recorded; it changes with any setting."""
        return settings_label("single-ended", self)


@dataclass(frozen=True, eq=False)
class PairSearch(Task):
    """Look for the transition states between pairs of known minima.

    Attributes:
        ids: ids of the minima of each pair.
        points: their coordinates [pairs 2 d], in any symmetry images.
        method: how to search.
    """

    LAW: ClassVar[str] = "double-ended searches"

    ids: tuple[tuple[int, int], ...]
    points: Float[np.ndarray, "pairs 2 d"]
    method: DoubleEnded

    @property
    def pairs(self) -> tuple[tuple[int, int | None], ...]:
        """Ids of the minima, as attempts are recorded."""
        return self.ids

    def law(self, problem: Problem) -> str:
        return self.LAW

    def _search(self, space: SearchSpace, key: PRNGKeyArray) -> Batch:
        # Without the alignment a band would cross symmetry copies and find barriers that do not exist.
        images = [space.aligned(b, a) for a, b in self.points]
        start, end = space.contract(self.points[:, 0]), space.contract(np.array(images))
        candidates = [c[: self.method.candidates] for c in self._candidates(space, start, end)]
        owner = np.repeat(np.arange(len(self.ids)), [len(c) for c in candidates])
        pathways = find_pathways(
            space,
            np.concatenate(candidates),
            owner,
            self.method.pathways,
            should_stop=self.should_stop,
        )
        return _batch_of_pathways(self.LAW, pathways, self.pairs, self.method.label)

    def _candidates(
        self,
        space: SearchSpace,
        start: Float[np.ndarray, "pairs m"],
        end: Float[np.ndarray, "pairs m"],
    ) -> list[Float[np.ndarray, "candidates m"]]:
        """Points near passes between each pair, highest first: of bands, or of the problem's own search."""
        native = space.problem.native_search
        if native is not None:
            return [native.candidates_between(a, b) for a, b in zip(start, end, strict=True)]
        bands = relax_bands(
            space.problem,
            start,
            end,
            self.method.band,
            batches=space.batches,
            should_stop=self.should_stop,
        )
        return [bands.candidates(i) for i in range(len(self.ids))]


@dataclass(frozen=True, eq=False)
class UphillSearch(Task):
    """Look for transition states around known minima.

    Attributes:
        ids: id of each minimum.
        points: their coordinates [minima d].
        tries: how many tries from each minimum came before.
        method: how to search.
    """

    LAW: ClassVar[str] = "single-ended searches"

    ids: tuple[int, ...]
    points: Float[np.ndarray, "minima d"]
    tries: tuple[int, ...]
    method: SingleEnded

    @property
    def pairs(self) -> tuple[tuple[int, int | None], ...]:
        """Ids of the minima, as attempts are recorded, each with None."""
        return tuple((a, None) for a in self.ids)

    def law(self, problem: Problem) -> str:
        return self.LAW

    def _search(self, space: SearchSpace, key: PRNGKeyArray) -> Batch:
        candidates = self._candidates(space, space.contract(self.points), key)
        owner = np.repeat(np.arange(len(self.ids)), [len(c) for c in candidates])
        pathways = find_pathways(
            space,
            np.concatenate(candidates),
            owner,
            self.method.pathways,
            should_stop=self.should_stop,
        )
        return _batch_of_pathways(self.LAW, pathways, self.pairs, self.method.label)

    def _candidates(
        self, space: SearchSpace, minima: Float[np.ndarray, "minima m"], key: PRNGKeyArray
    ) -> list[Float[np.ndarray, "candidates m"]]:
        """Points around each minimum: at first all that the problem itself names, else displaced ones."""
        lengths = np.array([self._length(t) for t in self.tries]) * space.problem.length_scale
        directions = soft_directions(
            space, minima, key, self.method.directions, should_stop=self.should_stop
        )
        displaced_points = minima[:, None] + lengths[:, None, None] * directions
        native = space.problem.native_search
        if native is None:
            return list(displaced_points)
        return [
            native.candidates(x) if tries == 0 else points
            for x, tries, points in zip(minima, self.tries, displaced_points, strict=True)
        ]

    def _length(self, tries: int) -> float:
        return self.method.displacements[tries % len(self.method.displacements)]


def _batch_of_pathways(
    law: str, batch: PathwayBatch, pairs: tuple[tuple[int, int | None], ...], label: str
) -> Batch:
    numbers = np.bincount(batch.owner, minlength=len(pairs))
    # A pair whose search was cut short has not been tried: it is taken up again.
    attempts = tuple(
        Attempt(a, b, label, int(n))
        for k, ((a, b), n) in enumerate(zip(pairs, numbers, strict=True))
        if k not in batch.unfinished
    )
    return Batch(
        law=law,
        pathways=batch.pathways,
        attempts=attempts,
        counts=batch.all_counts,
        redone=batch.redone,
        is_cut=bool(batch.unfinished),
    )
