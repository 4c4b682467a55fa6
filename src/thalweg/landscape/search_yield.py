"""What searches for transition states still give."""

from dataclasses import dataclass
from typing import ClassVar

from ..confidence_interval import too_few


@dataclass(frozen=True)
class SearchYield:
    """What the latest searches for transition states gave, from which more may be expected.

    Searches are no independent draws of one law, as random starts are: they begin at minima that were
    chosen. So this is no coverage, but what searches of the latest kind give.

    Attributes:
        searches: the latest, about a hundred of them, or all if there were fewer.
        new_transition_states: that were not known before.
    """

    LATEST: ClassVar[int] = 100

    searches: int
    new_transition_states: int

    def in_words(self) -> str:
        """Whether more transition states are to be expected; empty without a search."""
        if not self.searches:
            return ""
        gave = f"the latest {self.searches} searches gave {self.new_transition_states or 'no'} new transition"
        gave += " state" if self.new_transition_states == 1 else " states"
        if too_few(self.searches, "searches"):
            return f"{gave}, too few to tell how many there are"
        if self.new_transition_states:
            return f"{gave}: more are to be expected"
        # The rule of three bounds the rate of what never happened.
        return f"{gave}: at most {min(1.0, 3 / self.searches):.2g} a search (95 %)"
