"""Import stationary points of other programs: each is refined and verified before it is stored."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from ..landscape.exchange.format import ExchangeFormat
from ..landscape.exchange.points import ForeignPoints
from ..landscape.exchange.registry import exchange_format
from ..landscape.landscape import Landscape
from ..landscape.records import Batch, Recorded
from ..precision import with_float64
from .quench import quench_counts
from .recorded_run import recorded_run
from .search_space import SearchSpace
from .steps.eigenvector_following import EigenvectorFollowing
from .steps.newton import Newton
from .steps.rule import Status
from .transition_states import PathwaySearch, find_pathways
from .walks.walk import walk

_LAW = "imported"
_POLISH_RADIUS = 0.05
_CHUNK = 256

_ANOTHER_LOSS = "another loss there than stated"
_NOT_FINITE = "coordinates or loss not finite"
_NO_MINIMUM = {
    Status.WRONG_INDEX: "a negative curvature there, so no minimum",
    Status.AT_BOUNDS: "at the bounds of the parameters",
    Status.FLAT: "a curvature there that cannot be told from zero",
    Status.NON_FINITE: "loss or derivatives not finite there",
    Status.OUT_OF_STEPS: "no minimum nearby",
}
_NO_TRANSITION_STATE = "no transition state nearby"
_NO_SIDE = "a side of it does not come to rest in a minimum below it"


@dataclass(frozen=True)
class Imported:
    """How many imported points were added, known or refused.

    Attributes:
        minima_added, transition_states_added: new in the landscape (the two sides of a transition
            state may add minima that the files did not have).
        known: points that the landscape had already, or that stand in the files more than once.
        refused: points that are not what the files say: they do not converge to a minimum or a
            transition state at once, have another loss, or a side that reaches no minimum.
        reasons: why points were refused, and how many for each reason.
        changed_edges: transition states that join other minima than the files state; the landscape has
            those to which the path of steepest descent leads.
        notes: what the reader left out of the files, and why.
    """

    minima_added: int
    transition_states_added: int
    known: int
    refused: int
    reasons: Mapping[str, int] = field(default_factory=dict)
    changed_edges: int = 0
    notes: tuple[str, ...] = ()

    @property
    def is_all_refused(self) -> bool:
        """Whether there were points, and none of them holds."""
        held = self.minima_added + self.transition_states_added + self.known
        return self.refused > 0 and held == 0


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
    return add_foreign_points(landscape, points, str(path))


@with_float64
def add_foreign_points(landscape: Landscape, points: ForeignPoints, source: str) -> Imported:
    """Add points that have been read already; `source` says in the run's settings where they come from."""
    with recorded_run(landscape, "import", {"source": source}) as run:
        verification = _Verification(landscape, points, run)
        minima, transition_states = verification.minima(), verification.transition_states()
    network = landscape.network()
    n_held = int((minima >= 0).sum() + (transition_states >= 0).sum())
    n_total = len(minima) + len(transition_states)
    ends = dict(
        zip(network.transition_state_ids.tolist(), network.minimum_ids[network.edges], strict=True)
    )
    return Imported(
        minima_added=verification.n_new_minima,
        transition_states_added=verification.n_new_transition_states,
        known=n_held - verification.n_new_of_file,
        refused=n_total - n_held,
        reasons=dict(verification.reasons),
        changed_edges=sum(
            state >= 0 and min(edge) >= 0 and sorted(edge) != sorted(ends[state].tolist())
            for state, edge in zip(
                transition_states.tolist(), minima[points.edges].tolist(), strict=True
            )
        ),
        notes=points.notes,
    )


