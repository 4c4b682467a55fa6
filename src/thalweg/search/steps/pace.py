"""How long a compiled loop runs before the host has a look: the same steps, and a clock between them."""

import time
from collections.abc import Callable
from typing import TypeVar

import jax

_STRETCH = 0.25
"""Seconds that one call of a compiled loop may take: limits are kept to within so much, or one step."""

_State = TypeVar("_State")


class SearchStopped(Exception):
    """A search was told to stop before it came to an end; what it was about is as if it had not begun."""


def never() -> bool:
    """What `should_stop` is where nothing ever stops a search."""
    return False


class Pace:
    """Cuts a number of steps into calls short enough that `should_stop` is asked in time.

    A compiled loop cannot be interrupted, so a call does as many steps as, by the last ones, fit into a
    fraction of a second, and at least one. How steps are cut into calls makes no difference to any of them:
    what is done every so many steps is done before or after `advance`, not between its calls.
    """

    def __init__(self, should_stop: Callable[[], bool]) -> None:
        self._should_stop = should_stop
        self._at_once = 1

    def advance(
        self, state: _State, call: Callable[[_State, int], _State], n_steps: int
    ) -> tuple[_State, bool]:
        """The state after `n_steps` by `call(state, n)`, or after fewer and whether it was told to stop.

        Asked before the first call too: that may have to compile, which takes long and cannot be cut short.
        """
        done = 0
        while done < n_steps:
            if self._should_stop():
                return state, True
            n = min(self._at_once, n_steps - done)
            began = time.perf_counter()
            state = call(state, n)
            jax.block_until_ready(state)  # type: ignore[no-untyped-call]
            self._adapt(n, time.perf_counter() - began)
            done += n
        return state, bool(self._should_stop())

    def _adapt(self, n: int, seconds: float) -> None:
        if seconds > _STRETCH:
            self._at_once = max(1, n // 2)
        elif seconds < 0.5 * _STRETCH:
            self._at_once = 2 * max(n, self._at_once)
