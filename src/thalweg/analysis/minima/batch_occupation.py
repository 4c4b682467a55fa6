"""Which minima stochastic gradient descent ends above, and how reproducible that is."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from ...confidence_interval import ConfidenceInterval
from ...display import shown
from ...landscape.landscape import Landscape
from ...numbers import Whole
from ...search.quench import QuenchMethod
from ...search.training import train
from ...search.walks.sgd import SGD
from .known_minima import KnownMinima

_DRAWS = 1000


@shown
@dataclass(frozen=True, eq=False)
class BatchOccupation:
    """The minima below the ends of independent training runs.

    Attributes:
        minima: below the end of each run, by index in the network, numbered on where the landscape lacks
            them, −1 where a quench reached none [runs].
        losses: of the runs at their ends, over all rows [runs].
        minimum_losses: of the minima below, NaN where there is none [runs].
        n_known: minima of the landscape.
        seed: of the bootstrap.
    """

    minima: Int[np.ndarray, " runs"]
    losses: Float[np.ndarray, " runs"]
    minimum_losses: Float[np.ndarray, " runs"]
    n_known: int
    seed: int

    def only(self, runs: Int[np.ndarray, " some"]) -> "BatchOccupation":
        """The same of some of the runs, by their indices."""
        return replace(
            self,
            minima=self.minima[runs],
            losses=self.losses[runs],
            minimum_losses=self.minimum_losses[runs],
        )

    @cached_property
    def counts(self) -> Int[np.ndarray, " minima"]:
        """Runs that ended above each minimum of the landscape [minima]."""
        known = self.minima[(self.minima >= 0) & (self.minima < self.n_known)]
        return np.bincount(known, minlength=self.n_known)

    @property
    def elsewhere(self) -> float:
        """Share of the runs that did not end above a minimum of the landscape."""
        return 1 - int(self.counts.sum()) / len(self.minima)

    @property
    def reproducibility(self) -> float:
        """Probability that two runs end above the same minimum, known or not; of runs above none never."""
        return _same(self.minima)

    def reproducibility_interval(self) -> ConfidenceInterval:
        """Its 95 % interval over further runs, by bootstrap."""
        rng = np.random.default_rng(self.seed)
        n = len(self.minima)
        # Drawn with replacement a run meets itself: only pairs of different runs are counted.
        values = [_same_of_different(self.minima, rng.integers(0, n, n)) for _ in range(_DRAWS)]
        return ConfidenceInterval.bootstrap(np.array(values), n, "runs")


def batch_occupation(
    landscape: Landscape,
    method: SGD,
    starts: Float[np.ndarray, "walkers d"] | Whole = 100,
    *,
    quench_method: QuenchMethod | None = None,
) -> BatchOccupation:
    """Train from many starts and see which minima the runs end above.

    Each end is quenched within its basin; runs that differ by a symmetry image end above the same minimum.

    Args:
        landscape: of the loss that is trained on; it is not written to.
        method: of training.
        starts: one of each run [walkers d], or how many to draw from the problem's own law; many copies of
            one start tell what batches alone do.
        quench_method: of the ends; as for `descent_path` if None.

    Raises:
        ValueError: as for `tw.search.train`.
    """
    problem = landscape.problem
    known = KnownMinima.of(landscape)
    runs = train(problem, starts, method)
    minima = known.reached_from(np.array([run.end for run in runs]), quench_method)
    below = [known[i].loss if i >= 0 else np.nan for i in minima.tolist()]
    losses = np.array([run.losses[-1] for run in runs])
    return BatchOccupation(minima, losses, np.array(below), len(known.known), method.seed)


def _same(minima: Int[np.ndarray, " runs"]) -> float:
    """Share of the pairs of runs that ended above the same minimum (Simpson's index, without bias)."""
    n = len(minima)
    counts = np.unique(minima[minima >= 0], return_counts=True)[1].astype(np.float64)
    return float((counts * (counts - 1)).sum() / (n * (n - 1))) if n > 1 else float("nan")


def _same_of_different(minima: Int[np.ndarray, " runs"], drawn: Int[np.ndarray, " runs"]) -> float:
    """As `_same` over a bootstrap sample, pairs of one run with itself left out."""
    runs, repeats = np.unique(drawn, return_counts=True)
    n, weights = len(drawn), repeats.astype(np.float64)
    of_itself = float((weights * (weights - 1)).sum())
    is_above = minima[runs] >= 0
    totals = np.bincount(minima[runs][is_above], weights[is_above])
    own = float((weights[is_above] * (weights[is_above] - 1)).sum())
    same = float((totals * (totals - 1)).sum()) - own
    return same / (n * (n - 1) - of_itself)


def same_occupation(first: BatchOccupation, second: BatchOccupation, *, seed: int = 0) -> float:
    """p-value of the same occupation: a small one says that two kinds of runs end above different minima.

    Runs from random starts against runs from one minimum: as long as these differ, runs remember where they
    began, and no temperature describes them. By permutation of the total variation.
    """
    both = np.unique(np.concatenate([first.minima, second.minima]), return_inverse=True)[1]
    n, labels = len(first.minima), np.arange(int(both.max()) + 1)
    rng = np.random.default_rng(seed)

    def variation(order: Int[np.ndarray, " runs"]) -> float:
        one, other = (np.bincount(part, minlength=len(labels)) for part in np.split(order, [n]))
        return float(np.abs(one / n - other / (len(order) - n)).sum())

    measured = variation(both)
    # Sums of the same shares in another order differ in the last digit.
    at_least = sum(variation(rng.permutation(both)) >= measured - 1e-12 for _ in range(_DRAWS))
    return (1 + at_least) / (1 + _DRAWS)
