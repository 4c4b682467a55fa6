"""Why a run over a landscape ended: a reason with its numbers, put into words in one place."""

import dataclasses
import json
from dataclasses import dataclass

from .end_reason import NO_STOP_RULE, EndReason
from .outcome_words import read_words
from .search_yield import SearchYield


@dataclass(frozen=True)
class Flatness:
    """How the loss is flat where a walk ended without a minimum; `str()` says it, with what to do about it.

    Attributes:
        along: names of the coordinates in which the flat direction mostly lies.
        falls: whether the loss falls without end along it, rather than being constant.
    """

    along: str
    falls: bool

    def __str__(self) -> str:
        if self.falls:
            return f"the loss falls towards infinity along {self.along}; add l2 or bounds"
        return f"the loss is flat along {self.along}; add a prior or l2, or rescale it"


@dataclass(frozen=True)
class RunOutcome:
    """Why a run ended; `str()` puts it into words.

    Attributes:
        reason: why.
        minima, wanted, minima_at_first, starts, flat_starts, quenches, coverage, chao1, seconds, laws: what
            belongs to the reason, as `EndReason` says; None where it does not.
        transition_states, saddles, sum_over_points, doubt: likewise.
        expected, expected_least, expected_most: transition states within reach of searches, by Chao1 of how
            many came to each, a lower bound, and the ends of its 95 % interval.
        missing_images: images of transition states that are missing at least by Morse's inequality.
        searches, new_transition_states: the latest searches for transition states, and what they gave
            (`SearchYield`).
        joined, joinable: minima joined to the lowest one, of so many, after a search for transition states.
        flat: quenches of this run that ended where the loss is flat or falls towards infinity.
        flat_along, flat_falls: how, for one of them, as in `Flatness`.
        redone: eigensystems that an accelerator got wrong, and that were computed again on the host.
        note: the words of a reason that is not known here.
    """

    reason: EndReason
    minima: int | None = None
    wanted: int | None = None
    minima_at_first: int | None = None
    starts: int | None = None
    flat_starts: int | None = None
    quenches: int | None = None
    coverage: float | None = None
    chao1: float | None = None
    seconds: float | None = None
    laws: tuple[str, ...] | None = None
    searches: int | None = None
    new_transition_states: int | None = None
    joined: int | None = None
    joinable: int | None = None
    transition_states: int | None = None
    saddles: int | None = None
    sum_over_points: int | None = None
    doubt: str | None = None
    expected: float | None = None
    expected_least: float | None = None
    expected_most: float | None = None
    missing_images: int | None = None
    flat: int | None = None
    flat_along: str | None = None
    flat_falls: bool | None = None
    redone: int | None = None
    note: str | None = None

    @property
    def is_complete(self) -> bool:
        """Whether a stop rule ended the run, rather than the user, an error or the machine."""
        return self.reason not in NO_STOP_RULE

    def __str__(self) -> str:
        words = [_words(self)]
        if self.joined is not None:
            words.append(f"{self.joined} of {self.joinable} minima joined to the lowest")
        if self.searches is not None and self.new_transition_states is not None:
            words.append(SearchYield(self.searches, self.new_transition_states).in_words())
        words += [_expected(self), _missing_images(self)]
        if self.flatness is not None:
            words.append(f"{self.flat} quenches ended in no minimum: {self.flatness}")
        if self.redone:
            words.append(
                f"{self.redone} eigensystems failed their check on the device and were computed on the host"
            )
        return "; ".join(word for word in words if word)

    def without_expectations(self) -> "RunOutcome":
        """The same without the transition states that were to be expected when the run ended."""
        return dataclasses.replace(
            self,
            searches=None,
            new_transition_states=None,
            expected=None,
            expected_least=None,
            expected_most=None,
            missing_images=None,
        )

    @property
    def flatness(self) -> Flatness | None:
        """How the loss is flat where quenches of the run ended in no minimum; None if none did."""
        if not self.flat or self.flat_along is None:
            return None
        return Flatness(self.flat_along, bool(self.flat_falls))

    def to_text(self) -> str:
        """The fields that are known, as the JSON text that a file holds."""
        known = {name: value for name, value in vars(self).items() if value is not None}
        return json.dumps(known, sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> "RunOutcome":
        """The outcome that a file holds, as fields or, in files of thalweg 0.1, in words."""
        if not text.startswith("{"):
            return cls._from_words(text)
        known = json.loads(text)
        names = {field.name for field in dataclasses.fields(cls)}
        if known.get("reason") not in list(EndReason) or not known.keys() <= names:
            return cls(EndReason.OTHER, note=text)
        if "laws" in known:
            known["laws"] = tuple(known["laws"])
        return cls(**{**known, "reason": EndReason(known["reason"])})

    @classmethod
    def _from_words(cls, text: str) -> "RunOutcome":
        reading = read_words(text)
        if reading is None:
            return cls(EndReason.OTHER, note=text)
        reason, numbers = reading
        return cls(reason, **numbers)


def _words(outcome: RunOutcome) -> str:
    match outcome.reason:
        case EndReason.NO_RUN:
            return "no run yet"
        case EndReason.MINIMA:
            if outcome.wanted is not None and outcome.minima != outcome.wanted:
                return f"reached the {outcome.wanted} minima that were wanted, {outcome.minima} are known"
            return f"reached {outcome.minima} minima"
        case EndReason.COVERAGE:
            return (
                f"reached coverage {outcome.coverage:.4f}{_of_starts(outcome.laws)}"
                f"{_flat_starts(outcome.flat_starts)}"
            )
        case EndReason.STARTS:
            return f"reached {outcome.starts} random starts"
        case EndReason.SECONDS:
            return f"reached {outcome.seconds:g} s"
        case EndReason.PAUSED:
            return f"paused after {outcome.seconds:g} s, the same command goes on"
        case EndReason.SATURATED:
            return (
                f"no more minima to be expected{_from_laws(outcome.laws)}: {outcome.starts} random starts "
                f"found {outcome.minima}, coverage {outcome.coverage:.4f}, Chao1 {outcome.chao1:.1f}"
                f"{_flat_starts(outcome.flat_starts)}"
            )
        case EndReason.NOTHING_NEW:
            return f"nothing new in {outcome.quenches} quenches"
        case EndReason.NOTHING_NEW_WALKS:
            return f"nothing new in {outcome.quenches} walks"
        case EndReason.COMPLETE:
            return (
                f"complete by the sum over stationary points, which is 1: {_points(outcome)}; nothing new in "
                f"{outcome.quenches} walks"
            )
        case EndReason.SATURATED_EDGES:
            return (
                f"no more transition states to be expected of these searches: {_points(outcome)}; no sum "
                f"over stationary points can tell: {outcome.doubt}"
            )
        case EndReason.INCOMPLETE:
            total = outcome.sum_over_points
            of_sum = "" if total is None else f", whose sum is {total} and should be 1"
            return f"not complete: {_points(outcome)}{of_sum}; {outcome.doubt}"
        case EndReason.GROWTH:
            return (
                f"transition states lead to ever more minima, {outcome.minima} from "
                f"{outcome.minima_at_first} (`thalweg connect` goes on)"
            )
        case EndReason.FLAT:
            return f"no minimum in {outcome.quenches} quenches"
        case EndReason.OTHER:
            return outcome.note or "for a reason that is not known"
        case _:
            return outcome.reason.value


def _expected(outcome: RunOutcome) -> str:
    """How many transition states there may be, where that is more than are known."""
    known, expected, least = outcome.transition_states, outcome.expected, outcome.expected_least
    if known is None or expected is None or least is None or expected < known + 0.5:
        return ""
    most = "any number" if outcome.expected_most is None else f"{outcome.expected_most:.0f}"
    return (
        f"{known} transition states are known, and {expected:.0f} or more to be expected (Chao1 of the "
        f"searches that came to each, 95 %: {least:.0f} to {most})"
    )


def _missing_images(outcome: RunOutcome) -> str:
    n = outcome.missing_images
    return f"by Morse's inequality {n} or more images of transition states are missing" if n else ""


def _points(outcome: RunOutcome) -> str:
    counts = [f"{outcome.minima} minima", f"{outcome.transition_states} transition states"]
    if outcome.saddles:
        plural = "" if outcome.saddles == 1 else "s"
        counts.append(f"{outcome.saddles} saddle{plural} of higher index")
    return ", ".join(counts)


def _from_laws(laws: tuple[str, ...] | None) -> str:
    """Of which starts a statement holds; nothing in files that do not say."""
    if not laws:
        return ""
    return f" from starts of {'this law' if len(laws) == 1 else 'these laws'} ({'; '.join(laws)})"


def _of_starts(laws: tuple[str, ...] | None) -> str:
    if not laws:
        return ""
    return f" of starts of {'this law' if len(laws) == 1 else 'each of these laws'} ({'; '.join(laws)})"


def _flat_starts(flat: int | None) -> str:
    """Starts that a coverage leaves out, for they ended in no minimum."""
    return f"; {flat} more ended where the loss is flat, and do not count" if flat else ""
