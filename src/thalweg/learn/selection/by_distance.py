"""Which minima to combine: those that are good, or that are wrong about different points."""

from collections.abc import Callable
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int
from scipy.optimize import minimize

from ..analysis.graph.thermodynamics import heat_capacity
from ..analysis.minima.metrics import class_probabilities
from ..landscape.network import Network
from ..precision import with_float64
from ..problems.capabilities import Classifier
from ..problems.symmetry import Symmetry

_ROWS = 512
"""Minima whose distances to all others are computed at once, which bounds the memory."""
_MOST_IN_PROGRAMME = 200
"""Minima that the quadratic programme weighs; of more, the lowest."""


@dataclass(frozen=True, eq=False)
class Selection:
    """Some minima of a network.

    Attributes:
        minima: indices in the network, in the order of their choice.
        method: how they were chosen.
        value: what the method maximised, if it did: the sum of the distances within the selection.
        relaxed_value: upper bound of that sum by the relaxed programme, of which `value` is rounded;
            NaN for other methods.
    """

    minima: Int[np.ndarray, " chosen"]
    method: str
    value: float = float("nan")
    relaxed_value: float = float("nan")


@with_float64
def predicted_classes(
    network: Network, problem: Classifier, inputs: Float[np.ndarray, "N inputs"]
) -> Int[np.ndarray, "minima N"]:
    """The most probable class of every point by every minimum [minima N], one byte each.

    Raises:
        ValueError: if the network has no coordinates or there are more than 127 classes.
    """
    if network.n_minima and network.coordinates.shape[1] == 0:
        raise ValueError("the network has no coordinates; read it from a landscape.")
    found = np.zeros((network.n_minima, len(inputs)), dtype=np.int8)
    on_device = jnp.asarray(inputs)
    for row, x in zip(found, network.coordinates, strict=True):
        p = np.asarray(class_probabilities(problem, jnp.asarray(x), on_device))
        if p.shape[1] > 127:
            raise ValueError(f"at most 127 classes can be compared, got {p.shape[1]}.")
        row[:] = p.argmax(axis=1)
    return found


def misclassification_distances(
    classes: Int[np.ndarray, "minima N"],
) -> Float[np.ndarray, "minima minima"]:
    """Λ(a, b): share of the points to which two minima give different classes [minima minima].

    Agreements are counted by matrix products of zeros and ones, which float32 holds exactly up to
    2²⁴ points.

    Raises:
        ValueError: if there are no points.
    """
    m, n = classes.shape
    if n == 0:
        raise ValueError("there are no points on which minima could differ.")
    distances = np.ones((m, m), dtype=np.float32)
    for label in np.unique(classes):
        is_label = (classes == label).astype(np.float32)
        for start in range(0, m, _ROWS):
            distances[start : start + _ROWS] -= is_label[start : start + _ROWS] @ is_label.T / n
    np.fill_diagonal(distances, 0.0)
    return np.maximum(distances, 0.0)


def euclidean_distances(network: Network, symmetry: Symmetry) -> Float[np.ndarray, "minima minima"]:
    """Distances between minima after alignment over the symmetry group [minima minima]."""
    n = network.n_minima
    distances = np.zeros((n, n))
    for a in range(n):
        for b in range(a):
            distances[a, b] = symmetry.distance(network.coordinates[a], network.coordinates[b])
    return distances + distances.T


# ---- by quality --------------------------------------------------------------------------------------


def lowest(network: Network, n: int) -> Selection:
    """The `n` minima of lowest loss."""
    return Selection(np.argsort(network.losses, kind="stable")[:n], "best loss")


def flattest(network: Network, n: int) -> Selection:
    """The `n` minima of lowest LPPHE."""
    return Selection(np.argsort(network.lpphe, kind="stable")[:n], "flattest")


def at_random(network: Network, n: int, seed: int = 0) -> Selection:
    """`n` different minima at random."""
    rng = np.random.default_rng(seed)
    chosen = rng.choice(network.n_minima, min(n, network.n_minima), replace=False)
    return Selection(chosen, "random")


