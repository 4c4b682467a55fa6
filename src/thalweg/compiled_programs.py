"""Compiled programs that a process keeps, and how many of them the system allows."""

import gc
from pathlib import Path

import jax

_MAPPINGS, _MOST = Path("/proc/self/maps"), Path("/proc/sys/vm/max_map_count")


def forget_when_many(share: float = 0.5) -> bool:
    """Forget all compiled programs if they take more than a `share` of what the system allows a process.

    JAX keeps every program that it compiles, and each maps about nine stretches of memory, of which Linux
    allows a process 65,530 by default. Beyond them compilation ends in a segmentation fault: a process that
    goes through thousands of problems of different shapes gets there. One exploration compiles some tens of
    programs, so half of the mappings leaves room for a hundred times that.

    Returns:
        Whether they were forgotten. What is used again is then compiled again, or read from JAX's persistent
        cache. Nothing happens on systems without such a limit.
    """
    if not (_MAPPINGS.exists() and _MOST.exists()):
        return False
    with _MAPPINGS.open("rb") as mappings:
        n_mappings = sum(1 for _ in mappings)
    if n_mappings <= share * int(_MOST.read_text()):
        return False
    jax.clear_caches()  # type: ignore[no-untyped-call]
    gc.collect()
    return True
