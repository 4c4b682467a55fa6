"""Evaluate stored points anew: what is at rest there, and what a row says of it that is not so."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ..landscape.identity import EDIFFTOL
from ..landscape.mending import StoredRow
from ..landscape.records import Minimum, Saddle, TransitionState
from ..problems.problem import Problem
from .search_space import SearchSpace
from .steps.eigenvector_following import EigenvectorFollowing
from .steps.newton import Newton
from .steps.rule import Status, StepRule
from .walks.walk import walk

_STEPS: dict[str, Any] = {"start_radius": 0.05, "max_radius": 0.05, "max_steps": 40}
"""Of a point that is where it should be; longer steps would lead to another."""
_DOWNHILL, UPHILL = Newton(**_STEPS), EigenvectorFollowing(**_STEPS)
CHUNK = 256
_GRADIENT_SLACK = 10.0
"""Times the tolerance that a gradient may be on a machine which adds up in another order."""
_LPPHE_ERROR = 1e-3
"""Rounding of the softest eigenvalue, whose logarithm is the least exact part of the LPPHE."""

_WHAT_IT_IS = {
    Status.WRONG_INDEX: "the number of negative eigenvalues is another",
    Status.AT_BOUNDS: "it lies at the bounds of the parameters",
    Status.FLAT: "a curvature there cannot be told from zero",
    Status.NON_FINITE: "loss or derivatives there are not finite",
    Status.OUT_OF_STEPS: "it is not at rest, and no such point is near",
}


@dataclass(frozen=True, eq=False)
class EvaluatedRow:
    """A row, the point at rest near it if there is one, and what was wrong."""

    row: StoredRow
    point: Minimum | None
    faults: tuple[str, ...]

    def with_fault(self, fault: str) -> "EvaluatedRow":
        """The same row with one fault more."""
        return EvaluatedRow(self.row, self.point, (*self.faults, fault))


class PointEvaluation:
    """Evaluates stored points anew.

    Args:
        space: of the problem whose points they are.
        progress: called with what is being done.
    """

    def __init__(self, space: SearchSpace, progress: Callable[[str], None]) -> None:
        self._space, self._progress = space, progress

    def evaluated(self, kind: type[Minimum], rows: list[StoredRow]) -> Iterator[EvaluatedRow]:
        """Each row with the point at rest there, if there is one, and what was wrong with the row."""
        for row in rows:
            if row.coordinates is None:
                yield EvaluatedRow(row, None, (row.fault or "its coordinates cannot be read",))
        readable = [row for row in rows if row.coordinates is not None]
        for index in sorted({_index(kind, row) for row in readable}):
            yield from self._evaluated_at(
                kind, [row for row in readable if _index(kind, row) == index], index
            )

    def _evaluated_at(
        self, kind: type[Minimum], rows: list[StoredRow], index: int
    ) -> Iterator[EvaluatedRow]:
        """The same of rows whose coordinates can be read, all of them points of one index."""
        rule: StepRule = _DOWNHILL
        if index:
            rule = UPHILL if index == 1 else EigenvectorFollowing(index=index, **_STEPS)
        for first in range(0, len(rows), CHUNK):
            self._progress(f"{table_of(kind)}: {first} of {len(rows)}")
            chunk = rows[first : first + CHUNK]
            x = np.array([row.coordinates for row in chunk])
            result = walk(self._space.problem, self._space.contract(x), rule)
            points: Sequence[Minimum | None] = self._space.points(result, kind)
            losses, gradients = _losses_and_gradients(self._space.full, x)
            for k, (row, point) in enumerate(zip(chunk, points, strict=True)):
                known_fault = () if row.fault is None else (row.fault,)
                if point is None:
                    reason = _WHAT_IT_IS.get(Status(int(result.status[k])), "no such point is near")
                    yield EvaluatedRow(row, None, (*known_fault, reason))
                else:
                    faults = _differences(row, point, float(losses[k]), float(gradients[k]))
                    yield EvaluatedRow(row, point, (*known_fault, *faults))


def _index(kind: type[Minimum], row: StoredRow) -> int:
    """The index that a row's point should have; a saddle has the one that it says, two if it says nothing."""
    if issubclass(kind, Saddle):
        return 2 if row.point is None else max(1, row.point.index)
    return int(issubclass(kind, TransitionState))


def table_of(kind: type[Minimum]) -> str:
    """Name of the table that such points stand in."""
    if issubclass(kind, Saddle):
        return "saddles"
    return "transition_states" if issubclass(kind, TransitionState) else "minima"


def _agrees(stored: float, computed: float) -> bool:
    return abs(stored - computed) <= EDIFFTOL * (1 + abs(computed))


def votes(stored: Minimum | None, computed: Minimum) -> int:
    """How many of loss and LPPHE, which a point hardly shares with another, agree."""
    if stored is None:
        return 0
    is_lpphe = abs(stored.lpphe - computed.lpphe) <= _lpphe_error(stored, computed)
    return _agrees(stored.loss, computed.loss) + is_lpphe


def _lpphe_error(stored: Minimum, computed: Minimum) -> float:
    return _LPPHE_ERROR + 4 * (stored.lpphe_error + computed.lpphe_error)


def _differences(row: StoredRow, point: Minimum, loss: float, gradient: float) -> list[str]:
    """What a row says of a point, and is not so."""
    stored = row.point
    if stored is None:
        return []
    faults = []
    if not _agrees(stored.loss, loss):
        faults.append(f"the loss there is {loss:.10g}, not {stored.loss:.10g}")
    if not gradient <= _GRADIENT_SLACK * max(stored.tolerance, point.tolerance):
        faults.append(f"the RMS gradient there is {gradient:.1e}, not {stored.rms_gradient:.1e}")
    n_stored, n_computed = (int((p.spectrum < 0).sum()) for p in (stored, point))
    if n_stored != n_computed:
        faults.append(f"it has {n_computed} negative eigenvalues, not {n_stored}")
    if not abs(stored.lpphe - point.lpphe) <= _lpphe_error(stored, point):
        faults.append(f"its LPPHE is {point.lpphe:.8g}, not {stored.lpphe:.8g}")
    if stored.stabiliser_order != point.stabiliser_order:
        faults.append("the order of its stabiliser is another")
    return faults


def _losses_and_gradients(
    problem: Problem, x: Float[np.ndarray, "points d"]
) -> tuple[Float[np.ndarray, " points"], Float[np.ndarray, " points"]]:
    """Losses [points] and RMS gradients [points]."""
    losses, gradients = _evaluate(problem, jnp.asarray(x))
    root = np.sqrt(x.shape[1])
    return np.asarray(losses), np.asarray(jnp.linalg.norm(gradients, axis=1)) / root


@jax.jit
def _evaluate(
    problem: Problem, x: Float[Array, "points d"]
) -> tuple[Float[Array, " points"], Float[Array, "points d"]]:
    return jax.lax.map(problem.value_and_gradient, x)  # type: ignore[no-any-return]
