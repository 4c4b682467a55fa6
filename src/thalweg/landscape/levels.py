"""At how many losses a merge tree is read."""

DEFAULT_LEVELS = 60
"""Equally spaced losses at which a tree is read, where the caller does not say how many."""

MOST_LEVELS = 10_000
"""More than any figure has lines of dots."""
