"""Tasks: what a worker does in one go, from a problem and a few numbers to a batch of stationary points.

A task is idempotent and draws from a key made of its law, seed, stream and number alone, so that a
lost one can be run again and a landscape does not depend on who ran which.
"""

import abc
import dataclasses
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import jax
import numpy as np
from jaxtyping import PRNGKeyArray

from ...landscape.records import Batch, cut_law
from ...precision import with_float64
from ...problems.problem import RMS_TOLERANCE, Problem
from ..basin_hopping import BasinHopping, hop
from ..quench import QuenchMethod, descend, quench_counts
from ..search_space import SearchSpace
from ..steps.batching import BatchSizes
from ..steps.pace import SearchStopped, never
from ..steps.rule import StepRule
from ..walks.result import WalkResult


@dataclass(frozen=True, eq=False)
class Task(abc.ABC):
    """One task; `seed`, `stream` and `number` make its key, together with its law.

    `rms_tolerance` is the RMS gradient below which points count as stationary, as the landscape has it.
    `batches` says what is computed together, on a device as that of the process that planned the task.
    `should_stop` is asked every fraction of a second, or every step. A task that is cut short by it hands
    back what had come to its end, under a law of its own (`cut_law`): which starts are finished by a given
    time depends on where they lead, so they say nothing about coverage.
    """

    seed: int
    stream: int
    number: int
    rms_tolerance: float = field(default=RMS_TOLERANCE, kw_only=True)
    batches: BatchSizes | None = field(default=None, kw_only=True)
    should_stop: Callable[[], bool] = field(default=never, kw_only=True)

    @property
    def pairs(self) -> tuple[tuple[int, int | None], ...]:
        """Pairs of ids of the known minima that it searches between, (id, None) around one, if it does."""
        return ()

    @abc.abstractmethod
    def law(self, problem: Problem) -> str:
        """Name of the law by which the task draws points."""

    @abc.abstractmethod
    def _search(self, space: SearchSpace, key: PRNGKeyArray) -> Batch:
        """Do the task; numbers and time of the batch are filled in by `run`.

        Raises:
            SearchStopped: if it is told to stop before anything has come to its end.
        """

    @property
    def _batches_here(self) -> BatchSizes | None:
        # Workers may have other devices than the process that plans.
        return self.batches if self.batches is not None and self.batches.fits_here else None

    @with_float64
    def run(self, problem: Problem) -> Batch:
        """Do the task."""
        began = time.perf_counter()
        law = self.law(problem)
        key = jax.random.key(self.seed)
        for number in (zlib.crc32(law.encode()), self.stream, self.number):
            key = jax.random.fold_in(key, np.uint32(number))
        try:
            batch = self._search(SearchSpace(problem, self.rms_tolerance, self._batches_here), key)
        except SearchStopped:
            batch = Batch(law, is_cut=True)
        return dataclasses.replace(
            batch,
            law=cut_law(batch.law) if batch.is_cut else batch.law,
            is_independent=batch.is_independent and not batch.is_cut,
            seed=self.seed,
            stream=self.stream,
            task=self.number,
            seconds=time.perf_counter() - began,
        )


@dataclass(frozen=True, eq=False)
class RandomStarts(Task):
    """Quench `n` independent starts drawn from one of the problem's laws: `start_law` if None."""

    n: int
    quench: QuenchMethod | None
    start_law: str | None = None

    def law(self, problem: Problem) -> str:
        return problem.start_law if self.start_law is None else self.start_law

    def _search(self, space: SearchSpace, key: PRNGKeyArray) -> Batch:
        starts = space.starts(jax.random.split(key, self.n), self.start_law)
        result = descend(space, starts, self.quench, should_stop=self.should_stop)
        return _batch_of_minima(self.law(space.full), space, result, is_independent=True)


@dataclass(frozen=True, eq=False)
class Hops(Task):
    """Run the chains of basin-hopping, each from a random start."""

    method: BasinHopping
    rule: StepRule

    def law(self, problem: Problem) -> str:
        return self.method.law

    def _search(self, space: SearchSpace, key: PRNGKeyArray) -> Batch:
        result = hop(space, key, self.method, self.rule, should_stop=self.should_stop)
        return _batch_of_minima(self.method.law, space, result, is_independent=False)


def _batch_of_minima(
    law: str, space: SearchSpace, result: WalkResult, *, is_independent: bool
) -> Batch:
    minima = tuple(minimum for minimum in space.minima(result) if minimum is not None)
    return Batch(
        law=law,
        is_independent=is_independent,
        minima=minima,
        counts=quench_counts(result),
        flatness=space.flatness(result),
        redone=int(result.redone.sum()),
        is_cut=result.is_cut,
    )
