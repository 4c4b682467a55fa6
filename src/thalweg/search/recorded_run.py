"""A run over a landscape that is one piece of work, with how it ended."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ..landscape.end_reason import EndReason
from ..landscape.landscape import Landscape
from ..landscape.outcome import RunOutcome


@contextmanager
def recorded_run(landscape: Landscape, command: str, settings: Mapping[str, Any]) -> Iterator[int]:
    """The id of a run that makes no random choices; it ends with the block, whichever way that ends."""
    run = landscape.start_run(command, {**settings, **vars(landscape.tolerances)}, 0)
    try:
        yield run
    except BaseException as error:
        landscape.finish_run(run, RunOutcome(EndReason.after(type(error))))
        raise
    landscape.finish_run(run, RunOutcome(EndReason.FINISHED))
