"""Import stationary points of other programs: each is refined and verified before it is stored."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from ..landscape.exchange.format import ExchangeFormat
from ..landscape.exchange.points import ForeignPoints
from ..landscape.exchange.registry import exchange_format
from ..landscape.landscape import Landscape
from ..landscape.outcome import EndReason, RunOutcome
from ..landscape.records import Batch
from ..precision import with_float64
from .quench import quench_counts
from .search_space import SearchSpace
from .steps.eigenvector_following import EigenvectorFollowing
from .steps.newton import Newton
from .transition_states import PathwaySearch, find_pathways
from .walks.walk import walk

_LAW = "imported"
_POLISH_RADIUS = 0.05
_CHUNK = 256


@dataclass(frozen=True)
class Imported:
    """How many imported points were added, known or refused.

    Attributes:
        minima_added, transition_states_added: new in the landscape (the two sides of a transition
            state may add minima that the files did not have).
        known: points that the landscape had already.
        refused: points that are not what the files say: they do not converge to a minimum or a
            transition state at once, have another loss, or a side that reaches no minimum.
    """

    minima_added: int
    transition_states_added: int
    known: int
    refused: int


def add_points(
    landscape: Landscape, path: str | Path, format: str | ExchangeFormat = "pathsample"
) -> Imported:
    """Add the points in files of another program; coordinates must be in the problem's own order.

    Args:
        landscape: to which they are added.
        path: directory or file, as the format has it.
        format: one of `thalweg.landscape.exchange.FORMATS`, or an `ExchangeFormat` of your own.

    Raises:
        ValueError: if no format has that name.
        LandscapeError: if the files cannot be read, or hold points of another dimension.
    """
    points = exchange_format(format).read(path, landscape.dimension)
    return _add(landscape, points, str(path))


@with_float64
def _add(landscape: Landscape, points: ForeignPoints, source: str) -> Imported:
    run = landscape.start_run("import", {"source": source}, 0)
    space = SearchSpace(landscape.problem)
    before = landscape.n_minima, landscape.n_transition_states
    n_accepted = 0
    for first in range(0, len(points.minima), _CHUNK):
        chunk = slice(first, first + _CHUNK)
        task = landscape.next_task(_LAW, 0)
        batch = _verified_minima(
            space, points.minima[chunk], points.losses[chunk], points.loss_error, task
        )
        n_accepted += len(batch.minima)
        landscape.record(batch, run)
    for first in range(0, len(points.transition_states), _CHUNK):
        chunk = slice(first, first + _CHUNK)
        task = landscape.next_task(_LAW, 0)
        batch = _verified_transition_states(
            space,
            points.transition_states[chunk],
            points.barrier_losses[chunk],
            points.loss_error,
            task,
        )
        n_accepted += len(batch.pathways)
        landscape.record(batch, run)
    landscape.finish_run(run, RunOutcome(EndReason.FINISHED))
    n_added = landscape.n_minima - before[0], landscape.n_transition_states - before[1]
    total = len(points.minima) + len(points.transition_states)
    return Imported(n_added[0], n_added[1], max(n_accepted - sum(n_added), 0), total - n_accepted)


def _verified_minima(
    space: SearchSpace,
    x: Float[np.ndarray, "points d"],
    losses: Float[np.ndarray, " points"],
    error: float,
    task: int,
) -> Batch:
    polish = Newton(start_radius=_POLISH_RADIUS, max_radius=_POLISH_RADIUS, max_steps=40)
    result = walk(space.problem, space.contract(x), polish)
    agrees = np.abs(result.loss - losses) <= error * (1 + np.abs(losses))
    minima = tuple(
        minimum
        for minimum, has_its_loss in zip(space.minima(result), agrees, strict=True)
        if minimum is not None and has_its_loss
    )
    return Batch(law=_LAW, task=task, minima=minima, counts=quench_counts(result))


def _verified_transition_states(
    space: SearchSpace,
    x: Float[np.ndarray, "points d"],
    losses: Float[np.ndarray, " points"],
    error: float,
    task: int,
) -> Batch:
    polish = EigenvectorFollowing(
        start_radius=_POLISH_RADIUS, max_radius=_POLISH_RADIUS, max_steps=40
    )
    batch = find_pathways(
        space, space.contract(x), np.arange(len(x)), PathwaySearch(eigenvector_following=polish)
    )
    stated_losses = losses[batch.owner]
    computed_losses = np.array([p.transition_state.loss for p in batch.pathways])
    agrees = np.abs(computed_losses - stated_losses) <= error * (1 + np.abs(stated_losses))
    pathways = tuple(p for p, is_so in zip(batch.pathways, agrees, strict=True) if is_so)
    return Batch(law=_LAW, task=task, pathways=pathways, counts=batch.counts)
