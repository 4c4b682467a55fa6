"""Confidence intervals that may say that they are not known."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from jaxtyping import Float

FEWEST_UNITS = 5
"""Independent units below which no interval is given: fewer show too little of how they scatter."""


@dataclass(frozen=True)
class ConfidenceInterval:
    """Where an estimated value lies with a given confidence; a pair, and not known at times.

    Attributes:
        lower, upper: its ends; NaN if it is not known.
        level: the confidence, between 0 and 1.
        unknown_because: why it is not known; empty if it is.
    """

    lower: float
    upper: float
    level: float = 0.95
    unknown_because: str = ""

    @classmethod
    def unknown(cls, because: str, level: float = 0.95) -> "ConfidenceInterval":
        """An interval that is not known, for a reason."""
        return cls(math.nan, math.nan, level, because)

    @classmethod
    def bootstrap(
        cls,
        resampled: Float[np.ndarray, " draws"],
        n_units: int,
        unit: str,
        level: float = 0.95,
    ) -> "ConfidenceInterval":
        """The central quantiles of a statistic over bootstrap samples.

        Args:
            resampled: the statistic of each sample [draws].
            n_units: independent units that were resampled.
            unit: what they are, in the plural.
            level: the confidence.
        """
        reason = too_few(n_units, unit)
        if not reason and np.ptp(resampled) == 0:
            # A bootstrap that knows one value alone would call it certain.
            reason = f"all {unit} give the same value, so that nothing tells how it scatters"
        if reason:
            return cls.unknown(reason, level)
        tail = (1 - level) / 2
        lower, upper = np.quantile(resampled, [tail, 1 - tail])
        return cls(float(lower), float(upper), level)

    @classmethod
    def of_share(cls, count: int, total: int, level: float = 0.95) -> "ConfidenceInterval":
        """Of the probability of an event that happened `count` times in `total` independent trials.

        Reference: Wilson, J. Am. Stat. Assoc. 22, 209 (1927).
        """
        reason = too_few(total, "trials")
        if reason:
            return cls.unknown(reason, level)
        z, share = NormalDist().inv_cdf((1 + level) / 2), count / total
        middle = share + z**2 / (2 * total)
        half = z * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
        scale = 1 + z**2 / total
        return cls(max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale), level)

    @property
    def is_known(self) -> bool:
        """Whether there is an interval."""
        return not self.unknown_because

    def as_pair(self) -> tuple[float, float] | None:
        """Both ends, as JSON can hold them; None if the interval is not known, or is open."""
        is_closed = math.isfinite(self.lower) and math.isfinite(self.upper)
        return (self.lower, self.upper) if is_closed else None

    def in_words(self, format_spec: str = ".4g") -> str:
        """Both ends as text, or why they are not known."""
        if not self.is_known:
            return f"interval not known: {self.unknown_because}"
        if math.isinf(self.upper):
            return f"at least {self.lower:{format_spec}}"
        return f"{self.lower:{format_spec}} to {self.upper:{format_spec}}"

    def __str__(self) -> str:
        return self.in_words()

    def __iter__(self) -> Iterator[float]:
        return iter((self.lower, self.upper))

    def __getitem__(self, end: int) -> float:
        return (self.lower, self.upper)[end]

    def __len__(self) -> int:
        return 2


def too_few(n_units: int, unit: str) -> str:
    """Why so few independent units give no interval; empty if they are enough.

    Args:
        n_units: how many there are.
        unit: what they are, in the plural.
    """
    if n_units >= FEWEST_UNITS:
        return ""
    return f"it takes at least {FEWEST_UNITS} independent {unit}, and there are {n_units}"
