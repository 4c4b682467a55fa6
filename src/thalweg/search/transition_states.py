"""From candidates near a pass to transition states, and down both sides to their minima."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import equinox as eqx
import numpy as np
from jaxtyping import Float, Int

from ..landscape.identity import PointIndex
from ..landscape.records import Pathway, QuenchCounts, TransitionState
from .quench import quench_counts
from .search_space import SearchSpace
from .steps.eigenvector_following import EigenvectorFollowing
from .steps.newton import Newton
from .steps.pace import never
from .steps.rule import Status, StepRule
from .steps.steepest_descent import SteepestDescent
from .walks.result import WalkResult
from .walks.walk import walk


class PathwaySearch(eqx.Module):
    """Settings of the search for a transition state and its two minima; any step rules will do.

    Attributes:
        eigenvector_following: from a candidate to the transition state: a step rule of index one.
        push_off: displacement along the unstable mode, both ways, in units of the problem's scale.
        descent: down to the minima without leaving the basin: a step rule of index zero.
        finish: for the walkers that `descent` leaves in a long valley: steps too short to leave it.
    """

    eigenvector_following: StepRule = eqx.field(static=True, default=EigenvectorFollowing())
    push_off: float = eqx.field(static=True, default=0.05)
    descent: StepRule = eqx.field(static=True, default=SteepestDescent())
    finish: StepRule = eqx.field(static=True, default=Newton.within_basin())

    def __check_init__(self) -> None:
        for name, index in (("eigenvector_following", 1), ("descent", 0), ("finish", 0)):
            rule = getattr(self, name)
            if not isinstance(rule, StepRule) or rule.index != index:
                raise ValueError(f"{name} must be a step rule of index {index}, got {rule!r}.")


@dataclass(frozen=True, eq=False)
class PathwayBatch:
    """Pathways, which candidate's owner each belongs to, and how the walks ended.

    Attributes:
        pathways: each with a transition state and the minima on its two sides.
        owner: for each pathway, the owner of the candidate that led to it [pathways].
        first: for each candidate, the first one that ended in the same transition state, itself perhaps;
            −1 for one that ended in none [candidates].
        n_candidates: candidates followed.
        n_transition_states: candidates that ended in a transition state, repeats included.
        counts: how the descents ended.
        steps: steps of eigenvector-following.
        unfinished: owners of candidates that were still on their way when the search was stopped.
        redone: eigensystems that were computed again on the host, as in `Batch`.
    """

    pathways: tuple[Pathway, ...]
    owner: Int[np.ndarray, " pathways"]
    first: Int[np.ndarray, " candidates"]
    n_candidates: int
    n_transition_states: int
    counts: QuenchCounts
    steps: int
    unfinished: frozenset[int] = frozenset()
    redone: int = 0

    @property
    def all_counts(self) -> QuenchCounts:
        """How the descents ended, with the steps of eigenvector-following added to theirs."""
        return dataclasses.replace(self.counts, steps=self.counts.steps + self.steps)


def find_pathways(
    space: SearchSpace,
    candidates: Float[np.ndarray, "candidates m"],
    owner: Int[np.ndarray, " candidates"],
    method: PathwaySearch,
    *,
    should_stop: Callable[[], bool] = never,
) -> PathwayBatch:
    """Follow every candidate to a transition state and both of its sides to minima.

    A transition state that two candidates share is descended from once. A side that does not come to
    rest in a minimum leaves no pathway: an edge needs both of its ends.
    """
    climbs = walk(
        space.problem,
        candidates,
        method.eigenvector_following,
        batches=space.batches,
        should_stop=should_stop,
    )
    transition_states = space.transition_states(climbs)
    first_of = _first_of_each(space, transition_states)
    first = np.flatnonzero(first_of == np.arange(len(first_of)))
    sides = _push_off(space, climbs, first, method)
    descents = descend_sides(space, sides, method, should_stop)
    minima = space.minima(descents)
    unfinished = set(owner[climbs.status == Status.STOPPED].tolist())
    pathways, owners = [], []
    for k, i in enumerate(first):
        a, b, state = minima[k], minima[k + len(first)], transition_states[i]
        if Status.STOPPED in (descents.status[k], descents.status[k + len(first)]):
            unfinished.add(int(owner[i]))
        if a is None or b is None or state is None:
            continue
        # A descent that ends above its transition state has left the path through rounding.
        if max(a.loss, b.loss) < state.loss:
            n_searches = len(set(owner[first_of == i].tolist()))
            pathways.append(Pathway(state, (a, b), arrivals=n_searches))
            owners.append(owner[i])
    return PathwayBatch(
        pathways=tuple(pathways),
        owner=np.array(owners, dtype=np.int64),
        first=first_of,
        n_candidates=len(candidates),
        n_transition_states=int(climbs.converged.sum()),
        counts=quench_counts(descents),
        steps=int(climbs.steps.sum()),
        unfinished=frozenset(unfinished),
        redone=int(climbs.redone.sum() + descents.redone.sum()),
    )


def descend_sides(
    space: SearchSpace,
    sides: Float[np.ndarray, "sides m"],
    method: PathwaySearch,
    should_stop: Callable[[], bool] = never,
) -> WalkResult:
    """Descend from both sides of some transition states [sides m] without leaving their basins."""
    descents = walk(
        space.problem, sides, method.descent, batches=space.batches, should_stop=should_stop
    )
    unfinished_sides = np.flatnonzero(descents.status == Status.OUT_OF_STEPS)
    finishes = walk(
        space.problem,
        descents.x[unfinished_sides],
        method.finish,
        batches=space.batches,
        should_stop=should_stop,
    )
    return descents.replaced(unfinished_sides, finishes)


def _first_of_each(
    space: SearchSpace, states: Sequence[TransitionState | None]
) -> Int[np.ndarray, " states"]:
    """Index of the first of the transition states that each is the same as; −1 for none."""
    index = PointIndex(space.full.symmetry, space.unit)
    first = np.full(len(states), -1, dtype=np.int64)
    for i, state in enumerate(states):
        if state is None:
            continue
        known = index.find(state)
        if known is None:
            index.add(i, state)
        first[i] = i if known is None else known
    return first


def _push_off(
    space: SearchSpace,
    climbs: WalkResult,
    chosen: Int[np.ndarray, " chosen"],
    method: PathwaySearch,
) -> Float[np.ndarray, "sides m"]:
    """Both sides of the chosen transition states, all of one side first."""
    shift = method.push_off * space.problem.length_scale * climbs.mode[chosen]
    displaced_points = climbs.x[chosen][:, None] + np.array([1.0, -1.0])[:, None] * shift[:, None]
    stated_sides = climbs.sides[chosen]
    sides = np.where(np.isnan(stated_sides), displaced_points, stated_sides)
    return np.asarray(sides.transpose(1, 0, 2).reshape(-1, shift.shape[1]))
