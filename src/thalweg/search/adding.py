"""Add models that were trained elsewhere to a landscape: where they lie in it, and what they add."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from ..display import shown
from ..landscape.landscape import Landscape
from ..landscape.outcome import Flatness
from ..landscape.records import Batch, Minimum, QuenchCounts
from ..precision import with_float64
from ..problems.problem import Problem
from .quench import Quench, QuenchMethod, basin_quench, descend, quench_counts
from .recorded_run import recorded_run
from .search_space import SearchSpace
from .settings_record import settings_record

_LAW = "trained elsewhere"
"""No draws of a law: no coverage counts them."""


@shown
@dataclass(frozen=True, eq=False)
class Added:
    """Where models that were trained elsewhere lie in a landscape.

    Attributes:
        losses: of the models as they were given [models].
        minima: the minimum that each leads down to, by its index in the landscape; −1 where the quench
            reached none [models].
        is_new: whether the landscape had not known that minimum [models].
        minimum_losses: of these minima; NaN for none [models].
        shares_below: share of the other minima of the landscape that lie lower; NaN for none, or where
            there is no other [models].
        distances: from each model to its minimum, after alignment; NaN for none [models].
        counts: how the quenches ended.
        flatness: how the loss is flat where one of them ended; None if none ended so.
    """

    losses: Float[np.ndarray, " models"]
    minima: Int[np.ndarray, " models"]
    is_new: Bool[np.ndarray, " models"]
    minimum_losses: Float[np.ndarray, " models"]
    shares_below: Float[np.ndarray, " models"]
    distances: Float[np.ndarray, " models"]
    counts: QuenchCounts
    flatness: Flatness | None = None


@with_float64
def add(
    landscape: Landscape, models: Any | Sequence[Any], *, method: QuenchMethod | None = None
) -> Added:
    """Quench models that were trained elsewhere, and add the minima that the landscape had not known.

    Args:
        landscape: of the loss that they were trained on; what is new is written to it.
        models: one model, or a list of them: whatever `Problem.parameters_of` takes, such as a vector [d],
            a PyTorch module or its state dict, or a fitted perceptron of scikit-learn.
        method: a quench that stays in the basin of a model; `basin_quench` if None.

    Raises:
        TypeError: for models whose parameters are not known here, or a method that is none.
        ValueError: for models of another shape than the problem's, or that are not finite.
        LandscapeError: if the landscape cannot be written.
    """
    problem = landscape.problem
    x = np.array([problem.parameters_of(model) for model in _as_list(models)])
    quench = Quench.of(basin_quench(problem) if method is None else method)
    with recorded_run(landscape, "add", {"method": settings_record(quench)}) as run:
        return _add(landscape, x, quench, run)


def _as_list(models: Any) -> list[Any]:
    """One model, or several: a list or a tuple of anything but numbers and the arrays of one model."""
    if isinstance(models, np.ndarray | jax.Array) and models.ndim == 2:
        return list(models)
    return list(models) if isinstance(models, list | tuple) else [models]


def _add(landscape: Landscape, x: Float[np.ndarray, "models d"], method: Quench, run: int) -> Added:
    problem = landscape.problem
    space = SearchSpace(problem, landscape.tolerances.rms_tolerance)
    result = descend(space, space.contract(x), method)
    points = space.minima(result)
    reached = tuple(point for point in points if point is not None)
    counts = quench_counts(result)
    recorded = landscape.record(
        Batch(law=_LAW, task=landscape.next_task(_LAW, 0), minima=reached, counts=counts), run
    )
    network = landscape.network()
    index_of = {id: index for index, id in enumerate(network.minimum_ids.tolist())}
    indices = iter([index_of[id] for id in recorded.minimum_ids])
    is_new = iter(recorded.is_new)
    minima = [-1 if point is None else next(indices) for point in points]
    losses = np.array([np.nan if i < 0 else network.losses[i] for i in minima])
    return Added(
        losses=np.asarray(_losses(problem, jnp.asarray(x))),
        minima=np.array(minima, dtype=np.int64),
        is_new=np.array([point is not None and next(is_new) for point in points], dtype=bool),
        minimum_losses=losses,
        shares_below=np.array([_share_below(network.losses, loss) for loss in losses]),
        distances=np.array([_distance(problem, *pair) for pair in zip(x, points, strict=True)]),
        counts=counts,
        flatness=space.flatness(result),
    )


def _share_below(losses: Float[np.ndarray, " minima"], loss: float) -> float:
    others = len(losses) - 1
    return float((losses < loss).sum() / others) if others and np.isfinite(loss) else np.nan


def _distance(problem: Problem, x: Float[np.ndarray, " d"], point: Minimum | None) -> float:
    return np.nan if point is None else problem.symmetry.distance(point.coordinates, x)


@jax.jit
def _losses(problem: Problem, x: Float[Array, "models d"]) -> Float[Array, " models"]:
    losses: Float[Array, " models"] = jax.lax.map(problem.loss, x)
    return losses
