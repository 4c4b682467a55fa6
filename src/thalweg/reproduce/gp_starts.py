"""How many random starts a marginal likelihood gets."""

from .reproduction import Scale


def gp_starts(scale: Scale, few: int) -> int:
    """`few`, three times as many in full, and enough to see that it runs when tiny."""
    return scale.choose(tiny=8, small=few, full=3 * few)
