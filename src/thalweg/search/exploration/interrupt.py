"""When a run is to stop: its time is up, or Ctrl-C or SIGTERM has come."""

import math
import platform
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopRequest:
    """Whether a run is to stop, asked by calling it; the first Ctrl-C or SIGTERM is noted while it is open.

    The second one has its usual effect, and so has a SIGTERM once the run has come to its end: a process that
    was asked to end does end. In threads other than the main one, where signals cannot be caught, nothing is
    changed. Sent to another process with a task, it knows the time limit alone.

    Args:
        seconds: until it is time to stop; None for no limit.
        since: from when they are counted, by `time.monotonic`; from now if None.

    Attributes:
        signal: the signal that came, None if none did.
    """

    def __init__(self, seconds: float | None = None, *, since: float | None = None) -> None:
        self.signal: int | None = None
        since = time.monotonic() if since is None else since
        self._deadline = math.inf if seconds is None else since + seconds
        self._before: dict[int, Any] = {}

    @property
    def is_late(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._deadline

    def __call__(self) -> bool:
        return self.signal is not None or self.is_late

    def __enter__(self) -> "StopRequest":
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._note) for number in _SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        before, self._before = self._before, {}
        for number, handler in before.items():
            signal.signal(number, handler)
        if self.signal == signal.SIGTERM:
            usual = before.get(signal.SIGTERM)
            if callable(usual):
                usual(signal.SIGTERM, None)
            else:
                signal.raise_signal(signal.SIGTERM)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.signal is None:
            self.signal = number
            return
        usual = self._before[number]
        if callable(usual):
            usual(number, frame)
        else:
            raise KeyboardInterrupt

    def __reduce__(self) -> tuple[Callable[..., "StopRequest"], tuple[str, float, float]]:
        return _elsewhere, (platform.node(), self._deadline, self._deadline - time.monotonic())


def _elsewhere(machine: str, deadline: float, seconds: float) -> StopRequest:
    """The same request in another process: all on one machine share its clock."""
    request = StopRequest()
    request._deadline = deadline if machine == platform.node() else time.monotonic() + seconds
    return request
