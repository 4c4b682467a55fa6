"""The loss along the steepest-descent path through some transition states, point by point."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from ...display import shown
from ...landscape.network import Network
from ...landscape.records import TransitionState
from ...precision import with_float64
from ...problems.problem import Problem
from ...search.steepest_paths import steepest_paths, which_side


@shown
@dataclass(frozen=True, eq=False)
class PathwayProfile:
    """The loss along a path minimum – transition state – minimum – … of steepest descent.

    Attributes:
        arc_length: from the first minimum, in parameter space [points].
        losses: [points].
        coordinates: of one continuous path: symmetry images are chosen so that it never jumps
            [points d].
        is_stationary: which points are the minima and transition states of the path [points].
        minima: indices in the network, from source to target [minima].
        transition_states: between them [minima − 1].
        gap: largest distance between where a descent came to rest and the minimum it should reach.
    """

    arc_length: Float[np.ndarray, " points"]
    losses: Float[np.ndarray, " points"]
    coordinates: Float[np.ndarray, "points d"]
    is_stationary: Bool[np.ndarray, " points"]
    minima: Int[np.ndarray, " minima"]
    transition_states: Int[np.ndarray, " steps"]
    gap: float


@with_float64
def pathway_profile(
    network: Network,
    problem: Problem,
    states: Sequence[TransitionState],
    minima: Sequence[int] | Int[np.ndarray, " minima"],
    transition_states: Sequence[int] | Int[np.ndarray, " steps"],
) -> PathwayProfile:
    """Integrate dx/dt = −∇L from both sides of every transition state of a path.

    Args:
        network: with coordinates.
        problem: whose loss it is.
        states: the transition states of the network in its order, as `Landscape.transition_states`
            gives them.
        minima: indices of the minima of the path, in order.
        transition_states: between them, one fewer; `fastest_path` gives both.

    Raises:
        ValueError: if the path is empty, does not hang together, or the network has no coordinates.

    Reference: the ordinary differential equation is integrated by SciPy's BDF with the exact Hessian.
    """
    _check_path(network, problem, minima, transition_states)
    points, marks = [np.asarray(network.coordinates[minima[0]])], [True]
    lengths, gap = [0.0], 0.0
    for start, end, k in zip(minima[:-1], minima[1:], transition_states, strict=True):
        middle = np.asarray(states[k].coordinates)
        sides = steepest_paths(problem, middle)
        ends = [network.coordinates[start], network.coordinates[end]]
        order, distance = which_side(problem, sides, ends)
        gap = max(gap, distance)
        up, down = sides[order[0]][::-1], sides[order[1]]
        piece = np.concatenate([up, middle[None], down])
        lengths += (lengths[-1] + np.cumsum(_step_lengths(up[0], piece))).tolist()
        marks += [False] * len(up) + [True] + [False] * (len(down) - 1) + [True]
        for x in piece:
            points.append(problem.symmetry.align(x, points[-1]))
    path = np.array(points)
    losses = np.asarray(_losses(problem, jnp.asarray(path)))
    return PathwayProfile(
        np.array(lengths),
        losses,
        path,
        np.array(marks),
        np.asarray(minima, dtype=np.int64),
        np.asarray(transition_states, dtype=np.int64),
        gap,
    )


def _check_path(
    network: Network,
    problem: Problem,
    minima: Sequence[int] | Int[np.ndarray, " minima"],
    transition_states: Sequence[int] | Int[np.ndarray, " steps"],
) -> None:
    if len(minima) == 0 or len(transition_states) != len(minima) - 1:
        raise ValueError(
            f"a path has one transition state fewer than minima, got {len(transition_states)} and "
            f"{len(minima)}."
        )
    network.require_coordinates(problem.dimension)
    for start, end, k in zip(minima[:-1], minima[1:], transition_states, strict=True):
        if sorted(network.edges[k].tolist()) != sorted((int(start), int(end))):
            raise ValueError(f"transition state {k} does not join minima {start} and {end}.")


def _step_lengths(
    before: Float[np.ndarray, " d"], piece: Float[np.ndarray, "points d"]
) -> Float[np.ndarray, " points"]:
    return np.asarray(np.linalg.norm(np.diff(piece, axis=0, prepend=before[None]), axis=1))


@jax.jit
def _losses(problem: Problem, x: Float[Array, "points d"]) -> Float[Array, " points"]:
    losses: Float[Array, " points"] = jax.lax.map(problem.loss, x)
    return losses
