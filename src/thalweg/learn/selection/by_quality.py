"""Minima that are good, or that count most in thermodynamics, each judged by itself."""

from dataclasses import dataclass

import numpy as np

from ...analysis.graph.thermodynamics import heat_capacity
from ...numbers import whole_number
from .base import Selection, SelectionContext, SelectionMethod


@dataclass(frozen=True)
class LowestLoss(SelectionMethod):
    """The minima of lowest loss."""

    name = "best_loss"

    def choose(self, context: SelectionContext, n: int) -> Selection:
        return Selection(np.argsort(context.network.losses, kind="stable")[:n], "best loss")


@dataclass(frozen=True)
class Flattest(SelectionMethod):
    """The minima of lowest LPPHE."""

    name = "flattest"

    def choose(self, context: SelectionContext, n: int) -> Selection:
        return Selection(np.argsort(context.network.lpphe, kind="stable")[:n], "flattest")


@dataclass(frozen=True)
class AtRandom(SelectionMethod):
    """Different minima at random.

    Attributes:
        draw: number of the draw; with one seed each gives other minima.
    """

    draw: int = 0

    @property
    def name(self) -> str:
        return f"random:{self.draw}" if self.draw else "random"

    def with_argument(self, text: str) -> "AtRandom":
        return AtRandom(_whole_number(self, text, least=0))

    def choose(self, context: SelectionContext, n: int) -> Selection:
        rng = np.random.default_rng([context.seed, self.draw] if self.draw else context.seed)
        n_minima = context.network.n_minima
        return Selection(rng.choice(n_minima, min(n, n_minima), replace=False), "random")


@dataclass(frozen=True)
class HeatCapacity(SelectionMethod):
    """Minima that gain and lose most occupation at a peak of C_V, in turn; then those of other peaks.

    Reference: Wales, Phys. Rev. E 95, 030105 (2017).

    Attributes:
        peak: number of the peak, 1 at the lowest temperature.
    """

    peak: int = 1

    @property
    def name(self) -> str:
        return f"heat_capacity:{self.peak}" if self.peak != 1 else "heat_capacity"

    def with_argument(self, text: str) -> "HeatCapacity":
        return HeatCapacity(_whole_number(self, text, least=1))

    def choose(self, context: SelectionContext, n: int) -> Selection:
        """Chosen by what each minimum contributes to the peak.

        Raises:
            ValueError: if there is no such peak.
        """
        peaks = heat_capacity(context.network).peaks
        if not 1 <= self.peak <= len(peaks):
            raise ValueError(f"peak must be from 1 to {len(peaks)}, got {self.peak}.")
        first = self.peak - 1
        members: list[int] = []
        for peak in (peaks[first], *peaks[:first], *peaks[first + 1 :]):
            sides = (peak.positive_minima.tolist(), peak.negative_minima.tolist())
            for rank in range(max(map(len, sides))):
                for side in sides:
                    if rank < len(side) and side[rank] not in members and len(members) < n:
                        members.append(side[rank])
        return Selection(np.array(members, dtype=np.int64), f"heat capacity, peak {self.peak}")


def _whole_number(method: SelectionMethod, text: str, *, least: int) -> int:
    """The argument of a method, as a whole number."""
    number: int | str = int(text) if text.isdecimal() else text
    return whole_number(number, f"what follows the colon in select='{method.name}:…'", least=least)
