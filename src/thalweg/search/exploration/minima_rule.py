"""When a search for minima ends: by what was asked for, or for want of anything new."""

from dataclasses import dataclass

from ...landscape.coverage import StartCoverages
from ...landscape.end_reason import EndReason
from ...landscape.outcome import RunOutcome
from .history import History
from .plan import Stop

_FLAT_QUENCHES = 256
"""Flat ends, and no minimum, after which a search for minima ends."""
_IDLE_QUENCHES = 2000
_IDLE_QUENCHES_PER_MINIMUM = 10
"""A search for minima ends after so many quenches without a new one, or so many a known one."""


@dataclass(frozen=True)
class MinimaRule:
    """Tells whether a search for minima has come to its end.

    Attributes:
        stop: what was asked for.
        laws: of the random starts of the problem.
        is_saturable: whether nothing more is to be expected once random starts lead to nothing new.
    """

    stop: Stop
    laws: tuple[str, ...]
    is_saturable: bool

    def outcome(
        self, n_minima: int, coverage: StartCoverages, history: History
    ) -> RunOutcome | None:
        """How the search ends here; None if it goes on."""
        return (
            self._as_asked(n_minima, coverage)
            or self._of_saturation(coverage)
            or self._for_want_of_new(n_minima, history)
        )

    def _as_asked(self, n_minima: int, coverage: StartCoverages) -> RunOutcome | None:
        stop = self.stop
        if n_minima >= stop.minima:
            return RunOutcome(EndReason.MINIMA, minima=n_minima, wanted=stop.minima)
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
        return None

    def _of_saturation(self, coverage: StartCoverages) -> RunOutcome | None:
        if not (self.is_saturable and coverage.is_saturated):
            return None
        return RunOutcome(
            EndReason.SATURATED,
            starts=coverage.draws,
            minima=coverage.distinct,
            coverage=coverage.good_turing,
            chao1=coverage.chao1,
            flat_starts=coverage.flat,
            laws=coverage.laws,
        )

    def _for_want_of_new(self, n_minima: int, history: History) -> RunOutcome | None:
        if n_minima == 0 and history.n_flat >= _FLAT_QUENCHES:
            return RunOutcome(EndReason.FLAT, quenches=history.n_quenches)
        if self._is_idle(n_minima, history.n_idle_quenches):
            return RunOutcome(EndReason.NOTHING_NEW, quenches=history.n_idle_quenches)
        return None

    def _is_idle(self, n_minima: int, n_idle_quenches: int) -> bool:
        """Whether nothing new has come for so long that a search for minima ends."""
        # Each law of starts has its own share of them.
        least = _IDLE_QUENCHES * len(self.laws)
        return n_idle_quenches > max(least, _IDLE_QUENCHES_PER_MINIMUM * n_minima)

    def n_tasks_until_enough(
        self, n_minima: int, coverage: StartCoverages, history: History
    ) -> int | None:
        """After how many tasks of a run that was broken off there were minima enough; None if there were not.

        Args:
            n_minima: known when the run is gone on with.
            coverage: likewise.
            history: of the run as it was before it was broken off.
        """
        n_tasks = history.n_tasks_until(
            lambda n, n_idle: n >= self.stop.minima or self._is_idle(n, n_idle)
        )
        if self.outcome(n_minima, coverage, history) is None:
            return n_tasks
        # All other rules look at what random draws gave, and so held at once after the last of them.
        last = history.n_tasks_up_to_random()
        return last if n_tasks is None else min(n_tasks, last)
