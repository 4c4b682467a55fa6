"""Minima that differ most in what they predict."""

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from jaxtyping import Float
from scipy.optimize import minimize

from ...analysis.minima.metrics import classification_metrics
from .base import Selection, SelectionContext, SelectionMethod
from .distances import misclassification_distances, predicted_classes

_MOST_IN_PROGRAMME = 200
"""Minima that the quadratic programme weighs; of more, the lowest."""


@dataclass(frozen=True)
class Misclassification(SelectionMethod):
    """The lowest minimum, then each time the one that gives most points another class than those chosen."""

    name = "misclassification"

    def choose(self, context: SelectionContext, n: int) -> Selection:
        return most_different(_distances(context), context.network.global_minimum, n)


@dataclass(frozen=True)
class MMDBM(SelectionMethod):
    """The minimum of best AUC, then each time the one that gives most points another class than those chosen.

    For two minima the published "maximum misclassification distance to the best minimum". The AUC is
    that of the rows at hand, so that no row is looked at on which the superposition will be measured.
    `Misclassification` starts from the lowest loss instead, which needs no labels.

    Reference: Niroomand et al., Mach. Learn.: Sci. Technol. 3, 025004 (2022), section 4.2.
    """

    name = "mmdbm"

    def choose(self, context: SelectionContext, n: int) -> Selection:
        """Chosen by classes and labels of the rows.

        Raises:
            ValueError: if the classes of the rows are not known.
        """
        if context.targets is None:
            raise ValueError(
                "select='mmdbm' starts from the minimum of best AUC, for which it needs the classes of the "
                "rows: pass them as targets, or take 'misclassification', which starts from the lowest loss."
            )
        metrics = classification_metrics(
            context.network, context.problem, context.inputs, context.targets
        )
        # Of equally good ones the lowest.
        best = np.lexsort((context.network.losses, -metrics.auc))[0]
        chosen = most_different(_distances(context), int(best), n)
        return Selection(chosen.minima, "MMDBM", chosen.value)


@dataclass(frozen=True)
class QuadraticProgramme(SelectionMethod):
    """The minima with the largest sum of misclassification distances, by a relaxed programme."""

    name = "quadratic_programme"

    def choose(self, context: SelectionContext, n: int) -> Selection:
        return quadratic_programme(_distances(context), context.network.losses, n, context.seed)


def most_different(distances: Float[np.ndarray, "minima minima"], first: int, n: int) -> Selection:
    """From `first` on, each time the minimum with the largest summed distance to those chosen.

    For two minima the first and the one that differs most from it.
    """
    members = [first]
    total = np.array(distances[first], dtype=np.float64)
    while len(members) < min(n, len(distances)):
        total[members] = -np.inf
        members.append(int(np.argmax(total)))
        total = total + distances[members[-1]]
    return Selection(np.array(members), "greedy", _within(distances, np.array(members)))


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
        result = minimize(  # type: ignore[call-overload]
            lambda y: float(-y @ part @ y),
            np.minimum(start, 1.0),
            jac=lambda y: -2 * (part @ y),
            method="SLSQP",
            bounds=[(0.0, 1.0)] * size,
            constraints=[{"type": "eq", "fun": lambda y: y.sum() - n, "jac": np.ones_like}],
        )
        y = np.clip(result.x, 0, 1)
        if y @ part @ y > best @ part @ best:
            best = y
    members = among[np.argsort(-best, kind="stable")[:n]]
    relaxed_sum = float(best @ part @ best) / 2
    return Selection(members, "quadratic programme", _within(distances, members), relaxed_sum)


def exhaustive(distances: Float[np.ndarray, "minima minima"], n: int) -> Selection:
    """The `n` minima with the largest sum of distances, by trying all; for few minima only.

    Raises:
        ValueError: if there are more than 10⁶ ways.
    """
    m = len(distances)
    if comb(m, n) > 1_000_000:
        raise ValueError(f"{comb(m, n)} ways to choose {n} of {m} minima are too many to try.")
    best = max(combinations(range(m), n), key=lambda chosen: _within(distances, np.array(chosen)))
    return Selection(np.array(best), "exhaustive", _within(distances, np.array(best)))


def _within(distances: Float[np.ndarray, "minima minima"], members: np.ndarray) -> float:
    """Sum of the distances of all pairs of a selection."""
    return float(np.sum(distances[np.ix_(members, members)], dtype=np.float64) / 2)


def _distances(context: SelectionContext) -> Float[np.ndarray, "minima minima"]:
    classes = predicted_classes(context.network, context.problem, context.inputs)
    return misclassification_distances(classes)
