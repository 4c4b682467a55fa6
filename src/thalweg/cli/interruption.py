"""Ctrl-C and SIGTERM on the command line: answered at once, even in the middle of a compilation."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

from typer.core import TyperGroup

from ..compiled_programs import TASK_THREADS
from .console import errors

_SIGNALS = (signal.SIGINT, signal.SIGTERM)

_MOMENT = 0.3
"""Seconds in which most commands have ended: nothing need be said then."""

_PATIENCE = 1.0
"""Seconds that the main thread has to end by itself after a second signal."""

_WAITING = (
    "stopping: the step under way is waited for, or its compilation, which cannot be cut short; by a search "
    "for some seconds only. What is known is saved. Ctrl-C again leaves at once."
)


class Interrupted(SystemExit):
    """A signal ended the command; the code is what shells expect, 128 and the number of the signal."""

    @classmethod
    def by(cls, number: int) -> "Interrupted":
        """The end by the signal `number`."""
        return cls(128 + number)


class InterruptibleGroup(TyperGroup):
    """Commands whose KeyboardInterrupt leaves as `Interrupted`; click would call it an error."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Interrupted.by(signal.SIGINT) from None


@contextmanager
def answered_signals() -> Iterator[None]:
    """Answer Ctrl-C and SIGTERM: the first ends what can be ended, the second one everything.

    Python's handlers run once the main thread is back from compiled code. Until then another thread, which
    is woken by the signal itself, says what is waited for, and ends the process if that was not wanted.
    """
    before = {number: signal.signal(number, _leave) for number in _SIGNALS}
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    former = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_answer, args=(reader,), daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(former)
        writer.close()
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def nobody_waited_for() -> Iterator[None]:
    """End the process with the command, also where a search has given up a task whose compilation goes on.

    Python would wait for its thread, however long that takes. All is saved and said by then.
    """
    try:
        yield
    except SystemExit as end:
        if any(thread.name.startswith(TASK_THREADS) for thread in threading.enumerate()):
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(end.code if isinstance(end.code, int) else int(end.code is not None))
        raise


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    raise Interrupted.by(number)


def _answer(reader: socket.socket) -> None:
    """Wait for signals, in a thread of its own, until the other end is closed."""
    with reader:
        if _next_signal(reader, None) == 0:
            return
        number = _next_signal(reader, _MOMENT)
        if number is None:
            errors.print(_WAITING, highlight=False, soft_wrap=True)
            number = _next_signal(reader, None)
        if number and _next_signal(reader, _PATIENCE) != 0:
            sys.stderr.flush()
            os._exit(128 + number)


def _next_signal(reader: socket.socket, seconds: float | None) -> int | None:
    """The number of the next signal; zero once the command has ended, None if nothing came in time."""
    reader.settimeout(seconds)
    while True:
        try:
            numbers = reader.recv(1)
        except TimeoutError:
            return None
        if not numbers:
            return 0
        if numbers[0] in _SIGNALS:
            return numbers[0]
