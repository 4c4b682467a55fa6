"""One run over a landscape: minima, then transition states, until a stop rule holds."""

import dataclasses
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ...landscape.landscape import Landscape
from ...landscape.network import Network
from ...landscape.records import Batch, Recorded
from ..quench import Quench
from ..walks.walk import has_full_hessian
from .executor import executor_for
from .interrupt import StopRequest
from .plan import Methods, Progress, Stop
from .strategies import Known, Pair, SingleEndedFromEach
from .tasks import Hops, PairSearch, RandomStarts, Task, UphillSearch

_STARTS_PER_TASK = 64
_SEARCHES_PER_TASK = 32
_LARGE_TASK = 1
"""Starts or searches in one task of a problem so large that each takes seconds or minutes."""
_TASKS_PER_ROUND = 8
_MOST_GROWTH = 4
"""Times the minima may multiply while they are joined: where each pass leads to new minima that have to
be joined in turn, joining has no end."""
_ROUNDS_OF_STARTS_FIRST = 1
_RETRY_EVERY = 8
"""Rounds after which the source of minima that was less fruitful is tried again."""
_IDLE_QUENCHES = 2000
_IDLE_QUENCHES_PER_MINIMUM = 10
"""A search for minima ends after so many quenches without a new one, or so many a known one."""


