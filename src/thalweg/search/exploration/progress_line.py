"""How far a run has come, for people: one line that changes, or in a pipe a new one now and then."""

import logging
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .plan import Progress, Stop

if TYPE_CHECKING:
    from rich.console import Console

Report = Callable[[Progress], None]

_LOG = logging.getLogger("thalweg")
_SECONDS_BETWEEN_LINES = 10.0
"""In a pipe or a log, where a line stays."""


@contextmanager
def reporting(
    progress: bool | Report | None, stop: Stop, console: "Console | None" = None
) -> Iterator[Report]:
    """What to call after each batch of a run.

    Args:
        progress: True shows a line on standard error: one that changes in a terminal or a notebook, a new one
            every ten seconds elsewhere. False, or None, shows nothing. A function is called itself.
        stop: when the run ends, for what is left.
        console: where to write in place of standard error.
    """
    if callable(progress):
        report = progress

        def logged(one: Progress) -> None:
            _LOG.debug(words(one, stop))
            report(one)

        yield logged
        return
    if not progress:
        yield lambda one: _LOG.debug(words(one, stop))
        return
    from rich.console import Console

    if console is None:
        console = Console(stderr=True)
    if not (console.is_terminal or console.is_jupyter):
        yield _Lines(console, stop)
        return
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Display

    columns = (
        SpinnerColumn(),
        BarColumn(bar_width=16),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )
    with Display(*columns, console=console, transient=True) as display:
        line = display.add_task("compiling", total=None)

        def show(one: Progress) -> None:
            done, total = _share(one, stop)
            display.update(line, description=words(one, stop), completed=done, total=total)
            _LOG.debug(words(one, stop))

        yield show


class _Lines:
    """A line every ten seconds."""

    def __init__(self, console: "Console", stop: Stop) -> None:
        self._console, self._stop, self._last = console, stop, 0.0

    def __call__(self, progress: Progress) -> None:
        text = words(progress, self._stop)
        _LOG.debug(text)
        if progress.seconds - self._last >= _SECONDS_BETWEEN_LINES:
            self._last = progress.seconds
            self._console.print(
                f"{progress.seconds:.0f} s: {text}", highlight=False, soft_wrap=True
            )


def words(progress: Progress, stop: Stop) -> str:
    """What is known, how fast it grows, the coverage, and what is left."""
    is_joining = progress.joined is not None
    wanted = "" if is_joining else f" of {stop.minima:,}"
    parts = [
        f"{progress.minima:,}{wanted} minima",
        f"{progress.transition_states:,} transition states",
    ]
    if progress.joined is not None:
        parts.append(f"{progress.joined:,} joined")
    parts.append(f"{progress.quenches / max(progress.seconds, 1e-9):.0f} quenches/s")
    if not math.isnan(progress.coverage):
        parts.append(f"coverage {progress.coverage:.2f}")
    left = seconds_left(progress, stop)
    if left is not None:
        parts.append(f"about {_duration(left)} left")
    return ", ".join(parts)


def seconds_left(progress: Progress, stop: Stop) -> float | None:
    """Time until the wanted minima are known, or the time is up; None if nothing tells.

    Of the next starts the share that coverage leaves leads to new minima.
    """
    limits = [] if stop.seconds is None else [max(stop.seconds - progress.seconds, 0.0)]
    is_growing = progress.joined is None and progress.seconds > 0 and progress.quenches > 0
    if is_growing and progress.coverage < 1 and progress.chao1 > stop.minima:
        new_per_second = progress.quenches / progress.seconds * (1 - progress.coverage)
        limits.append(max(stop.minima - progress.minima, 0) / new_per_second)
    return min(limits, default=None)


def _share(progress: Progress, stop: Stop) -> tuple[int, int]:
    """How much is done of how much, in whatever unit."""
    if progress.joined is not None:
        return progress.joined, max(progress.minima, 1)
    return min(progress.minima, stop.minima), stop.minima


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
