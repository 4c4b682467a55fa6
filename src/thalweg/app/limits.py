"""How much the explorer sends, and how much an exported file holds."""

from dataclasses import dataclass

MOST_MINIMA = 100_000
"""Minima up to which the whole tree is sent. Beyond, drawing would no longer follow the hand."""

DEFAULT_DETAILS = 50
"""Lowest minima whose details an exported file holds, where the caller does not say how many."""


@dataclass(frozen=True)
class Limits:
    """What is sent of a landscape that is too large to be sent whole.

    Attributes:
        whole: minima up to which all are sent, and that are never exceeded.
        first: the deepest minima that are sent of more.
        more: the deepest ones that are added when some are opened.
    """

    whole: int = MOST_MINIMA
    first: int = 20_000
    more: int = 10_000
