"""How many points with random labels a classifier can fit: its capacity, by training."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ...confidence_interval import ConfidenceInterval
from ...display import shown
from ...numbers import Whole, whole_number
from ...problems.predictions import class_probabilities, require_classes
from ...problems.problem import Problem
from ...search.quench import QuenchMethod, quench
from ...search.training import starting_points


@shown
@dataclass(frozen=True, eq=False)
class Capacity:
    """Random labellings of ever more points, and how many of them training fits without an error.

    Attributes:
        n_points: of each set [sizes].
        n_fitted: labellings of it that some minimum fits [sizes].
        n_minima: mean number of different losses among the minima reached for a labelling [sizes].
        draws: labellings of each set.
    """

    n_points: Int[np.ndarray, " sizes"]
    n_fitted: Int[np.ndarray, " sizes"]
    n_minima: Float[np.ndarray, " sizes"]
    draws: int

    @property
    def shares(self) -> Float[np.ndarray, " sizes"]:
        """Share of the labellings that are fitted [sizes]."""
        return self.n_fitted / self.draws

    def interval(self, size: int) -> ConfidenceInterval:
        """Of the share at one of the sizes, by its place, over further labellings."""
        return ConfidenceInterval.of_share(int(self.n_fitted[size]), self.draws)

    @property
    def shattered(self) -> int:
        """The most points of which, as of all fewer, every labelling that was drawn is fitted; 0 for none.

        As far as the drawn labellings show, a lower bound of the VC dimension: one set of so many points is
        shattered.
        """
        is_whole = np.cumprod(self.n_fitted == self.draws).astype(bool)
        return int(self.n_points[is_whole].max(initial=0))

    @property
    def half(self) -> float:
        """Number of points at which half of the labellings are fitted, between sizes; NaN beyond them."""
        below = np.flatnonzero(self.shares < 0.5)
        if not len(below) or below[0] == 0:
            return float("nan")
        i = int(below[0])
        x, y = self.n_points[i - 1 : i + 1], self.shares[i - 1 : i + 1]
        return float(x[0] + (y[0] - 0.5) / (y[0] - y[1]) * (x[1] - x[0]))


def capacity(
    model: Callable[[Float[np.ndarray, "N inputs"], Int[np.ndarray, " N"]], Problem],
    inputs: Float[np.ndarray, "N inputs"],
    sizes: Sequence[Whole],
    *,
    draws: Whole = 20,
    starts: Whole = 16,
    method: QuenchMethod | None = None,
    seed: int = 0,
) -> Capacity:
    """Train on the first points of the inputs with random labels of two classes, both of which occur.

    A labelling counts as fitted if one of the minima that so many starts lead to gives every point its class.
    Training may miss that one: capacity is that of model and search together. A penalty that is not small
    lowers it.

    Args:
        model: makes the problem of inputs and labels.
        inputs: of at least as many points as the largest size, in general position [N inputs].
        sizes: numbers of points, ascending, each at least two.
        draws: labellings of each set of points.
        starts: of quenches for each labelling.
        method: of the quenches, as for `tw.quench`.
        seed: of labels and starts.

    Raises:
        ValueError: for sizes out of range, or a model that predicts no classes.

    Reference: Vapnik, Levin & Le Cun, Neural Comput. 6, 851 (1994); Cover, IEEE Trans. Electron. Comput.
        EC-14, 326 (1965).
    """
    ns = [whole_number(n, "sizes", least=2, most=len(inputs)) for n in sizes]
    n_draws = whole_number(draws, "draws", least=1)
    rng = np.random.default_rng(seed)
    fitted, minima = [], []
    for n in ns:
        results = [
            _trained(model(inputs[:n], _labels(rng, n)), inputs[:n], starts, method, seed)
            for _ in range(n_draws)
        ]
        fitted.append(sum(is_fitted for is_fitted, _ in results))
        minima.append(float(np.mean([n_minima for _, n_minima in results])))
    return Capacity(np.array(ns), np.array(fitted), np.array(minima), n_draws)


def _labels(rng: np.random.Generator, n: int) -> Int[np.ndarray, " n"]:
    """Random labels, every labelling with both classes with the same probability."""
    while True:
        labels = rng.integers(0, 2, n)
        if 0 < labels.sum() < n:
            return labels


def _trained(
    problem: Problem,
    inputs: Float[np.ndarray, "N inputs"],
    starts: Whole,
    method: QuenchMethod | None,
    seed: int,
) -> tuple[bool, int]:
    """Whether a minimum fits every label, and how many different losses the minima have."""
    require_classes(problem)
    targets = np.asarray(problem.training_targets)  # type: ignore[attr-defined] # of `model`
    reached = quench(problem, starting_points(problem, starts, seed), method).minima
    lowest_first = sorted((m for m in reached if m is not None), key=lambda m: m.loss)
    losses = np.array([m.loss for m in lowest_first])
    is_fitted = any(
        (class_probabilities(problem, m.coordinates, inputs).argmax(axis=1) == targets).all()
        for m in lowest_first
    )
    return is_fitted, int(len(losses) and 1 + (np.diff(losses) > 1e-9).sum())
