"""One run over a landscape: minima, then transition states, until a stop rule holds."""

import dataclasses
import time
from collections.abc import Callable, Sequence

from ...compiled_programs import forget_when_many
from ...landscape.landscape import Landscape
from ...landscape.outcome import EndReason, Flatness, RunOutcome
from ...landscape.records import Batch, Recorded, RecordedTask
from ...numbers import Whole, seed_number, whole_number
from .adaptive import executor_for
from .executor import Executor
from .history import History
from .interrupt import StopRequest
from .plan import Methods, Progress, Stop
from .planner import EVERYWHERE, TaskPlanner
from .strategies import Strategy
from .tasks import Task

MOST_WORKERS = 4096
"""More processes than any one machine has cores."""
_MOST_GROWTH = 4
"""Times the minima may multiply while they are joined: where each pass leads to new minima that have to
be joined in turn, joining has no end."""
_ROUNDS_OF_STARTS_FIRST = 1
_RETRY_EVERY = 8
"""Rounds after which the source of minima that was less fruitful is tried again."""
_FLAT_QUENCHES = 256
"""Flat ends, and no minimum, after which a search for minima ends."""
_IDLE_QUENCHES = 2000
_IDLE_QUENCHES_PER_MINIMUM = 10
"""A search for minima ends after so many quenches without a new one, or so many a known one."""


