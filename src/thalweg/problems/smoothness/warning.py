"""Warnings that a loss is not smooth, and what a search misses of it."""

import warnings
from collections.abc import Iterable


def warn_of_breaks(
    of_gradient: Iterable[str], of_loss: Iterable[str] = (), *, remedy: str, stacklevel: int = 2
) -> None:
    """Warn of the operations at which a gradient or a loss jumps; of none, nothing.

    Args:
        of_gradient: operations with kinks.
        of_loss: operations that jump.
        remedy: what would be smooth, with a verb: "A softplus has".
        stacklevel: as for `warnings.warn`, counted from the caller.
    """
    kinks, jumps = ", ".join(sorted(of_gradient)), ", ".join(sorted(of_loss))
    if kinks:
        verb = "have" if "," in kinks else "has"
        warnings.warn(
            f"{kinks} {verb} kinks: many minima lie on them, where no gradient falls below the tolerance, "
            "and will not be found; what rests exactly on one, as a dead unit at zero, may pass for a "
            f"minimum and be none. {remedy} a landscape of smooth minima.",
            stacklevel=stacklevel + 1,
        )
    if jumps:
        verb = "make" if "," in jumps else "makes"
        warnings.warn(
            f"{jumps} {verb} the loss jump: what is lowest at a jump is no stationary point and will not be "
            f"found, and no pathway crosses one. {remedy} a landscape that is whole.",
            stacklevel=stacklevel + 1,
        )