def peak_contributors(network: Network, n: int, peak: int = 1) -> Selection:
    """Minima that gain and lose most occupation at a peak of C_V, in turn; then those of other peaks.

    Args:
        network: minima with LPPHE.
        n: how many.
        peak: number of the peak, 1 at the lowest temperature.

    Raises:
        ValueError: if there is no such peak.

    Reference: Wales, Phys. Rev. E 95, 030105 (2017).
    """
    peaks = heat_capacity(network).peaks
    if not 1 <= peak <= len(peaks):
        raise ValueError(f"peak must be from 1 to {len(peaks)}, got {peak}.")
    chosen: list[int] = []
    for one in (peaks[peak - 1], *peaks[: peak - 1], *peaks[peak:]):
        sides = (one.positive_minima.tolist(), one.negative_minima.tolist())
        for place in range(max(map(len, sides))):
            for side in sides:
                if place < len(side) and side[place] not in chosen and len(chosen) < n:
                    chosen.append(side[place])
    return Selection(np.array(chosen, dtype=np.int64), f"heat capacity, peak {peak}")


# ---- by distance -------------------------------------------------------------------------------------


def most_different(distances: Float[np.ndarray, "minima minima"], first: int, n: int) -> Selection:
    """From `first` on, each time the minimum with the largest summed distance to those chosen.

    For two minima and misclassification distances this is the pair of the best minimum and the one
    that differs from it most (MMDBM).
    """
    chosen = [first]
    total = np.array(distances[first], dtype=np.float64)
    while len(chosen) < min(n, len(distances)):
        total[chosen] = -np.inf
        chosen.append(int(np.argmax(total)))
        total = total + distances[chosen[-1]]
    return Selection(np.array(chosen), "greedy", _within(distances, np.array(chosen)))


def quadratic_programme(
    distances: Float[np.ndarray, "minima minima"],
    losses: Float[np.ndarray, " minima"],
    n: int,
    seed: int = 0,
) -> Selection:
    """Maximise yᵀDy over 0 ≤ y ≤ 1, Σy = n, and keep the `n` largest y.

    The programme is not concave: SciPy's SLSQP is started from several points, and the best end point
    is rounded. What rounding costs is the difference of `relaxed_value` and `value`. Of many minima
    only the 200 of lowest loss are weighed.
    """
    among = np.argsort(losses, kind="stable")[:_MOST_IN_PROGRAMME]
    part = np.asarray(distances[np.ix_(among, among)], dtype=np.float64)
    size = len(part)
    if n >= size:
        return Selection(among, "quadratic programme", _within(distances, among))
    rng = np.random.default_rng(seed)
    best: Float[np.ndarray, " size"] = np.full(size, n / size)
    for _ in range(4):
        start = rng.dirichlet(np.ones(size)) * n
        found = minimize(  # type: ignore[call-overload]
            lambda y: float(-y @ part @ y),
            np.minimum(start, 1.0),
            jac=lambda y: -2 * (part @ y),
            method="SLSQP",
            bounds=[(0.0, 1.0)] * size,
            constraints=[{"type": "eq", "fun": lambda y: y.sum() - n, "jac": np.ones_like}],
        )
        y = np.clip(found.x, 0, 1)
        if y @ part @ y > best @ part @ best:
            best = y
    chosen = among[np.argsort(-best, kind="stable")[:n]]
    relaxed = float(best @ part @ best) / 2
    return Selection(chosen, "quadratic programme", _within(distances, chosen), relaxed)


def exhaustive(distances: Float[np.ndarray, "minima minima"], n: int) -> Selection:
    """The `n` minima with the largest sum of distances, by trying all; for few minima only.

    Raises:
        ValueError: if there are more than 10⁶ ways.
    """
    from itertools import combinations
    from math import comb

    m = len(distances)
    if comb(m, n) > 1_000_000:
        raise ValueError(f"{comb(m, n)} ways to choose {n} of {m} minima are too many to try.")
    best = max(combinations(range(m), n), key=lambda chosen: _within(distances, np.array(chosen)))
    return Selection(np.array(best), "exhaustive", _within(distances, np.array(best)))


