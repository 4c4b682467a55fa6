"""What a format of files has to offer, so that landscapes can be exchanged with another program."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from ..landscape import Landscape
from .points import ForeignPoints, Written


@runtime_checkable
class ExchangeFormat(Protocol):
    """Files of another program, written from a landscape and read as points yet to be verified.

    - `name` is what `thalweg export --format` and `add_points` take.
    - `write` never overwrites a file, writes an empty landscape as well, and says how many points it wrote;
      what cannot be written to the end leaves nothing.
    - `read` gives back what `write` wrote, in the same order: coordinates to the last digit that the format
      keeps, losses to `loss_error`. Transition states may come in another order; none is left out.
    - `read` runs nothing that it reads; files that are missing, damaged, do not fit together or hold points
      of another dimension are refused with a `LandscapeError` that names the file.

    A new format is an object with these three members, in a file of its own; `FORMATS` lists it.
    """

    @property
    def name(self) -> str:
        """Short name, in lower case."""

    def write(self, landscape: Landscape, path: str | Path, /) -> Written | None:
        """Write all minima and transition states to the file or directory `path`.

        Returns:
            How many of each; None, as in version 0.1, if the format does not say.

        Raises:
            LandscapeError: if something is in the way, or `path` cannot be written.
        """

    def read(self, path: str | Path, dimension: int, /) -> ForeignPoints:
        """Read the points in `path`, of `dimension` coordinates each.

        Raises:
            LandscapeError: if the files cannot be read, are damaged, or hold something else.
        """


@dataclass(frozen=True)
class FileFormat:
    """An `ExchangeFormat` made of two functions."""

    name: str
    write: Callable[[Landscape, str | Path], Written | None]
    read: Callable[[str | Path, int], ForeignPoints]
