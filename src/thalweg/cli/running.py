"""Where and how long a command searches: on a cluster, until its time is up."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from .faults import GO_ON

if TYPE_CHECKING:
    from ..search.exploration.executor import Executor

_BEGAN = time.monotonic()
"""When this command began: what it takes to start counts too."""

_UNITS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}
_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?")


def seconds_of(text: str) -> float:
    """The seconds of a duration such as 3h50m, 2d, 90s or 600.

    Raises:
        typer.BadParameter: if it is none.
    """
    match = _DURATION.fullmatch(text.strip())
    parts = match.groups() if match else ()
    seconds = sum(
        float(part) * unit for part, unit in zip(parts, _UNITS.values(), strict=False) if part
    )
    if not seconds:
        raise typer.BadParameter(f"{text!r} is no duration; write 3h50m, 2d, 90s or 600.")
    return seconds


For = Annotated[
    float | None,
    typer.Option(
        "--for",
        parser=seconds_of,
        metavar="3h50m",
        help=f"pause after this wall time, with exit code {GO_ON}: the same command goes on",
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(help="compute on the Dask cluster of this scheduler", metavar="tcp://HOST:8786"),
]


def time_left(allotted: float | None) -> float | None:
    """Seconds that are left of those allotted to this command."""
    return None if allotted is None else max(allotted - (time.monotonic() - _BEGAN), 1e-3)


@contextmanager
def on_cluster(scheduler: str | None, workers: int | None) -> Iterator["Executor | None"]:
    """The executor of a scheduler's address; None without one.

    Raises:
        ValueError: if a number of workers is asked for, too.
    """
    if scheduler is None:
        yield None
        return
    if workers is not None:
        raise ValueError(
            f"--scheduler and {workers} workers were asked for; the cluster has a number of its own. Leave "
            "one of them out."
        )
    from ..search.exploration.dask_cluster import Dask

    with Dask(scheduler) as executor:
        yield executor
