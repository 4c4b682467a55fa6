"""Settings of an exploration, when it stops and how it searches; and how far it has come."""

from dataclasses import dataclass, field
from typing import Any

from ...numbers import Real, Whole, real_number, whole_number
from ..basin_hopping import BasinHopping
from ..quench import Quench, QuenchMethod
from .strategies import JoinToGlobal, Strategy
from .transition_state_tasks import DoubleEnded, SingleEnded


@dataclass(frozen=True)
class Progress:
    """How far an exploration has come.

    Attributes:
        stage: 'minima' or 'transition states'.
        minima, transition_states: known so far.
        quenches: since the run began.
        seconds: since the run began.
        joined: minima joined to the global minimum; None while only minima are looked for.
        coverage: Good–Turing coverage of the random starts; NaN without any, the least of several laws.
        chao1: estimated number of minima within reach of the random starts.
    """

    stage: str
    minima: int
    transition_states: int
    quenches: int
    seconds: float
    joined: int | None
    coverage: float
    chao1: float


@dataclass(frozen=True)
class Stop:
    """When an exploration ends; whichever holds first.

    Attributes:
        minima: distinct minima.
        coverage: Good–Turing coverage of the random starts, of every law that the problem draws from,
            between 0 and 1; None for no such rule.
        seconds: of wall time, kept to within two of them or one step; None for no limit. A run that is
            stopped by time depends on the machine's speed; one that is not gives the same landscape for the
            same seed.
        starts: independent random starts that came to rest in a minimum, those of earlier runs
            included; with this rule minima are looked for from random starts alone, so that
            landscapes can be compared at the same effort. None for no such rule.
    """

    minima: int = 1000
    coverage: float | None = None
    seconds: float | None = None
    starts: int | None = None

    def __post_init__(self) -> None:
        # Numbers of any library come out as Python's, which a landscape file can hold.
        rules = {
            "minima": whole_number(self.minima, "minima", least=1),
            "coverage": _real(self.coverage, "coverage", above=0, most=1),
            "seconds": _real(self.seconds, "seconds", above=0, is_finite=False),
            "starts": None if self.starts is None else whole_number(self.starts, "starts", least=1),
        }
        for name, value in rules.items():
            object.__setattr__(self, name, value)


def stop_rule(
    *, minima: Whole = 1000, coverage: Real | None = None, seconds: Real | None = None
) -> Stop:
    """When to stop, from numbers of any library.

    Raises:
        ValueError: for rules that cannot hold.
    """
    return Stop(
        whole_number(minima, "minima", least=1),
        _real(coverage, "coverage", above=0, most=1),
        _real(seconds, "seconds", above=0, is_finite=False),
    )


def _real(value: Real | None, name: str, **limits: Any) -> float | None:
    return None if value is None else real_number(value, name, **limits)


@dataclass(frozen=True)
class Methods:
    """How an exploration searches.

    Attributes:
        quench: how starts are quenched: a `Quench`, a minimiser, a step rule, or a name (`Quench.of`); chosen
            by the problem's size if None. Basin-hopping takes the step rule alone.
        basin_hopping: chains in place of random starts; None for random starts.
        double_ended, single_ended: searches for transition states.
        strategies: which pairs to search between; each is asked until it has nothing left.
        starts_per_task, searches_per_task: random starts, or searches for transition states, in one task:
            what one worker does in one go. The landscape depends on them. If None: those of the run that is
            gone on with, else by the problem and by what JAX computes on here (`TaskSizes.usual`).
        lanes: walkers that move together on this device. If None: as in the run that is gone on with, if that
            was on such a device, else by the device and its memory (`BatchSizes.usual`). With more than 64 a
            task holds more, unless `starts_per_task` and `searches_per_task` say otherwise.
    """

    quench: QuenchMethod | None = None
    basin_hopping: BasinHopping | None = None
    double_ended: DoubleEnded = field(default_factory=DoubleEnded)
    single_ended: SingleEnded = field(default_factory=SingleEnded)
    strategies: tuple[Strategy, ...] = (JoinToGlobal(),)
    starts_per_task: int | None = None
    searches_per_task: int | None = None
    lanes: int | None = None

    @property
    def temperature(self) -> float | None:
        """The temperature of basin-hopping, in the unit of the loss; None of random starts."""
        return None if self.basin_hopping is None else self.basin_hopping.temperature

    def __post_init__(self) -> None:
        if self.quench is not None:
            # A wrong name is refused here, before the first task.
            object.__setattr__(self, "quench", Quench.of(self.quench))
        for name in ("starts_per_task", "searches_per_task", "lanes"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, whole_number(getattr(self, name), name, least=1))
        # Settings that no label can tell apart are refused before the first task too.
        _ = self.double_ended.label, self.single_ended.label
