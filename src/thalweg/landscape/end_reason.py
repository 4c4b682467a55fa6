"""Why a run over a landscape may end."""

from enum import StrEnum


class EndReason(StrEnum):
    """Why a run ended; the values are what a file holds."""

    NO_RUN = "no run"
    """There has been none yet."""
    UNFINISHED = "unfinished"
    """It was killed, or is still under way."""
    FAILED = "failed"
    """It ended by an error."""
    INTERRUPTED = "interrupted"
    """The user stopped it."""
    PAUSED = "paused"
    """The time was up that it was allotted, `seconds`: the same command goes on as if nothing had been."""
    FINISHED = "finished"
    """It did what it was asked to do."""
    MINIMA = "minima"
    """The wanted number of minima, `wanted`, was reached: `minima` are known."""
    COVERAGE = "coverage"
    """The wanted coverage was reached: `coverage`."""
    STARTS = "starts"
    """The wanted number of random starts was reached: `starts`."""
    SECONDS = "seconds"
    """The time was up: `seconds`."""
    SATURATED = "saturated"
    """No more minima are to be expected from starts of these `laws`: `starts` that came to rest in one,
    `flat_starts` that did not, the `minima` they led to, the least `coverage` and the largest `chao1` of
    a law."""
    NOTHING_NEW = "nothing new"
    """No new minimum for a long while: `quenches`."""
    NOTHING_NEW_WALKS = "nothing new of walks"
    """No new saddle for a long while: `quenches` walks."""
    COMPLETE = "complete"
    """The stationary points of all indices fulfil Morse's relations, and nothing new came: `minima`,
    `transition_states`, `saddles` of higher index, `quenches` walks."""
    SATURATED_EDGES = "transition states saturated"
    """No more transition states are to be expected of searches around minima and walks from random starts:
    `minima`, `transition_states`; `doubt` is why no relation can tell."""
    INCOMPLETE = "incomplete"
    """A landscape was to be completed and was not, as `doubt` says: `minima`, `transition_states`,
    `saddles`, `sum_over_points`."""
    GROWTH = "growth"
    """Transition states led to ever more minima: `minima`, from `minima_at_first`."""
    FLAT = "flat"
    """Every quench ended where the loss is flat or falls towards infinity: `quenches`."""
    OTHER = "other"
    """What an older or a newer thalweg wrote: `note`."""

    @classmethod
    def after(cls, error: type[BaseException]) -> "EndReason":
        """How a run ended that an exception ended."""
        return cls.INTERRUPTED if issubclass(error, KeyboardInterrupt | SystemExit) else cls.FAILED


NO_STOP_RULE = (
    EndReason.NO_RUN,
    EndReason.UNFINISHED,
    EndReason.FAILED,
    EndReason.INTERRUPTED,
    EndReason.PAUSED,
)
"""The reasons that are no stop rule: nothing says that there is no more to do."""