class Explorer:
    """One run over a landscape; use it in a `with` block."""

    def __init__(
        self,
        landscape: Landscape,
        stop: Stop,
        methods: Methods | None = None,
        *,
        seed: int = 0,
        workers: int | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self._landscape, self._stop, self._seed = landscape, stop, seed
        self._methods = methods or Methods()
        self._problem = landscape.problem
        self._executor = executor_for(self._problem, workers)
        self._report = progress or (lambda _: None)
        self._stream = 0
        self._quenches = 0
        self._idle_quenches = 0
        self._coverage = landscape.coverage()
        self._joined: int | None = None
        self._stage = "minima"
        self._n_minima = landscape.n_minima
        self._n_transition_states = landscape.n_transition_states
        self.outcome = "finished"

    def __enter__(self) -> "Explorer":
        self._began = time.monotonic()
        settings = {"stop": dataclasses.asdict(self._stop), "methods": repr(self._methods)}
        self._run = self._landscape.start_run("explore", settings, self._seed)
        self._request = StopRequest().__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._request.__exit__()
        self._executor.close()
        self._landscape.finish_run(self._run, self.outcome if kind is None else "failed")

    # ---- stages ---------------------------------------------------------------------------------

    def find_minima(self, *, with_saddles: bool = False) -> None:
        """Find minima until a stop rule holds; on the far sides of saddles too, if asked.

        Of the two sources the one that gave more new minima a step in its last round goes on; the
        other is tried again from time to time.
        """
        self._stage = "minima"
        yields = {"starts": np.inf, "saddles": np.inf}
        rounds = 0
        while not self._minima_are_enough():
            source = "starts"
            if with_saddles and self._stop.starts is None and rounds >= _ROUNDS_OF_STARTS_FIRST:
                pick = min if rounds % _RETRY_EVERY == 0 else max
                source = pick(yields, key=lambda s: yields[s])
            tasks = self._starts() if source == "starts" else self._searches_anywhere()
            yields[source] = self._round(tasks, self._minima_are_enough)
            rounds += 1

    def find_transition_states(self) -> None:
        """Search as each strategy proposes, until it has nothing left or a stop rule holds."""
        self._stage = "transition states"
        if self._n_minima == 0:
            return
        at_first = self._n_minima
        for strategy in self._methods.strategies:
            while not self._is_over():
                if self._n_minima > _MOST_GROWTH * at_first:
                    self.outcome = (
                        f"transition states lead to ever more minima, {self._n_minima} from "
                        f"{at_first} (`thalweg connect` goes on)"
                    )
                    break
                known = self._known()
                self._joined = int(known.network.is_joined.sum())
                pairs = strategy.propose(
                    known, self._per_task(_SEARCHES_PER_TASK) * _TASKS_PER_ROUND
                )
                if not pairs:
                    break
                self._round(self._searches(known.network, pairs), self._is_over)
        joined = self._landscape.network().is_joined
        self.outcome += f"; {joined.sum()} of {len(joined)} minima joined to the lowest"

    def _minima_are_enough(self) -> bool:
        if self._is_over():
            return True
        if self._n_minima >= self._stop.minima:
            self.outcome = f"reached {self._stop.minima} minima"
            return True
        seen = self._coverage
        if self._stop.coverage is not None and seen.good_turing >= self._stop.coverage:
            self.outcome = f"reached coverage {seen.good_turing:.4f}"
            return True
        if self._stop.starts is not None and seen.draws >= self._stop.starts:
            self.outcome = f"reached {seen.draws} random starts"
            return True
        if seen.is_saturated:
            self.outcome = (
                f"no more minima to be expected: {seen.draws} random starts found {seen.distinct}, "
                f"coverage {seen.good_turing:.4f}, Chao1 {seen.chao1:.1f}"
            )
            return True
        if self._idle_quenches > max(_IDLE_QUENCHES, _IDLE_QUENCHES_PER_MINIMUM * self._n_minima):
            self.outcome = f"nothing new in {self._idle_quenches} quenches"
            return True
        return False

    def _is_over(self) -> bool:
        if self._request.was_made:
            self.outcome = "interrupted"
            return True
        limit = self._stop.seconds
        if limit is not None and time.monotonic() - self._began >= limit:
            self.outcome = f"reached {limit:g} s"
            return True
        return False

    # ---- tasks ----------------------------------------------------------------------------------

    def _starts(self) -> list[Task]:
        methods = self._methods
        if methods.basin_hopping is not None:
            hopping, newton = methods.basin_hopping, (methods.quench or Quench()).newton
            return self._numbered(
                hopping.law,
                [lambda n: Hops(self._seed, self._stream, n, hopping, newton)] * _TASKS_PER_ROUND,
            )
        law, n_starts = self._problem.start_law, self._per_task(_STARTS_PER_TASK)
        return self._numbered(
            law,
            [lambda n: RandomStarts(self._seed, self._stream, n, n_starts, methods.quench)]
            * _TASKS_PER_ROUND,
        )

    def _searches_anywhere(self) -> list[Task]:
        known = self._known()
        everywhere = SingleEndedFromEach(tries=np.iinfo(np.int64).max)
        pairs = everywhere.propose(known, self._per_task(_SEARCHES_PER_TASK) * _TASKS_PER_ROUND)
        return self._searches(known.network, pairs)

    def _searches(self, network: Network, pairs: list[Pair]) -> list[Task]:
        around = [a for a, b in pairs if b is None]
        between = [(a, b) for a, b in pairs if b is not None]
        tries = self._landscape.attempts(self._methods.single_ended.label)
        return [
            *self._around(network, around, tries),
            *self._between(network, between),
        ]

    def _around(
        self, network: Network, minima: list[int], tries: Counter[tuple[int, int | None]]
    ) -> list[Task]:
        made = []
        for chunk in _chunks(minima, self._per_task(_SEARCHES_PER_TASK)):
            ids = tuple(int(i) for i in network.minimum_ids[chunk])
            before = []
            for i in ids:
                before.append(tries[(i, None)])
                tries[(i, None)] += 1
            points = network.coordinates[chunk]
            made.append(
                lambda n, ids=ids, points=points, before=tuple(before): UphillSearch(
                    self._seed, self._stream, n, ids, points, before, self._methods.single_ended
                )
            )
        return self._numbered(UphillSearch.LAW, made)

    def _between(self, network: Network, pairs: list[tuple[int, int]]) -> list[Task]:
        made = []
        for chunk in _chunks(pairs, self._per_task(_SEARCHES_PER_TASK)):
            ids = tuple((int(a), int(b)) for a, b in network.minimum_ids[np.array(chunk)])
            points = network.coordinates[np.array(chunk)]
            made.append(
                lambda n, ids=ids, points=points: PairSearch(
                    self._seed, self._stream, n, ids, points, self._methods.double_ended
                )
            )
        return self._numbered(PairSearch.LAW, made)

    def _per_task(self, usual: int) -> int:
        return usual if has_full_hessian(self._problem) else _LARGE_TASK

    def _numbered(self, law: str, makers: Sequence[Callable[[int], Task]]) -> list[Task]:
        first = self._landscape.next_task(law, self._seed, self._stream)
        return [make(first + i) for i, make in enumerate(makers)]

    # ---- rounds ---------------------------------------------------------------------------------

    def _round(self, tasks: list[Task], is_enough: Callable[[], bool]) -> float:
        """Run tasks and record their batches in order; new minima found per step of the search."""
        new, steps = 0, 0
        for batch in self._executor.run(tasks):
            recorded = self._landscape.record(batch, self._run)
            if recorded.is_repeat:
                # Another process works on the same numbers: go on with numbers of our own.
                self._stream = self._run
                break
            new += recorded.n_new_minima
            steps += batch.counts.steps
            self._take_stock(batch, recorded)
            if is_enough():
                break
        return new / max(steps, 1)

    def _take_stock(self, batch: Batch, recorded: Recorded) -> None:
        self._n_minima += recorded.n_new_minima
        self._n_transition_states += recorded.n_new_transition_states
        self._quenches += batch.counts.quenches
        self._idle_quenches += batch.counts.quenches
        if recorded.n_new_minima:
            self._idle_quenches = 0
        if batch.is_independent:
            self._coverage = self._landscape.coverage()
        self._report(
            Progress(
                self._stage,
                self._n_minima,
                self._n_transition_states,
                self._quenches,
                time.monotonic() - self._began,
                self._joined,
                self._coverage.good_turing,
                self._coverage.chao1,
            )
        )

    def _known(self) -> Known:
        network = self._landscape.network()
        tried = Counter[Pair]()
        for label in (self._methods.single_ended.label, self._methods.double_ended.label):
            for (a, b), n in self._landscape.attempts(label).items():
                tried[(self._index(network, a), None if b is None else self._index(network, b))] = n
        return Known(network, self._problem.symmetry, tried)

    @staticmethod
    def _index(network: Network, minimum_id: int) -> int:
        return int(np.searchsorted(network.minimum_ids, minimum_id))


def _chunks(items: list, size: int) -> Iterator[list]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