class Explorer:
    """One run over a landscape; use it in a `with` block.

    Args:
        landscape: what is added to.
        stop: when to stop.
        methods: how to search; the defaults if None.
        seed: of all random choices.
        workers: processes; one for each free core if None.
        executor: where tasks run, in place of `workers`; it is left open.
        progress: called after each batch.
        command: what the run is recorded as.

    Attributes:
        outcome: why the run ended, as far as it has come.

    Raises:
        ValueError: for a seed or a number of workers that cannot be one, or if `executor` is given too.
    """

    def __init__(
        self,
        landscape: Landscape,
        stop: Stop,
        methods: Methods | None = None,
        *,
        seed: Whole = 0,
        workers: Whole | None = None,
        executor: Executor | None = None,
        progress: Callable[[Progress], None] | None = None,
        command: str = "explore",
    ) -> None:
        if executor is not None and workers is not None:
            raise ValueError(
                f"pass workers or executor, not both; got workers = {workers} and {executor!r}. "
                "The number of workers is a setting of the executor."
            )
        self._landscape, self._stop, self._seed = landscape, stop, seed_number(seed)
        self._methods = methods or Methods()
        self._problem = landscape.problem
        self._planner = TaskPlanner(landscape, self._methods, self._seed)
        self._closes_executor = executor is None
        if workers is not None:
            workers = whole_number(workers, "workers", least=1, most=MOST_WORKERS)
        self._executor = executor_for(workers) if executor is None else executor
        self._report = progress or (lambda _: None)
        self._quenches = 0
        self._flatness: Flatness | None = None
        self._laws = tuple(self._problem.start_laws)
        self._coverage = landscape.start_coverages(self._laws)
        self._joined: int | None = None
        self._command, self._stage = command, "minima"
        self._n_minima = landscape.n_minima
        self._n_transition_states = landscape.n_transition_states
        self._history = History(
            self._planner.random_laws,
            landscape.n_minima_to_resume(command),
            landscape.tasks_to_resume(command, self._seed),
        )
        self._n_tasks_for_minima = 0
        self.outcome = RunOutcome(EndReason.FINISHED)

    def __enter__(self) -> "Explorer":
        forget_when_many()
        self._began = time.monotonic()
        settings = {
            "stop": dataclasses.asdict(self._stop),
            "methods": repr(self._methods),
            "temperature": self._methods.temperature,
            **vars(self._landscape.tolerances),
        }
        self._run = self._landscape.start_run(self._command, settings, self._seed)
        self._request = StopRequest(self._stop.seconds).__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if self._closes_executor:
                self._executor.close()
            self._landscape.finish_run(self._run, self._outcome_after(kind))
        finally:
            # Last, for a SIGTERM that came during the run now ends the process.
            self._request.__exit__()

    def _outcome_after(self, kind: type[BaseException] | None) -> RunOutcome:
        if kind is None:
            return self._with_flatness(self.outcome)
        is_by_hand = issubclass(kind, KeyboardInterrupt | SystemExit)
        return RunOutcome(EndReason.INTERRUPTED if is_by_hand else EndReason.FAILED)

    def _with_flatness(self, outcome: RunOutcome) -> RunOutcome:
        """The outcome, with what is to be said of quenches that ended flat."""
        if self._flatness is None:
            return outcome
        along, falls = self._flatness.along, self._flatness.falls
        return dataclasses.replace(
            outcome, flat=self._history.n_flat, flat_along=along, flat_falls=falls
        )

    # ---- stages ---------------------------------------------------------------------------------

    def find_minima(self, *, with_transition_states: bool = False) -> None:
        """Find minima until a stop rule holds; on the far sides of transition states too, if asked.

        Of the two sources the one that gave more new minima a step in its last round goes on; the
        other is tried again from time to time.
        """
        self._stage = "minima"
        has_both = with_transition_states and self._stop.starts is None
        n_tasks = self._n_tasks_until_enough()
        if n_tasks is not None:
            self._minima_were_enough(n_tasks)
            return
        self._finish_round((EVERYWHERE,), 0, self._minima_are_enough)
        while not self._minima_are_enough():
            is_random = not has_both or self._is_turn_of_random()
            tasks = self._planner.starts() if is_random else self._planner.searches_everywhere()
            self._round(tasks, self._minima_are_enough)
        self._n_tasks_for_minima = len(self._history)

    def find_transition_states(self) -> None:
        """Search as each strategy proposes, until it has nothing left or a stop rule holds."""
        self._stage = "transition states"
        if self._n_minima == 0:
            return
        n_tasks, strategies = self._n_tasks_for_minima, self._methods.strategies
        at_first = self._history.first(n_tasks).n_minima
        at_work = self._finish_round(strategies, n_tasks, self._is_over)
        for strategy in strategies[at_work:]:
            while not self._is_over():
                if self._n_minima > _MOST_GROWTH * at_first:
                    self.outcome = RunOutcome(
                        EndReason.GROWTH, minima=self._n_minima, minima_at_first=at_first
                    )
                    break
                state = self._planner.search_state()
                self._joined = int(state.network.is_joined.sum())
                tasks = self._planner.searches(strategy, state)
                if not tasks:
                    break
                self._round(tasks, self._is_over)
        is_joined, latest = self._landscape.network().is_joined, self._landscape.search_yield()
        self.outcome = dataclasses.replace(
            self.outcome,
            joined=int(is_joined.sum()),
            joinable=len(is_joined),
            searches=latest.searches,
            new_transition_states=latest.new_transition_states,
        )
        if self.outcome.reason is EndReason.MINIMA:
            # Joining has found more.
            self.outcome = dataclasses.replace(self.outcome, minima=len(is_joined))

    # ---- when a stage ends ----------------------------------------------------------------------

    def _minima_are_enough(self) -> bool:
        return self._is_over() or self._ends_by(self._reason_to_stop_at_minima())

    def _is_over(self) -> bool:
        if self._request.signal is not None:
            return self._ends_by(RunOutcome(EndReason.INTERRUPTED))
        if self._request.is_late and self._stop.seconds is not None:
            return self._ends_by(RunOutcome(EndReason.SECONDS, seconds=float(self._stop.seconds)))
        return False

    def _ends_by(self, outcome: RunOutcome | None) -> bool:
        self.outcome = outcome or self.outcome
        return outcome is not None

    def _reason_to_stop_at_minima(self) -> RunOutcome | None:
        coverage, stop = self._coverage, self._stop
        if self._n_minima >= stop.minima:
            return RunOutcome(EndReason.MINIMA, minima=self._n_minima, wanted=stop.minima)
        # Two starts that fell in one minimum are no coverage of 1.
        is_covered = stop.coverage is not None and coverage.good_turing >= stop.coverage
        if is_covered and coverage.is_known:
            return RunOutcome(
                EndReason.COVERAGE,
                coverage=coverage.good_turing,
                flat_starts=coverage.flat,
                laws=coverage.laws,
            )
        if stop.starts is not None and coverage.draws >= stop.starts:
            return RunOutcome(EndReason.STARTS, starts=coverage.draws)
        # What random starts can no longer reach, basin-hopping may.
        if coverage.is_saturated and self._methods.basin_hopping is None:
            return RunOutcome(
                EndReason.SATURATED,
                starts=coverage.draws,
                minima=coverage.distinct,
                coverage=coverage.good_turing,
                chao1=coverage.chao1,
                flat_starts=coverage.flat,
                laws=coverage.laws,
            )
        if self._n_minima == 0 and self._history.n_flat >= _FLAT_QUENCHES:
            return RunOutcome(EndReason.FLAT, quenches=self._history.n_quenches)
        if self._is_idle(self._n_minima, self._history.n_idle_quenches):
            return RunOutcome(EndReason.NOTHING_NEW, quenches=self._history.n_idle_quenches)
        return None

    def _is_idle(self, n_minima: int, n_idle_quenches: int) -> bool:
        """Whether nothing new has come for so long that a search for minima ends."""
        # Each law of starts has its own share of them.
        least = _IDLE_QUENCHES * len(self._laws)
        return n_idle_quenches > max(least, _IDLE_QUENCHES_PER_MINIMUM * n_minima)

    def _n_tasks_until_enough(self) -> int | None:
        """After how many tasks of this run, as it was before it was broken off, there were minima enough."""
        n_tasks = self._history.n_tasks_until(
            lambda n_minima, n_idle: (
                n_minima >= self._stop.minima or self._is_idle(n_minima, n_idle)
            )
        )
        if self._reason_to_stop_at_minima() is None:
            return n_tasks
        # All other rules look at what random draws gave, and so held at once after the last of them.
        last = self._history.n_tasks_up_to_random()
        return last if n_tasks is None else min(n_tasks, last)

    def _minima_were_enough(self, n_tasks: int) -> None:
        self._n_tasks_for_minima = n_tasks
        if not self._minima_are_enough():
            n_idle = self._history.first(n_tasks).n_idle_quenches
            self._ends_by(RunOutcome(EndReason.NOTHING_NEW, quenches=n_idle))

    # ---- rounds ---------------------------------------------------------------------------------

    def _is_turn_of_random(self) -> bool:
        """Whether random starts are next, rather than searches around known minima."""
        history, n_rounds = self._history, len(self._history.rounds)
        if history.is_within_random_round or self._n_minima == 0:
            return True
        if n_rounds < _ROUNDS_OF_STARTS_FIRST * len(self._laws):
            return True
        random, searches = history.new_per_step(True), history.new_per_step(False)
        return random <= searches if n_rounds % _RETRY_EVERY == 0 else random >= searches

    def _finish_round(
        self, strategies: tuple[Strategy, ...], n_tasks: int, is_enough: Callable[[], bool]
    ) -> int:
        """Finish a round of searches in which the run was broken off; the index of the strategy at work.

        Rounds that began within the first `n_tasks` tasks belong to another stage.
        """
        last = self._history.rounds[-1] if self._history.rounds else None
        if last is None or last.is_random or last.first < n_tasks:
            return 0
        remainder = self._planner.remainder(last.tasks, strategies)
        self._round(remainder.tasks, is_enough)
        return remainder.strategy

    def _round(self, tasks: Sequence[Task], is_enough: Callable[[], bool]) -> None:
        """Run tasks and record their batches in order."""
        n_batches = 0
        tolerance = self._landscape.tolerances.rms_tolerance
        tasks = [
            dataclasses.replace(task, should_stop=self._request, rms_tolerance=tolerance)
            for task in tasks
        ]
        for batch in self._executor.run(self._problem, tasks):
            n_batches += 1
            if batch.is_empty:
                continue
            result = self._landscape.record(batch, self._run)
            if result.is_repeat:
                # Another process works on the same numbers: go on with numbers of our own.
                self._planner.stream = self._run
                break
            self._take_stock(batch, result)
            # When the run is over anyway, what was under way is handed in.
            if is_enough() and not self._request():
                break
        if tasks and n_batches == 0 and not self._request():
            raise RuntimeError(
                f"{type(self._executor).__name__} gave no batch for {len(tasks)} tasks; "
                "its `run` must yield one for each, in order."
            )

    def _take_stock(self, batch: Batch, result: Recorded) -> None:
        self._n_minima += result.n_new_minima
        self._n_transition_states += result.n_new_transition_states
        self._quenches += batch.counts.quenches
        self._history.add(
            RecordedTask(
                # Only rounds that were broken off before are looked up by it.
                id=0,
                law=batch.law,
                number=batch.task,
                new_minima=result.n_new_minima,
                quenches=batch.counts.quenches,
                flat=batch.counts.flat,
                steps=batch.counts.steps,
            )
        )
        # Of two flat directions one along which the loss falls says more.
        flatness, known = batch.flatness, self._flatness
        if self._stage == "minima" and flatness is not None:
            self._flatness = known if known and known.falls >= flatness.falls else flatness
        if batch.is_independent:
            self._coverage = self._landscape.start_coverages(self._laws)
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