class _Verification:
    """Foreign points, verified and recorded a chunk at a time.

    Attributes:
        n_new_minima, n_new_transition_states: what was added.
        n_new_of_file: points of the files that the landscape did not have; the sides of transition states
            add others.
        reasons: why points were refused.
    """

    def __init__(self, landscape: Landscape, points: ForeignPoints, run: int) -> None:
        self._landscape, self._points, self._run = landscape, points, run
        self._space = SearchSpace(landscape.problem, landscape.tolerances.rms_tolerance)
        self.n_new_minima = self.n_new_transition_states = self.n_new_of_file = 0
        self.reasons: Counter[str] = Counter()

    def minima(self) -> Int[np.ndarray, " minima"]:
        """The id of each minimum in the landscape; −1 where it is refused."""
        polish = Newton(start_radius=_POLISH_RADIUS, max_radius=_POLISH_RADIUS, max_steps=40)
        ids = np.full(len(self._points.losses), -1, dtype=np.int64)
        for chunk in self._chunks(self._points.minima, self._points.losses):
            starts = self._space.contract(self._points.minima[chunk])
            result = walk(self._space.problem, starts, polish)
            agrees = self._agrees(self._space.losses(result), self._points.losses[chunk])
            points = self._space.minima(result)
            held = [k for k, point in enumerate(points) if point is not None and agrees[k]]
            for k, status in enumerate(result.status.tolist()):
                if points[k] is None:
                    self.reasons[_NO_MINIMUM.get(Status(status), "no minimum there")] += 1
                elif not agrees[k]:
                    self.reasons[_ANOTHER_LOSS] += 1
            minima = tuple(point for k in held if (point := points[k]) is not None)
            counts = quench_counts(result)
            recorded = self._record(minima=minima, counts=counts)
            ids[chunk[held]] = recorded.minimum_ids
            self.n_new_of_file += sum(recorded.is_new)
        return ids

    def transition_states(self) -> Int[np.ndarray, " transition_states"]:
        """The id of each transition state in the landscape; −1 where it is refused."""
        polish = EigenvectorFollowing(
            start_radius=_POLISH_RADIUS, max_radius=_POLISH_RADIUS, max_steps=40
        )
        search = PathwaySearch(eigenvector_following=polish)
        ids = np.full(len(self._points.barrier_losses), -1, dtype=np.int64)
        for chunk in self._chunks(self._points.transition_states, self._points.barrier_losses):
            starts = self._space.contract(self._points.transition_states[chunk])
            batch = find_pathways(self._space, starts, np.arange(len(chunk)), search)
            row = {candidate: k for k, candidate in enumerate(batch.owner.tolist())}
            rows = np.array([row.get(first, -1) for first in batch.first.tolist()], dtype=np.int64)
            losses = np.array([p.transition_state.loss for p in batch.pathways] + [np.nan])
            agrees = self._agrees(losses[rows], self._points.barrier_losses[chunk])
            self.reasons[_NO_TRANSITION_STATE] += int((batch.first < 0).sum())
            self.reasons[_NO_SIDE] += int(((batch.first >= 0) & (rows < 0)).sum())
            self.reasons[_ANOTHER_LOSS] += int(((rows >= 0) & ~agrees).sum())
            held = np.unique(rows[agrees])
            pathways = tuple(batch.pathways[k] for k in held)
            recorded = self._record(pathways=pathways, counts=batch.counts)
            state_ids = np.full(len(batch.pathways), -1, dtype=np.int64)
            state_ids[held] = recorded.transition_state_ids
            ids[chunk[agrees]] = state_ids[rows[agrees]]
            self.n_new_of_file += recorded.n_new_transition_states
        self.reasons = +self.reasons
        return ids

    def _chunks(
        self, x: Float[np.ndarray, "points d"], losses: Float[np.ndarray, " points"]
    ) -> Iterator[Int[np.ndarray, " some"]]:
        """Indices of points with finite numbers, some at a time; the others are refused."""
        is_finite = np.isfinite(x).all(axis=1) & np.isfinite(losses)
        self.reasons[_NOT_FINITE] += int((~is_finite).sum())
        finite = np.flatnonzero(is_finite)
        for first in range(0, len(finite), _CHUNK):
            yield finite[first : first + _CHUNK]

    def _agrees(
        self, computed: Float[np.ndarray, " some"], stated: Float[np.ndarray, " some"]
    ) -> Bool[np.ndarray, " some"]:
        """Whether each computed loss is the stated one; NaN is none."""
        error = self._points.loss_error * (1 + np.abs(stated))
        return np.asarray(np.abs(computed - stated) <= error)

    def _record(self, **points: Any) -> Recorded:
        task = self._landscape.next_task(_LAW, 0)
        recorded = self._landscape.record(Batch(law=_LAW, task=task, **points), self._run)
        self.n_new_minima += recorded.n_new_minima
        self.n_new_transition_states += recorded.n_new_transition_states
        return recorded
