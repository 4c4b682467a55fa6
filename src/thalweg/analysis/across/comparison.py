"""Landscapes beside each other: minima of one relaxed on another, and both in one table."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Bool, Float, Int
from scipy.stats import spearmanr

from ...landscape.identity import PointIndex
from ...landscape.landscape import Landscape
from ...landscape.network import Network
from ...landscape.records import Minimum
from ...precision import with_float64
from ...problems.problem import Problem
from ...search.quench import Quench, quench
from ...search.steps.newton import Newton
from ..graph.basins import monotonic_sequence_basins
from ..graph.frustration import frustration
from ..graph.thermodynamics import heat_capacity
from ..minima.metric_direction import best_value, metric_direction


@dataclass(frozen=True, eq=False)
class Relaxation:
    """Where the minima of one landscape go on the loss of another problem.

    Attributes:
        reached: the different minima that were reached, in the order of the first to reach each.
        assignment: for each minimum its place in `reached`; −1 if none was reached [minima].
        distance: aligned distance that each minimum moved; NaN if none was reached [minima].
        loss_before, loss_after: loss of the other problem at the start and at the end [minima].
        rms_gradient: of the other problem at the start [minima].
        is_common: whether a minimum is a stationary point of both: it did not move by more than the
            tolerance of the identity of two points [minima].
    """

    reached: tuple[Minimum, ...]
    assignment: Int[np.ndarray, " minima"]
    distance: Float[np.ndarray, " minima"]
    loss_before: Float[np.ndarray, " minima"]
    loss_after: Float[np.ndarray, " minima"]
    rms_gradient: Float[np.ndarray, " minima"]
    is_common: Bool[np.ndarray, " minima"]

    @property
    def n_reached(self) -> int:
        """How many different minima were reached."""
        return len(self.reached)

    def network(self) -> Network:
        """What was reached as a network without transition states, for readings of the minima."""
        return Network.from_arrays(
            [point.loss for point in self.reached],
            coordinates=np.array([point.coordinates for point in self.reached]),
            lpphe=[point.lpphe for point in self.reached],
        )


@with_float64
def relax_on(network: Network, problem: Problem, method: Quench | None = None) -> Relaxation:
    """Quench every minimum of a network on another problem with the same parameters.

    Args:
        network: with coordinates.
        problem: on which to relax.
        method: of the quench; short Newton steps, which stay near, if None.

    Raises:
        ValueError: if the network has no minima, or the problem has other parameters.
    """
    if network.n_minima == 0 or network.coordinates.shape[1] != problem.dimension:
        raise ValueError(
            f"the network has {network.n_minima} minima of {network.coordinates.shape[1]} parameters; "
            f"this problem has {problem.dimension}. Compare landscapes of the same model."
        )
    method = method or Quench(newton=Newton(start_radius=0.05, max_radius=0.3))
    found = quench(problem, network.coordinates, method).minima
    index = PointIndex(problem.symmetry)
    reached: list[Minimum] = []
    assignment = np.full(network.n_minima, -1, dtype=np.int64)
    distance = np.full(network.n_minima, np.nan)
    for i, point in enumerate(found):
        if point is None:
            continue
        known = index.find(point)
        if known is None:
            known = len(reached)
            index.add(known, point)
            reached.append(point)
        assignment[i] = known
        distance[i] = problem.symmetry.distance(point.coordinates, network.coordinates[i])
    before, rms = (np.asarray(a) for a in _at(problem, jnp.asarray(network.coordinates)))
    after = np.array([np.nan if point is None else point.loss for point in found])
    scale = 1e-6 * (1 + np.linalg.norm(network.coordinates, axis=1))
    return Relaxation(tuple(reached), assignment, distance, before, after, rms, distance < scale)


@jax.jit
def _at(
    problem: Problem, x: Float[Array, "points d"]
) -> tuple[Float[Array, " points"], Float[Array, " points"]]:
    def one(point: Float[Array, " d"]) -> tuple[Float[Array, ""], Float[Array, ""]]:
        value, gradient = problem.value_and_gradient(point)
        return value, jnp.sqrt(jnp.mean(gradient**2))

    return jax.lax.map(one, x)


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's rank correlation of two values over minima.

    Attributes:
        coefficient: NaN if undefined.
        p_value: of no correlation.
        interval: 95 % interval by Fisher's transformation, if minima were independent.
        n: minima.
    """

    coefficient: float
    p_value: float
    interval: tuple[float, float]
    n: int


def loss_metric_correlation(
    losses: Float[np.ndarray, " minima"], metric: Float[np.ndarray, " minima"]
) -> RankCorrelation:
    """Rank correlation of a loss and a metric over the minima of one landscape.

    The loss may be that of another problem (`Relaxation.loss_before`): whether one loss foretells the
    quality of the minima of another.

    Raises:
        ValueError: for fewer than four minima, or arrays of different lengths.
    """
    if len(losses) != len(metric) or len(losses) < 4:
        raise ValueError(
            f"a correlation needs at least four minima, got {len(losses)} and {len(metric)} values."
        )
    found = spearmanr(losses, metric)
    r, n = float(found.statistic), len(losses)
    half = 1.96 * np.sqrt(1.06 / (n - 3))
    centre = np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12))
    low, high = (float(np.tanh(centre + side * half)) for side in (-1, 1))
    return RankCorrelation(r, float(found.pvalue), (low, high), n)


def landscape_table(landscapes: Sequence[tuple[str, Landscape]]) -> pd.DataFrame:
    """Several landscapes side by side, one row each, by name.

    Columns: minima, transition_states, joined (share of the minima), coverage and chao1 of the random
    starts, best_loss, lpphe_mean and lpphe_sd, steps_per_quench, basins (monotonic sequence basins),
    peaks (of C_V), frustration (normalised, at the highest peak), and for each saved value its best (if
    `metric_direction` knows which end that is), mean and variance over minima. What is undefined is NaN.
    """
    rows = {name: _row(landscape) for name, landscape in landscapes}
    return pd.DataFrame.from_dict(rows, orient="index")


def _row(landscape: Landscape) -> dict[str, float | int]:
    network, counts, seen = landscape.network(), landscape.counts(), landscape.coverage()
    if network.n_minima == 0:
        return {"minima": 0, "transition_states": 0}
    peaks = heat_capacity(network).peaks
    highest = max(peaks, key=lambda peak: peak.value, default=None)
    row: dict[str, float | int] = {
        "minima": network.n_minima,
        "transition_states": network.n_transition_states,
        "joined": float(network.is_joined.mean()),
        "coverage": seen.good_turing,
        "chao1": seen.chao1,
        "best_loss": float(network.losses.min()),
        "lpphe_mean": float(network.lpphe.mean()),
        "lpphe_sd": float(network.lpphe.std()),
        "steps_per_quench": counts.steps / max(counts.quenches, 1),
        "basins": len(monotonic_sequence_basins(network).bottoms),
        "peaks": len(peaks),
        "frustration": np.nan
        if highest is None
        else frustration(network, highest.temperature).normalised,
    }
    for name in landscape.annotation_names():
        values = landscape.annotation(name)
        if metric_direction(name) is not None:
            row[f"best {name}"] = best_value(name, values)
        row[f"mean {name}"] = float(np.nanmean(values))
        row[f"variance of {name}"] = float(np.nanvar(values))
    return row
