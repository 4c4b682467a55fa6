"""Items of an edition computed side by side, in processes of their own."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait

from .edition import Edition, Entry, failure

Watch = Callable[[Mapping[str, str]], None]
"""Called with what is being computed of each item under way."""

_LOST = "its process ended before it had a result (killed, or out of memory?); use fewer workers"


def computed_entries(
    edition: Edition, items: Sequence[str], workers: int, watch: Watch
) -> Iterator[Entry]:
    """The entry of each item as it ends; with one worker each in turn, in this process.

    An item whose process is lost has an error for an entry. When the caller stops, the processes do.
    """
    if workers == 1:
        for item in items:
            yield edition.compute(item, lambda step, item=item: watch({item: step}))  # type: ignore[misc]
        return
    waiting, steps = deque(items), dict[str, str]()
    processes = [_ItemProcess(edition) for _ in range(min(workers, len(items)))]
    try:
        for process in processes:
            process.begin(waiting.popleft())
        while busy := {one.connection: one for one in processes if one.item}:
            for connection in wait(list(busy)):
                process = busy[connection]  # type: ignore[index]
                answer = process.answer()
                if isinstance(answer, str):
                    steps[process.item] = answer
                    watch(steps)
                    continue
                steps.pop(process.item, None)
                yield answer
                process.begin(waiting.popleft() if waiting else "")
    finally:
        for process in processes:
            process.end()


class _ItemProcess:
    """A process that computes one item after the other, and this end of the line to it.

    Attributes:
        item: that it computes; empty if none.
        connection: on which its answers come.
    """

    def __init__(self, edition: Edition) -> None:
        self.item, self._edition = "", edition
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(self._edition, theirs, os.getpid()), daemon=True
        )
        # NumPy and XLA read theirs when they are loaded, before anything of ours runs.
        with _environment(self._edition):
            self._process.start()
        theirs.close()

    def begin(self, item: str) -> None:
        """Let it compute an item; nothing if that is empty."""
        self.item = item
        if item:
            self.connection.send(item)

    def answer(self) -> Entry | str:
        """How far it is, or the entry of its item."""
        try:
            answer: Entry | str = self.connection.recv()
        except (EOFError, ConnectionResetError):
            self.end()
            self._start()
            return failure(self.item, _LOST)
        return answer

    def end(self) -> None:
        """End it at once: landscapes and pages are whole at any moment."""
        self._process.kill()
        self._process.join()
        self.connection.close()


def _serve(edition: Edition, connection: Connection, parent: int) -> None:
    # Ctrl-C goes to the whole group of processes, but the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from ..search.exploration.worker import end_with

    end_with(parent)
    while True:
        try:
            item = connection.recv()
            connection.send(edition.compute(item, connection.send, workers=1))
        except (EOFError, KeyboardInterrupt):
            return


@contextmanager
def _environment(edition: Edition) -> Iterator[None]:
    """Environment variables that a process starts with: one thread, and programs that all of them share."""
    from ..search.exploration.worker import worker_environment

    cache = {"JAX_COMPILATION_CACHE_DIR": str(edition.landscapes / "compiled")}
    before = dict(os.environ)
    os.environ.update({**cache, **before, **worker_environment()})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