def _within(distances: Float[np.ndarray, "minima minima"], chosen: np.ndarray) -> float:
    """Sum of the distances of all pairs of a selection."""
    return float(np.sum(distances[np.ix_(chosen, chosen)], dtype=np.float64) / 2)


# ---- by name -----------------------------------------------------------------------------------------


def _by_misclassification(context: "SelectionContext", n: int) -> Selection:
    classes = predicted_classes(context.network, context.problem, context.inputs)
    distances = misclassification_distances(classes)
    return most_different(distances, context.network.global_minimum, n)


def _by_programme(context: "SelectionContext", n: int) -> Selection:
    classes = predicted_classes(context.network, context.problem, context.inputs)
    distances = misclassification_distances(classes)
    return quadratic_programme(distances, context.network.losses, n, context.seed)


def _by_euclidean(context: "SelectionContext", n: int) -> Selection:
    """Only the distances to those chosen are needed, not those of all pairs."""
    network, chosen = context.network, [context.network.global_minimum]
    total = np.zeros(network.n_minima)
    while len(chosen) < min(n, network.n_minima):
        last = network.coordinates[chosen[-1]]
        total += [context.symmetry.distance(x, last) for x in network.coordinates]
        total[chosen] = -np.inf
        chosen.append(int(np.argmax(total)))
    return Selection(np.array(chosen), "euclidean")


@dataclass(frozen=True, eq=False)
class SelectionContext:
    """What a selection may look at: training or validation rows only, never those that are reported.

    Attributes:
        network: minima with coordinates.
        problem: gives class probabilities.
        symmetry: of the problem.
        inputs: training rows [N inputs].
        seed: of random choices.
    """

    network: Network
    problem: Classifier
    symmetry: Symmetry
    inputs: Float[np.ndarray, "N inputs"]
    seed: int = 0


METHODS: dict[str, Callable[[SelectionContext, int], Selection]] = {
    "misclassification": _by_misclassification,
    "quadratic_programme": _by_programme,
    "euclidean": _by_euclidean,
    "heat_capacity": lambda context, n: peak_contributors(context.network, n),
    "best_loss": lambda context, n: lowest(context.network, n),
    "flattest": lambda context, n: flattest(context.network, n),
    "random": lambda context, n: at_random(context.network, n, context.seed),
}
"""Ways to choose minima, by name."""


def select(context: SelectionContext, n: int, method: str = "misclassification") -> Selection:
    """Choose `n` minima, fewer if there are no more, by one of the `METHODS`.

    Methods joined by "+", as "misclassification+heat_capacity", take turns: each adds its first choice
    that is not there yet.

    Raises:
        ValueError: for an unknown method, `n` below one, or a network without minima.
    """
    names = method.split("+")
    for name in names:
        if name not in METHODS:
            raise ValueError(f"select must be one of {', '.join(METHODS)}, got {name!r}.")
    if n < 1 or context.network.n_minima == 0:
        raise ValueError(
            f"n_minima must be at least 1 and the landscape must have minima, got {n} and "
            f"{context.network.n_minima}."
        )
    if len(names) == 1:
        return METHODS[method](context, n)
    # Two methods may agree on every minimum: of each, twice as many are at hand as its turns need.
    wanted = min(n, context.network.n_minima)
    offers = [METHODS[name](context, 2 * wanted).minima.tolist() for name in names]
    chosen: list[int] = []
    while len(chosen) < wanted and any(offers):
        for offer in offers:
            fresh = next((i for i in offer if i not in chosen), None)
            if fresh is None:
                offer.clear()
            elif len(chosen) < wanted:
                chosen.append(fresh)
    return Selection(np.array(chosen, dtype=np.int64), method)
