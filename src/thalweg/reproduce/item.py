"""A reproduction as the registry knows it: by name, with what it covers."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .landscapes import Landscapes
from .reproduction import Progress, Reproduction, Scale

Compute = Callable[[Landscapes, Scale, Progress], Reproduction]


@dataclass(frozen=True)
class Item:
    """A published table or figure, or one of ours.

    Attributes:
        compute: gives the reproduction, from landscapes to share, how much to compute, and whom to tell
            how far it is.
        covers: the tables and figures of the sources that it reproduces.
        former: names that it had.
    """

    compute: Compute
    covers: str
    former: tuple[str, ...] = ()

    def __call__(
        self,
        scale: Scale,
        progress: Progress,
        landscapes: Landscapes | None = None,
        workers: int | None = None,
    ) -> Reproduction:
        """The reproduction; if no landscapes are handed in they are thrown away, and mapped by `workers`."""
        if landscapes is not None:
            return self.compute(landscapes, scale, progress)
        with tempfile.TemporaryDirectory() as folder:
            return self.compute(Landscapes(Path(folder), workers), scale, progress)
