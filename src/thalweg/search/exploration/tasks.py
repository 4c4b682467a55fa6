"""Tasks: what a worker does in one go, from a problem and a few numbers to a batch of findings.

A task is idempotent and draws from a key made of its law, seed, stream and number alone, so that a
lost one can be run again and a landscape does not depend on who ran which.
"""

import abc
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Float, PRNGKeyArray

from ...landscape.records import Attempt, Batch, QuenchCounts
from ...precision import with_float64
from ...problems.problem import Problem
from ..basin_hopping import BasinHopping, hop
from ..elastic_band import DoublyNudgedBand, relax_bands
from ..quench import Quench, descend, quench_counts
from ..search_space import SearchSpace
from ..soft_modes import soft_directions
from ..steps.newton import Newton
from ..transition_states import PathwayBatch, PathwaySearch, find_pathways

ShouldStop = Callable[[], bool]


@dataclass(frozen=True, eq=False)
class Task(abc.ABC):
    """One task; `seed`, `stream` and `number` make its key, together with its law."""

    seed: int
    stream: int
    number: int

    @abc.abstractmethod
    def law(self, problem: Problem) -> str:
        """Name of the law by which the task finds points."""

    @abc.abstractmethod
    def _search(self, space: SearchSpace, key: PRNGKeyArray) -> dict:
        """Fields of the batch that the task makes."""

    @with_float64
    def run(self, problem: Problem) -> Batch:
        """Do the task."""
        began = time.perf_counter()
        law = self.law(problem)
        key = jax.random.key(self.seed)
        for number in (zlib.crc32(law.encode()), self.stream, self.number):
            key = jax.random.fold_in(key, np.uint32(number))
        found = self._search(SearchSpace(problem), key)
        return Batch(
            law=law,
            seed=self.seed,
            stream=self.stream,
            task=self.number,
            seconds=time.perf_counter() - began,
            **found,
        )


@dataclass(frozen=True, eq=False)
class RandomStarts(Task):
    """Quench `n` independent starts drawn from the problem's law."""

    n: int
    quench: Quench | None

    def law(self, problem: Problem) -> str:
        return problem.start_law

    def _search(self, space: SearchSpace, key: PRNGKeyArray) -> dict:
        result = descend(space, space.starts(jax.random.split(key, self.n)), self.quench)
        minima = tuple(m for m in space.minima(result) if m is not None)
        return {"is_independent": True, "minima": minima, "counts": quench_counts(result)}


@dataclass(frozen=True, eq=False)
class Hops(Task):
    """Run the chains of basin-hopping, each from a random start."""

    method: BasinHopping
    newton: Newton

    def law(self, problem: Problem) -> str:
        return self.method.law

    def _search(self, space: SearchSpace, key: PRNGKeyArray) -> dict:
        result = hop(space, key, self.method, self.newton)
        minima = tuple(m for m in space.minima(result) if m is not None)
        return {"minima": minima, "counts": quench_counts(result)}


class DoubleEnded(eqx.Module):
    """Settings of a search between two minima: a band, then its highest points followed to saddles."""

    band: DoublyNudgedBand = DoublyNudgedBand()
    pathways: PathwaySearch = PathwaySearch()
    candidates: int = eqx.field(static=True, default=3)

    @property
    def label(self) -> str:
        """Name of the method under which attempts are remembered: other settings, other name."""
        band = self.band
        return (
            f"band of {band.images} images, {band.steps} steps, stiffness {band.stiffness:g}, "
            f"up to {self.candidates} candidates"
        )


