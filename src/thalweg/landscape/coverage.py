"""How much of a landscape is still unknown, estimated from how often its minima were hit."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int
from numpy.typing import ArrayLike

from ..confidence_interval import ConfidenceInterval, too_few

_Z95 = 1.959964


@dataclass(frozen=True)
class Coverage:
    """Estimates, from independent draws of one law, of the minima that it can reach.

    Attributes:
        law: name of the sampling law.
        draws: independent draws that ended in a minimum.
        flat: independent draws that ended where the loss is flat; no minima, they do not enter.
        distinct: different minima among them.
        singletons, doubletons: minima hit once, and twice.
        good_turing: probability that the next draw falls in a known minimum, 1 − f₁/n
            (Good, Biometrika 40, 237, 1953); NaN without draws.
        good_turing_interval: 95 % interval of it; not known from fewer than five draws.
        chao1: estimated number of minima that the law can reach: a lower bound
            (bias-corrected; Chao, Scand. J. Stat. 11, 265, 1984).
        chao1_interval: 95 % log-normal interval (Chao, Biometrics 43, 783, 1987); not known likewise.
    """

    law: str
    draws: int
    distinct: int
    singletons: int
    doubletons: int
    good_turing: float
    good_turing_interval: ConfidenceInterval
    chao1: float
    chao1_interval: ConfidenceInterval
    flat: int = 0

    @property
    def is_saturated(self) -> bool:
        """Whether more draws of this law can hardly find anything new.

        The lower end of the coverage is at least 99 %, and the upper end of Chao1 leaves no more than
        one per cent of the minima, or less than one minimum, unseen.
        """
        slack = max(0.01 * self.distinct, 0.99)
        return (
            self.good_turing_interval.is_known
            and self.good_turing_interval[0] >= 0.99
            and self.chao1_interval[1] <= self.distinct + slack
        )


@dataclass(frozen=True)
class StartCoverages:
    """The coverages of all laws from which starts are drawn, together.

    What is said of all laws holds for each: a coverage is the least, so that a start of any of them falls in
    a known minimum with at least that probability.

    Attributes:
        by_law: one coverage a law.
        distinct: different minima that starts of any of the laws fell in.
    """

    by_law: tuple[Coverage, ...]
    distinct: int

    @property
    def laws(self) -> tuple[str, ...]:
        """Names of the laws."""
        return tuple(one.law for one in self.by_law)

    @property
    def draws(self) -> int:
        """Independent draws that ended in a minimum, of all laws."""
        return sum(one.draws for one in self.by_law)

    @property
    def flat(self) -> int:
        """Independent draws that ended where the loss is flat, of all laws."""
        return sum(one.flat for one in self.by_law)

    @property
    def is_known(self) -> bool:
        """Whether every law was drawn from often enough for an interval."""
        return all(one.good_turing_interval.is_known for one in self.by_law)

    @property
    def good_turing(self) -> float:
        """The least coverage of a law; NaN if one was not drawn from."""
        values = [one.good_turing for one in self.by_law]
        return min(values) if values and not any(map(math.isnan, values)) else math.nan

    @property
    def chao1(self) -> float:
        """The largest Chao1 of a law, and at least the minima that are known from starts."""
        return max([float(self.distinct), *(one.chao1 for one in self.by_law)])

    @property
    def is_saturated(self) -> bool:
        """Whether more draws of any of the laws can hardly find anything new."""
        return bool(self.by_law) and all(one.is_saturated for one in self.by_law)


def least_covered(coverages: Sequence[Coverage]) -> Coverage:
    """The law that covers least, of those drawn from often enough to know; the first if none was."""
    known = [one for one in coverages if one.good_turing_interval.is_known]
    if not known:
        return coverages[0] if coverages else coverage([])
    return min(known, key=lambda one: one.good_turing)


def coverage(hits: Sequence[int] | ArrayLike, law: str = "", flat: int = 0) -> Coverage:
    """Good–Turing coverage and Chao1 from the number of hits of each minimum [minima].

    Only independent draws of one fixed law may be counted: hits along a chain are correlated.

    Raises:
        ValueError: if a count is negative.
    """
    counts = np.asarray(hits, dtype=np.int64)
    if (counts < 0).any():
        raise ValueError("hits must not be negative.")
    frequencies = zip(*np.unique(counts, return_counts=True), strict=True)
    return coverage_of_frequencies({int(k): int(n) for k, n in frequencies}, law, flat)


def coverage_of_frequencies(
    frequencies: Mapping[int, int], law: str = "", flat: int = 0
) -> Coverage:
    """As `coverage`, from how many minima were hit once, twice …: their number, by the number of hits."""
    pairs = sorted((hits, n) for hits, n in frequencies.items() if hits > 0 and n > 0)
    counts, minima = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    n, distinct = int(counts @ minima), int(minima.sum())
    f1, f2 = frequencies.get(1, 0), frequencies.get(2, 0)
    good_turing, interval = _good_turing(n, f1, f2)
    chao1, chao1_interval = _chao1(counts, minima, f1, f2)
    return Coverage(law, n, distinct, f1, f2, good_turing, interval, chao1, chao1_interval, flat)


def _good_turing(n: int, f1: int, f2: int) -> tuple[float, ConfidenceInterval]:
    coverage = 1 - f1 / n if n else math.nan
    if reason := too_few(n, "draws"):
        return coverage, ConfidenceInterval.unknown(reason)
    unseen_probability = f1 / n
    # Variance of the Good–Turing estimate (Esty, Ann. Stat. 11, 905, 1983); where it vanishes, the
    # rule of three bounds the probability of what never happened in n draws. Coverage C means about nC/2
    # draws that repeat an earlier one: none at all has a probability of exp(−nC/2), which is 5 % at 6/n.
    variance = max(f1 + 2 * f2 - f1**2 / n, 0.0) / n**2
    upper = max(unseen_probability + _Z95 * math.sqrt(variance), 3 / n)
    lower = min(unseen_probability - _Z95 * math.sqrt(variance), 1 - 6 / n)
    return coverage, ConfidenceInterval(max(0.0, 1 - upper), min(1.0, 1 - lower))


def _chao1(
    counts: Int[np.ndarray, " counts"], minima: Int[np.ndarray, " counts"], f1: int, f2: int
) -> tuple[float, ConfidenceInterval]:
    """Chao1 from the numbers of hits that occur, and the number of minima with each."""
    n, distinct = int(counts @ minima), int(minima.sum())
    correction = (n - 1) / n if n else 0.0
    n_unseen = correction * f1 * (f1 - 1) / (2 * (f2 + 1))
    chao1 = distinct + n_unseen
    if reason := too_few(n, "draws"):
        return chao1, ConfidenceInterval.unknown(reason)
    if n_unseen == 0:
        # With at most one singleton the estimate is the count itself: the interval is the binomial
        # one for the minima that n draws may have missed (EstimateS, appendix B, eq. 14).
        n_missed = float(minima @ np.exp(-counts))
        spread = math.sqrt(max(n_missed - (minima @ (counts * np.exp(-counts))) ** 2 / n, 0.0))
        fraction_hit = 1 - n_missed / distinct
        upper = (distinct + _Z95 * spread) / fraction_hit if fraction_hit > 0 else math.inf
        return chao1, ConfidenceInterval(float(distinct), float(upper))
    variance = (
        correction * f1 * (f1 - 1) / (2 * (f2 + 1))
        + correction**2 * f1 * (2 * f1 - 1) ** 2 / (4 * (f2 + 1) ** 2)
        + correction**2 * f1**2 * f2 * (f1 - 1) ** 2 / (4 * (f2 + 1) ** 4)
    )
    factor = math.exp(_Z95 * math.sqrt(math.log1p(variance / n_unseen**2)))
    return chao1, ConfidenceInterval(distinct + n_unseen / factor, distinct + n_unseen * factor)
