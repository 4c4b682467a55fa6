"""Ctrl-C as a request to stop at the next batch."""

import signal
import threading
from types import FrameType
from typing import Any


class StopRequest:
    """While open, the first Ctrl-C is only noted; the second one interrupts as usual.

    In threads other than the main one, where signals cannot be caught, nothing is changed.
    """

    def __init__(self) -> None:
        self.was_made = False
        self._before: Any = None

    def __enter__(self) -> "StopRequest":
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        if self.was_made:
            raise KeyboardInterrupt
        self.was_made = True
