"""Stationary points of other programs, and new files to write for them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from ..errors import LandscapeError


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
    """

    minima: Float[np.ndarray, "minima d"]
    losses: Float[np.ndarray, " minima"]
    transition_states: Float[np.ndarray, "transition_states d"]
    barrier_losses: Float[np.ndarray, " transition_states"]
    edges: Int[np.ndarray, "transition_states 2"]
    loss_error: float = 1e-6


def new_files(directory: str | Path, names: tuple[str, ...]) -> Path:
    """The directory, made if there is none, in which none of these files may exist.

    Raises:
        LandscapeError: if one of them does, or the directory cannot be made.
    """
    folder = Path(directory)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LandscapeError(f"{folder} cannot be made: {error.strerror}.") from error
    present = [name for name in names if (folder / name).exists()]
    if present:
        raise LandscapeError(f"{folder} has {present[0]} already; choose an empty directory.")
    return folder