class SingleEnded(eqx.Module):
    """Settings of searches from one minimum: displace it along its soft modes and follow uphill.

    Attributes:
        pathways: how saddles are found and descended from.
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
        """Name of the method under which attempts are remembered."""
        lengths = ", ".join(f"{length:g}" for length in self.displacements)
        return f"soft modes, {self.directions} directions of length {lengths}"


@dataclass(frozen=True, eq=False)
class PairSearch(Task):
    """Look for the transition states between pairs of known minima.

    Attributes:
        ids: ids of the minima of each pair.
        points: their coordinates [pairs 2 d], in any symmetry images.
    """

    LAW: ClassVar[str] = "double-ended searches"

    ids: tuple[tuple[int, int], ...]
    points: Float[np.ndarray, "pairs 2 d"]
    method: DoubleEnded

    def law(self, problem: Problem) -> str:
        return self.LAW

    def _search(self, space: SearchSpace, key: PRNGKeyArray) -> dict:
        # Without the alignment a band would cross symmetry copies and find barriers that do not exist.
        images = [space.aligned(b, a) for a, b in self.points]
        start, end = space.contract(self.points[:, 0]), space.contract(np.array(images))
        candidates = [c[: self.method.candidates] for c in self._candidates(space, start, end)]
        owner = np.repeat(np.arange(len(self.ids)), [len(c) for c in candidates])
        found = find_pathways(space, np.concatenate(candidates), owner, self.method.pathways)
        return _with_attempts(found, [(a, b, self.method.label) for a, b in self.ids])

    def _candidates(
        self,
        space: SearchSpace,
        start: Float[np.ndarray, "pairs m"],
        end: Float[np.ndarray, "pairs m"],
    ) -> list[Float[np.ndarray, "candidates m"]]:
        """Points near passes between each pair, highest first: of bands, or of the problem's own search."""
        own = space.problem.native_search
        if own is not None:
            return [own.candidates_between(a, b) for a, b in zip(start, end, strict=True)]
        bands = relax_bands(space.problem, start, end, self.method.band)
        return [bands.candidates(i) for i in range(len(self.ids))]


@dataclass(frozen=True, eq=False)
class UphillSearch(Task):
    """Look for transition states around known minima.

    Attributes:
        ids: id of each minimum.
        points: their coordinates [minima d].
        tries: how many tries from each minimum came before.
    """

    LAW: ClassVar[str] = "single-ended searches"

    ids: tuple[int, ...]
    points: Float[np.ndarray, "minima d"]
    tries: tuple[int, ...]
    method: SingleEnded

    def law(self, problem: Problem) -> str:
        return self.LAW

    def _search(self, space: SearchSpace, key: PRNGKeyArray) -> dict:
        here = space.contract(self.points)
        candidates = self._candidates(space, here, key)
        owner = np.repeat(np.arange(len(self.ids)), [len(c) for c in candidates])
        found = find_pathways(space, np.concatenate(candidates), owner, self.method.pathways)
        return _with_attempts(found, [(a, None, self.method.label) for a in self.ids])

    def _candidates(
        self, space: SearchSpace, here: Float[np.ndarray, "minima m"], key: PRNGKeyArray
    ) -> list[Float[np.ndarray, "candidates m"]]:
        """Around each minimum: at first all that the problem itself can name, else displaced points."""
        lengths = np.array([self._length(t) for t in self.tries]) * space.problem.length_scale
        ways = soft_directions(space, here, key, self.method.directions)
        displaced = here[:, None] + lengths[:, None, None] * ways
        own = space.problem.native_search
        if own is None:
            return list(displaced)
        return [
            own.candidates(x) if tries == 0 else other
            for x, tries, other in zip(here, self.tries, displaced, strict=True)
        ]

    def _length(self, tries: int) -> float:
        return self.method.displacements[tries % len(self.method.displacements)]


def _with_attempts(found: PathwayBatch, tried: list[tuple[int, int | None, str]]) -> dict:
    numbers = np.bincount(found.owner, minlength=len(tried))
    attempts = tuple(
        Attempt(a, b, method, int(n)) for (a, b, method), n in zip(tried, numbers, strict=True)
    )
    counts = QuenchCounts(**{**vars(found.counts), "steps": found.counts.steps + found.steps})
    return {"pathways": found.pathways, "attempts": attempts, "counts": counts}
