"""How much the explorer sends, and how much an exported file holds."""

MOST_MINIMA = 100_000
"""Minima up to which the whole tree is sent. Beyond, drawing would no longer follow the hand."""

DEFAULT_DETAILS = 50
"""Lowest minima whose details an exported file holds, where the caller does not say how many."""
