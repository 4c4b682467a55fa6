"""One run over a landscape: minima, then transition states, until a stop rule holds."""

import dataclasses
import functools
import time
from collections.abc import Callable, Iterator
from concurrent import futures

from ...compiled_programs import forget_when_many
from ...landscape.end_reason import EndReason
from ...landscape.landscape import Landscape
from ...landscape.outcome import Flatness, RunOutcome
from ...landscape.records import Batch, Recorded, RecordedTask
from ...numbers import Real, Whole, real_number, seed_number, whole_number
from ..settings_record import settings_record
from .adaptive import executor_for
from .completion import Completion, WalkRounds
from .executor import Executor
from .futures import as_executor
from .history import History
from .interrupt import StopRequest
from .minima_rule import MinimaRule
from .outlook import with_network
from .plan import Methods, Progress, Stop
from .planner import TaskPlanner
from .rounds import MinimaRounds, RoundSource, StrategyRounds
from .schedule import Schedule
from .task_sizes import TaskSizes, batch_sizes
from .tasks import Task

MOST_WORKERS = 4096
"""More processes than any one machine has cores."""
_MOST_GROWTH = 4
"""Times the minima may multiply while they are joined: where each pass leads to new minima that have to
be joined in turn, joining has no end."""


class Explorer:
    """One run over a landscape; use it in a `with` block.

    Args:
        landscape: what is added to.
        stop: when to stop.
        methods: how to search; the defaults if None.
        seed: of all random choices.
        workers: processes; one for each free core if None.
        executor: where tasks run, in place of `workers`; any `concurrent.futures.Executor` will do. It is
            left open.
        progress: called after each batch.
        command: what the run is recorded as.
        allotted: seconds after which the run pauses: what is under way then is dropped, and the next run goes
            on as after a kill, to the landscape of a run that was not paused.

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
        executor: Executor | futures.Executor | None = None,
        progress: Callable[[Progress], None] | None = None,
        command: str = "explore",
        allotted: Real | None = None,
    ) -> None:
        if executor is not None and workers is not None:
            raise ValueError(
                f"pass workers or executor, not both; got workers = {workers} and {executor!r}. "
                "The number of workers is a setting of the executor."
            )
        # What comes next may trace a large loss, and that counts.
        self._began = time.monotonic()
        self._landscape, self._stop, self._seed = landscape, stop, seed_number(seed)
        self._methods = methods or Methods()
        self._problem = landscape.problem
        recorded = landscape.settings_to_resume(command, self._seed)
        self._batches = batch_sizes(self._methods, self._problem, recorded)
        self._sizes = TaskSizes.of(self._methods, self._problem, recorded, self._batches.lanes)
        self._planner = TaskPlanner(landscape, self._methods, self._seed, self._sizes)
        self._closes_executor = executor is None
        if workers is not None:
            workers = whole_number(workers, "workers", least=1, most=MOST_WORKERS)
        self._executor = executor_for(workers) if executor is None else as_executor(executor)
        self._allotted = None if allotted is None else real_number(allotted, "allotted", above=0)
        self._report = progress or (lambda _: None)
        self._quenches = 0
        self._flatness: Flatness | None = None
        self._laws = tuple(self._problem.start_laws)
        self._coverage = landscape.start_coverages(self._laws)
        # What random starts can no longer reach, basin-hopping may.
        is_saturable = self._methods.basin_hopping is None
        self._rule = MinimaRule(stop, self._laws, is_saturable)
        self._joined: int | None = None
        self._command, self._stage = command, "minima"
        self._n_minima = landscape.n_minima
        self._n_transition_states = landscape.n_transition_states
        self._history = History(
            self._planner.random_laws,
            landscape.n_minima_to_resume(command, self._seed),
            landscape.tasks_to_resume(command, self._seed),
        )
        self._n_resumed = len(self._history)
        self._n_tasks_for_minima = self._n_redone = 0
        self.outcome = RunOutcome(EndReason.FINISHED)

    def __enter__(self) -> "Explorer":
        forget_when_many()
        settings = {
            "stop": dataclasses.asdict(self._stop),
            "methods": settings_record(self._methods),
            "temperature": self._methods.temperature,
            "task_sizes": dataclasses.asdict(self._sizes),
            "batch_sizes": dataclasses.asdict(self._batches),
            **vars(self._landscape.tolerances),
        }
        self._run = self._landscape.start_run(self._command, settings, self._seed)
        limits = [one for one in (self._stop.seconds, self._allotted) if one is not None]
        self._request = StopRequest(min(limits, default=None), since=self._began).__enter__()
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
            redone = self._n_redone or None
            return dataclasses.replace(self._with_flatness(self.outcome), redone=redone)
        return RunOutcome(EndReason.after(kind))

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

        `MinimaRounds` says from where.
        """
        self._stage = "minima"
        n_tasks = self._rule.n_tasks_until_enough(self._n_minima, self._coverage, self._history)
        if n_tasks is not None:
            self._minima_were_enough(n_tasks)
            return
        has_searches = with_transition_states and self._stop.starts is None
        source = MinimaRounds(self._planner, has_searches=has_searches)
        self._work(source, self._minima_are_enough)
        self._n_tasks_for_minima = len(self._history)

    def find_transition_states(self, *, complete: bool = False) -> None:
        """Search as each strategy proposes, until it has nothing left or a stop rule holds.

        With `complete` go on until all minima and transition states are likely to be known (`Completion`).
        """
        self._stage = "transition states"
        if self._n_minima == 0:
            return
        at_first = self._history.first(self._n_tasks_for_minima).n_minima
        is_enough = functools.partial(self._is_joining_over, at_first)
        strategies = list(enumerate(self._methods.strategies))
        for index, strategy in strategies[self._strategy_at_work() :]:
            self._work(StrategyRounds(self._planner, strategy, index), is_enough)
        # A landscape that was larger than was asked for has no end that is worth waiting for.
        if complete and self.outcome.reason not in (EndReason.MINIMA, EndReason.GROWTH):
            self._complete()
        self.outcome = with_network(self.outcome, self._landscape)

    def _complete(self) -> None:
        """Search around minima and walk towards points of any index, in turn, until both give nothing new."""
        self._stage = "completion"
        first = len(self._methods.strategies)
        completion = Completion(
            self._landscape,
            self._planner,
            first,
            at_work=self._last_strategy,
            is_within_round=self._history.is_within_round,
        )
        while not self._is_over():
            source = completion.next_rounds()
            if source is None:
                self.outcome = completion.outcome()
                return
            self._work(source, self._is_over)

    def find_saddles(self, indices: tuple[int, ...]) -> None:
        """Look for saddles of these indices until nothing new comes or a stop rule holds."""
        self._stage = "saddles"
        source = WalkRounds(self._planner, self._landscape, indices, 0)
        if self._history.is_within_round or not source.is_done():
            self._work(source, self._is_over)
        if not self._is_over():
            self.outcome = RunOutcome(EndReason.NOTHING_NEW_WALKS, quenches=source.n_idle)

    def _strategy_at_work(self) -> int:
        """Index of the strategy at work when a run was broken off that is gone on with; else of the first."""
        return min(self._last_strategy or 0, len(self._methods.strategies))

    @property
    def _last_strategy(self) -> int | None:
        """Index of the strategy at work when a run was broken off that is gone on with; None if none was."""
        last = self._history.rounds[-1] if self._history.rounds else None
        if last is None or last.strategy is None or last.first < self._n_tasks_for_minima:
            return None
        return last.strategy

    # ---- when a stage ends ----------------------------------------------------------------------

    def _is_joining_over(self, at_first: int) -> bool:
        if self._is_over():
            return True
        has_grown = self._n_minima > _MOST_GROWTH * at_first
        return has_grown and self._ends_by(
            RunOutcome(EndReason.GROWTH, minima=self._n_minima, minima_at_first=at_first)
        )

    def _minima_are_enough(self) -> bool:
        return self._is_over() or self._ends_by(
            self._rule.outcome(self._n_minima, self._coverage, self._history)
        )

    def _is_over(self) -> bool:
        if self._request.signal is not None:
            return self._ends_by(RunOutcome(EndReason.INTERRUPTED))
        if self._is_pausing:
            return self._ends_by(RunOutcome(EndReason.PAUSED, seconds=self._allotted))
        if self._request.is_late and self._stop.seconds is not None:
            return self._ends_by(RunOutcome(EndReason.SECONDS, seconds=float(self._stop.seconds)))
        return False

    @property
    def _is_pausing(self) -> bool:
        """Whether the allotted time is up, before that of the stop rule."""
        if self._allotted is None or self._request.signal is not None:
            return False
        limit = self._stop.seconds
        return self._request.is_late and (limit is None or self._allotted < limit)

    def _ends_by(self, outcome: RunOutcome | None) -> bool:
        self.outcome = outcome or self.outcome
        return outcome is not None

    def _minima_were_enough(self, n_tasks: int) -> None:
        self._n_tasks_for_minima = n_tasks
        if not self._minima_are_enough():
            n_idle = self._history.first(n_tasks).n_idle_quenches
            self._ends_by(RunOutcome(EndReason.NOTHING_NEW, quenches=n_idle))

    # ---- tasks ----------------------------------------------------------------------------------

    def _work(self, source: RoundSource, is_enough: Callable[[], bool]) -> None:
        """Run the tasks of a stage until they are at their end or enough; record their batches in order."""
        while not is_enough():
            schedule = Schedule(
                source, self._history, is_resumed=len(self._history) == self._n_resumed
            )
            self._joined = source.n_joined
            if schedule.is_over or self._follow(schedule, source, is_enough):
                return
            # Another process works on the same numbers: go on with numbers of our own.
            self._planner.stream = self._run

    def _follow(
        self, schedule: Schedule, source: RoundSource, is_enough: Callable[[], bool]
    ) -> bool:
        """Run the tasks of a schedule; false if it ended at a batch that another process has recorded."""
        n_batches = 0
        for batch in self._executor.run_as_planned(self._problem, self._prepared(schedule)):
            n_batches += 1
            if batch.is_cut and self._is_pausing:
                break
            if not batch.is_empty:
                batch = dataclasses.replace(batch, planned=schedule.planned)
                result = self._landscape.record(batch, self._run)
                if result.is_repeat:
                    return False
                self._take_stock(batch, result)
            # When the run is over anyway, what was under way is handed in.
            is_stopping = self._request()
            if is_enough() and not is_stopping:
                return True
            schedule.merged(plans_on=not is_stopping)
            self._joined = source.n_joined
            if schedule.is_over:
                return True
        # Asked in any case, for it notes why the run ends.
        if not is_enough():
            raise RuntimeError(
                f"{type(self._executor).__name__} gave {n_batches or 'no'} batch"
                f"{'es' if n_batches > 1 else ''} for {schedule.n_handed_out} tasks; "
                "its `run` must yield one for each, in order."
            )
        return True

    def _prepared(self, schedule: Schedule) -> Iterator[Task | None]:
        tolerance = self._landscape.tolerances.rms_tolerance
        for task in schedule:
            yield task and dataclasses.replace(
                task,
                should_stop=self._request,
                rms_tolerance=tolerance,
                batches=self._batches,
            )

    def _take_stock(self, batch: Batch, result: Recorded) -> None:
        self._n_minima += result.n_new_minima
        self._n_transition_states += result.n_new_transition_states
        self._quenches += batch.counts.quenches
        self._n_redone += batch.redone
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
                planned=batch.planned,
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
