"""The words in which files of thalweg 0.1 say why a run ended."""

import re
from typing import Any

from .end_reason import EndReason

_WORDS = {
    EndReason.MINIMA: r"reached (?P<minima>\d+) minima",
    EndReason.COVERAGE: r"reached coverage (?P<coverage>\S+)",
    EndReason.STARTS: r"reached (?P<starts>\d+) random starts",
    EndReason.SECONDS: r"reached (?P<seconds>\S+) s",
    EndReason.SATURATED: (
        r"no more minima to be expected: (?P<starts>\d+) random starts found (?P<minima>\d+), "
        r"coverage (?P<coverage>\S+), Chao1 (?P<chao1>\S+)"
    ),
    EndReason.NOTHING_NEW: r"nothing new in (?P<quenches>\d+) quenches",
    EndReason.GROWTH: (
        r"transition states lead to ever more minima, (?P<minima>\d+) from (?P<minima_at_first>\d+) "
        r"\(`thalweg connect` goes on\)"
    ),
    **{
        reason: reason.value
        for reason in (
            EndReason.UNFINISHED,
            EndReason.FAILED,
            EndReason.INTERRUPTED,
            EndReason.FINISHED,
        )
    },
}
_JOINED = r"(; (?P<joined>\d+) of (?P<joinable>\d+) minima joined to the lowest)?"
_REAL = ("coverage", "chao1", "seconds")
"""What is no whole number."""


def read_words(text: str) -> tuple[EndReason, dict[str, Any]] | None:
    """The reason and its numbers, named as the fields of `RunOutcome`; None if the words are not known."""
    for reason, pattern in _WORDS.items():
        match = re.fullmatch(pattern + _JOINED, text)
        if match:
            numbers = {k: v for k, v in match.groupdict().items() if v is not None}
            return reason, {k: float(v) if k in _REAL else int(v) for k, v in numbers.items()}
    return None
