"""Stationary points followed in a parameter: branches, their folds, and why they end."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from jaxtyping import Float, Int

from ...display import shown


class BranchEnd(StrEnum):
    """Why a branch was followed no further."""

    REACHED = "reached the last value"
    RETURNED = "came back to the first value through a fold"
    LEFT_BOUNDS = "left the bounds"
    LOST = "could not be continued"
    STEPS = "out of steps"


@shown
@dataclass(frozen=True, eq=False)
class Fold:
    """A point where a minimum and a transition state merge (or two points of neighbouring index).

    Attributes:
        value: critical value of the parameter, to 1e-8 of its scale.
        coordinates: [d].
        loss: at the fold.
        eigenvalue: the one that vanishes.
        direction: its eigenvector [d].
        towards: +1 if the two points exist above the critical value, −1 if below.
        indices: index before and after the fold, along the branch.
    """

    value: float
    coordinates: Float[np.ndarray, " d"]
    loss: float
    eigenvalue: float
    direction: Float[np.ndarray, " d"]
    towards: int
    indices: tuple[int, int]


@shown
@dataclass(frozen=True, eq=False)
class Branch:
    """A stationary point followed in a parameter.

    Attributes:
        values: of the parameter [k], in the order in which they were met.
        coordinates: [k d].
        losses: [k].
        lowest: smallest eigenvalue of the Hessian [k].
        index: number of negative eigenvalues [k].
        rms_gradient: [k].
        folds: where it turned back, in order.
        end: why it ends.
    """

    values: Float[np.ndarray, " k"]
    coordinates: Float[np.ndarray, "k d"]
    losses: Float[np.ndarray, " k"]
    lowest: Float[np.ndarray, " k"]
    index: Int[np.ndarray, " k"]
    rms_gradient: Float[np.ndarray, " k"]
    folds: tuple[Fold, ...]
    end: BranchEnd
