"""From candidates near a pass to transition states, and down both sides to their minima."""

from collections.abc import Callable
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
from .steps.rule import Status
from .steps.steepest_descent import SteepestDescent
from .walks.result import WalkResult
from .walks.walk import walk


class PathwaySearch(eqx.Module):
    """How a pass is found and its two minima with it.

    Attributes:
        eigenvector_following: eigenvector-following from a candidate to the transition state.
        push_off: displacement along the unstable mode, both ways, in units of the problem's scale.
        descent: down to the minima without leaving the basin.
        finish: for the walkers that `descent` leaves in a long valley: Newton steps too short to leave
            it.
    """

    eigenvector_following: EigenvectorFollowing = eqx.field(
        static=True, default=EigenvectorFollowing()
    )
    push_off: float = eqx.field(static=True, default=0.05)
    descent: SteepestDescent = eqx.field(static=True, default=SteepestDescent())
    finish: Newton = eqx.field(static=True, default=Newton(start_radius=0.05, max_radius=0.3))


@dataclass(frozen=True, eq=False)
class PathwayBatch:
    """Pathways, which candidate's owner each belongs to, and how the walks ended.

    Attributes:
        pathways: each with a transition state and the minima on its two sides.
        owner: for each pathway, the owner of the candidate that led to it [pathways].
        n_candidates: candidates followed.
        n_transition_states: candidates that ended in a transition state, repeats included.
        counts: of the descents.
        steps: steps of the saddle searches.
    """

    pathways: tuple[Pathway, ...]
    owner: Int[np.ndarray, " pathways"]
    n_candidates: int
    n_transition_states: int
    counts: QuenchCounts
    steps: int


def find_pathways(
    space: SearchSpace,
    candidates: Float[np.ndarray, "candidates m"],
    owner: Int[np.ndarray, " candidates"],
    method: PathwaySearch,
    *,
    should_stop: Callable[[], bool] = lambda: False,
) -> PathwayBatch:
    """Follow every candidate to a transition state and both of its sides to minima.

    A transition state that two candidates share is descended from once. A side that does not come to
    rest in a minimum leaves no pathway: an edge needs both of its ends.
    """
    saddles = walk(space.problem, candidates, method.eigenvector_following, should_stop=should_stop)
    found = space.transition_states(saddles)
    first = _first_of_each(space, found)
    sides = _push_off(space, saddles, first, method)
    down = descend_sides(space, sides, method, should_stop)
    minima = space.minima(down)
    pathways, owners = [], []
    for k, i in enumerate(first):
        a, b, state = minima[k], minima[k + len(first)], found[i]
        if a is None or b is None or state is None:
            continue
        # A descent that ends above its saddle has left the path through rounding.
        if max(a.loss, b.loss) < state.loss:
            pathways.append(Pathway(state, (a, b)))
            owners.append(owner[i])
    return PathwayBatch(
        tuple(pathways),
        np.array(owners, dtype=np.int64),
        len(candidates),
        int(np.sum(saddles.status == Status.CONVERGED)),
        quench_counts(down),
        int(saddles.steps.sum()),
    )


def descend_sides(
    space: SearchSpace,
    sides: Float[np.ndarray, "sides m"],
    method: PathwaySearch,
    should_stop: Callable[[], bool] = lambda: False,
) -> WalkResult:
    """Descend from both sides of some transition states [sides m] without leaving their basins."""
    down = walk(space.problem, sides, method.descent, should_stop=should_stop)
    left = np.flatnonzero(down.status == Status.OUT_OF_STEPS)
    rest = walk(space.problem, down.x[left], method.finish, should_stop=should_stop)
    return down.replaced(left, rest)


def _first_of_each(space: SearchSpace, found: list[TransitionState | None]) -> list[int]:
    """Places of the transition states that differ from all before them."""
    index = PointIndex(space.full.symmetry)
    first = []
    for i, state in enumerate(found):
        if state is not None and index.find(state) is None:
            index.add(i, state)
            first.append(i)
    return first


def _push_off(
    space: SearchSpace, saddles: WalkResult, chosen: list[int], method: PathwaySearch
) -> Float[np.ndarray, "sides m"]:
    """Both sides of the chosen transition states, all of one side first."""
    shift = method.push_off * space.problem.length_scale * saddles.mode[chosen]
    pushed = saddles.x[chosen][:, None] + np.array([1.0, -1.0])[:, None] * shift[:, None]
    told = saddles.sides[chosen]
    return np.where(np.isnan(told), pushed, told).transpose(1, 0, 2).reshape(-1, shift.shape[1])
