"""The temperature at which harmonic occupation probabilities come nearest to what was counted."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ...confidence_interval import ConfidenceInterval
from ...landscape.network import Network
from .thermodynamics import log_occupations

_PER_DECADE = 40
"""Temperatures that are tried: six per cent apart, well below the width of any interval."""
_BELOW, _ABOVE = 1e-2, 1e3
"""How far the grid reaches below the smallest gap between losses, and above their range."""
_DRAWS = 400
_NEGLIGIBLE_GAP = 1e-6
"""Of the range: a gap that small sets no scale."""


@dataclass(frozen=True)
class OccupationTemperature:
    """How well harmonic occupation probabilities p_α(T) of any one T describe counts of the minima.

    Attributes:
        temperature: of the largest likelihood, in the unit of the loss.
        interval: of it, by bootstrap over the counts; not known if there are too few, or they say nothing.
        is_bounded: whether the likelihood falls on either side; if not, the best temperature is an end of the
            range that was tried, and counts only say that it is lower, or higher, than all losses know of.
        p_value: probability of counts as unlike p_α(T) as these, if p_α(T) held, T fitted each time.
        explained: share of the unevenness that p_α(T) explains: 1 for counts as expected, 0 for no better
            than equal chances, negative for worse.
        explained_by_hits: the same by the hits of the landscape's own searches, of which nothing is fitted.
        n: counts in all.
    """

    temperature: float
    interval: ConfidenceInterval
    is_bounded: bool
    p_value: float
    explained: float
    explained_by_hits: float
    n: int

    @property
    def is_compatible(self) -> bool:
        """Whether the counts may come from p_α(T): a p-value of at least 5 %."""
        return self.p_value >= 0.05


def occupation_temperature(
    network: Network, counts: Int[np.ndarray, " minima"], *, seed: int = 0
) -> OccupationTemperature:
    """Fit the temperature of harmonic occupation to independent counts, and test whether it fits.

    Args:
        network: minima with losses, LPPHE and degeneracies.
        counts: how often each minimum was met, independently [minima].
        seed: of bootstrap and test.

    Raises:
        ValueError: if the counts are none, do not match the network, or all minima have the same loss.

    Reference: p_α(T) as in `occupation_probabilities`; that batches act like a temperature is said in
        Niroomand, thesis (2024), section 1.3.4 and table 1.2.
    """
    network.require_minima("a temperature")
    if counts.shape != (network.n_minima,) or (counts < 0).any() or counts.sum() == 0:
        raise ValueError(
            f"counts must be {network.n_minima} numbers, one a minimum and not all zero, got "
            f"{counts.sum()} in shape {counts.shape}."
        )
    grid = _grid(network)
    log_p = np.array([log_occupations(network, float(t)) for t in grid])
    best = _best(log_p, counts[None])[0]
    n = int(counts.sum())
    rng = np.random.default_rng(seed)
    resampled = grid[_best(log_p, rng.multinomial(n, counts / n, size=_DRAWS))]
    return OccupationTemperature(
        temperature=float(grid[best]),
        interval=ConfidenceInterval.bootstrap(resampled, n, "counts"),
        is_bounded=bool(0 < best < len(grid) - 1),
        p_value=_p_value(log_p, counts, int(best), rng),
        explained=_explained(counts, log_p[best]),
        explained_by_hits=_explained(counts, _log_share_of_hits(network)),
        n=n,
    )


def _grid(network: Network) -> Float[np.ndarray, " temperatures"]:
    losses = np.unique(network.losses)
    span = float(np.ptp(losses))
    if span == 0:
        raise ValueError(
            "all minima have the same loss: occupation does not depend on a temperature."
        )
    gaps = np.diff(losses)
    low = _BELOW * float(gaps[gaps > _NEGLIGIBLE_GAP * span].min())
    high = _ABOVE * span
    return np.geomspace(low, high, round(_PER_DECADE * np.log10(high / low)) + 1)


def _best(
    log_p: Float[np.ndarray, "temperatures minima"], counts: Int[np.ndarray, "draws minima"]
) -> Int[np.ndarray, " draws"]:
    """Index of the likeliest temperature for each draw [draws]."""
    return np.asarray((counts @ log_p.T).argmax(axis=1))


def _p_value(
    log_p: Float[np.ndarray, "temperatures minima"],
    counts: Int[np.ndarray, " minima"],
    best: int,
    rng: np.random.Generator,
) -> float:
    """Share of samples of p_α(T) that are as unlikely as the counts, T fitted to each."""
    p = np.exp(log_p[best])
    samples = rng.multinomial(int(counts.sum()), p / p.sum(), size=_DRAWS)
    deviances = _deviance(samples, log_p[_best(log_p, samples)])
    at_least = int((deviances >= _deviance(counts[None], log_p[best][None])[0]).sum())
    return (1 + at_least) / (1 + _DRAWS)


def _deviance(
    counts: Int[np.ndarray, "draws minima"], log_p: Float[np.ndarray, "draws minima"]
) -> Float[np.ndarray, " draws"]:
    """2 Σ n ln(n/(N p)) of each draw [draws]."""
    shares = counts / counts.sum(axis=1, keepdims=True)
    logs = np.log(np.where(counts > 0, shares, 1.0))
    return np.asarray(2 * (counts * (logs - np.where(counts > 0, log_p, 0.0))).sum(axis=1))


def _explained(counts: Int[np.ndarray, " minima"], log_p: Float[np.ndarray, " minima"]) -> float:
    equal = np.full(len(counts), -np.log(len(counts)))
    unexplained, all_of_it = _deviance(np.array([counts, counts]), np.array([log_p, equal]))
    return float(1 - unexplained / all_of_it) if all_of_it > 0 else float("nan")


def _log_share_of_hits(network: Network) -> Float[np.ndarray, " minima"]:
    """Logarithms of the shares of hits; half a hit more each, so that none is impossible."""
    hits = network.hits + 0.5
    return np.asarray(np.log(hits / hits.sum()))
