"""Stationary points of other programs, those to write for them, and new files to write them to."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from ..errors import LandscapeError
from ..landscape import Landscape
from ..network import Network
from ..records import Minimum, TransitionState


@dataclass(frozen=True, eq=False)
class ForeignPoints:
    """Stationary points as another program states them, to be verified before they are stored.

    Attributes:
        minima: coordinates [minima d].
        losses: their losses [minima].
        transition_states: coordinates [transition_states d].
        barrier_losses: their losses [transition_states].
        edges: indices of the minima that each joins [transition_states 2].
        loss_error: how far, relative to 1 + |loss|, the losses may be off: foreign points may be converged
            to 1e-6 only, and be written with few digits.
        notes: what of the files was left out, and why.
    """

    minima: Float[np.ndarray, "minima d"]
    losses: Float[np.ndarray, " minima"]
    transition_states: Float[np.ndarray, "transition_states d"]
    barrier_losses: Float[np.ndarray, " transition_states"]
    edges: Int[np.ndarray, "transition_states 2"]
    loss_error: float = 1e-6
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Written:
    """How many points were written."""

    minima: int
    transition_states: int


@dataclass(frozen=True, eq=False)
class StoredPoints:
    """The points of a landscape at one instant, also while another process adds to it.

    Attributes:
        network: of all of them.
        minima, transition_states: in the order of the network.
    """

    network: Network
    minima: list[Minimum]
    transition_states: list[TransitionState]

    @classmethod
    def of(cls, landscape: Landscape) -> "StoredPoints":
        """The points that stand in the network of the landscape now."""
        network = landscape.network()
        # Points are only ever added, behind those that the network has.
        minima = landscape.minima()[: network.n_minima]
        return cls(network, minima, landscape.transition_states()[: network.n_transition_states])

    @property
    def counts(self) -> Written:
        """How many they are."""
        return Written(len(self.minima), len(self.transition_states))


@contextmanager
def new_files(directory: str | Path, names: tuple[str, ...]) -> Iterator[Path]:
    """A folder to write these files to, which then go to the directory together.

    The directory is made if there is none. Nothing is left of what cannot be written to the end.

    Raises:
        LandscapeError: if the directory has one of the files already, or cannot be written.
    """
    folder = Path(directory)
    is_new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LandscapeError(f"{folder} cannot be made: {error.strerror}.") from error
    try:
        _require_absent(folder, names)
        with _beside(folder) as unfinished:
            yield unfinished
            _require_absent(folder, names)
            for name in names:
                os.replace(unfinished / name, folder / name)
    except OSError as error:
        raise LandscapeError(f"{folder} cannot be written: {error.strerror}.") from error
    finally:
        if is_new:
            # Only an empty directory can be removed, so what was written stays.
            with contextlib.suppress(OSError):
                folder.rmdir()


@contextmanager
def new_file(file: str | Path) -> Iterator[Path]:
    """As `new_files`, for a single file; yields the name under which to write it.

    Raises:
        LandscapeError: if the file exists already, or cannot be written.
    """
    target = Path(file)
    if target.exists():
        raise LandscapeError(f"{target} exists already; choose another name.")
    try:
        with _beside(target.absolute().parent) as folder:
            yield folder / target.name
            if target.exists():
                raise LandscapeError(f"{target} exists already; choose another name.")
            os.replace(folder / target.name, target)
    except OSError as error:
        raise LandscapeError(f"{target} cannot be written: {error.strerror}.") from error


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A temporary folder in the same file system, so that moving a file is one step."""
    unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder))
    try:
        yield unfinished
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _require_absent(folder: Path, names: tuple[str, ...]) -> None:
    present = [name for name in names if (folder / name).exists()]
    if present:
        raise LandscapeError(f"{folder} has {present[0]} already; choose an empty directory.")
