"""Whether more than one minimum pays, foretold from the landscape and checked over many data sets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy import stats
from sklearn.linear_model import LogisticRegression

from ..analysis.graph.features import LandscapeFeatures
from ..analysis.graph.spearman import spearman
from ..confidence_interval import FEWEST_UNITS, ConfidenceInterval
from ..display import shown

FEATURES = ("minima", "funnels", "frustration", "excess", "effective minima")
"""What a forecast reads, in the order of its coefficients."""
_BINS = 5
"""Of the reliability: equal steps of the probability that was foretold."""
_DRAWS = 1000
"""Bootstrap samples of the data sets."""


@dataclass(frozen=True)
class GainCorrelation:
    """Rank correlation of a feature of the landscape and a gain, over data sets.

    Attributes:
        coefficient: Spearman's; NaN if either is the same everywhere.
        p_value: of no correlation; NaN likewise.
        interval: 95 %, by bootstrap over data sets.
        pearson: linear correlation; NaN likewise.
    """

    coefficient: float
    p_value: float
    interval: ConfidenceInterval
    pearson: float


@shown
@dataclass(frozen=True, eq=False)
class ForecastCalibration:
    """How the probabilities that were foretold compare with what came, for data sets left out of the fit.

    Attributes:
        foretold: probability of a gain for each data set, from a fit to all others [n].
        came: whether it came [n].
        brier: mean squared difference of the two; lower is better.
        brier_of_base_rate: the same for the share of gains among all others.
        skill: 1 − brier / brier_of_base_rate: at most 1, and 0 or less for what knows no more than the
            base rate.
        error: expected calibration error, over five equal bins of the probability.
        bins: of those that are not empty: mean probability, share of gains and number of data sets
            [bins 3].
    """

    foretold: Float[np.ndarray, " n"]
    came: Bool[np.ndarray, " n"]
    brier: float
    brier_of_base_rate: float
    skill: float
    error: float
    bins: Float[np.ndarray, "bins 3"]


@shown
@dataclass(frozen=True, eq=False)
class GainForecast:
    """The probability that more than the best minimum pays, as a function of the landscape.

    Attributes:
        threshold: what counts as a gain is above it.
        centre, scale: of the features, in logarithms [features].
        coefficients: of the logistic law, in standardised features [features].
        intercept: of the same.
        correlations: of each feature with the gain.
        calibration: of data sets left out.
    """

    threshold: float
    centre: Float[np.ndarray, " features"]
    scale: Float[np.ndarray, " features"]
    coefficients: Float[np.ndarray, " features"]
    intercept: float
    correlations: Mapping[str, GainCorrelation]
    calibration: ForecastCalibration

    def probability(self, features: LandscapeFeatures) -> float:
        """Of a gain above the threshold, before anything is sampled or averaged."""
        z = (_logarithms([features])[0] - self.centre) / self.scale
        return float(1 / (1 + np.exp(-(z @ self.coefficients + self.intercept))))


def gain_forecast(
    features: Sequence[LandscapeFeatures],
    gains: Float[np.ndarray, " n"],
    *,
    threshold: float = 0.0,
    seed: int = 0,
) -> GainForecast:
    """Learn from many data sets whether a gain can be foretold from the landscape, and how well.

    The gain may be that of an ensemble of minima, or of a sample of the posterior, over the minimum of lowest
    loss (`ensemble_gain`). The law is a logistic regression over the logarithms of the features, with a
    standard normal prior of the coefficients; each data set is foretold once from all others, which is what
    `calibration` says.

    Args:
        features: of the landscape of each data set, as `analysis.landscape_features` gives them.
        gains: of the same data sets [n].
        threshold: above which a gain counts.
        seed: of the bootstrap.

    Raises:
        ValueError: for fewer than five data sets, or if there was a gain in all or in none.

    Reference: Brier, Mon. Weather Rev. 78, 1 (1950), for the score.
    """
    gains = np.asarray(gains, dtype=np.float64)
    n = len(features)
    if gains.shape != (n,) or n < FEWEST_UNITS:
        raise ValueError(
            f"a forecast needs features and gains of at least {FEWEST_UNITS} data sets, got {n} and "
            f"{gains.shape}."
        )
    came = gains > threshold
    # Leaving one out must leave examples of both.
    if min(came.sum(), (~came).sum()) < 2:
        raise ValueError(
            f"{came.sum()} of {n} data sets gain more than {threshold:g}: take a threshold that at least two "
            "are above and two below."
        )
    values = _logarithms(features)
    centre, scale, model = _fit(values, came)
    return GainForecast(
        threshold,
        centre,
        scale,
        np.asarray(model.coef_[0]),
        float(model.intercept_[0]),
        {name: _correlation(values[:, k], gains, seed) for k, name in enumerate(FEATURES)},
        _calibration(values, came),
    )


def _logarithms(features: Sequence[LandscapeFeatures]) -> Float[np.ndarray, "n features"]:
    return np.array(
        [
            (
                np.log(one.minima),
                np.log(one.funnels),
                np.log1p(one.frustration),
                np.log1p(one.excess),
                np.log(one.effective_minima),
            )
            for one in features
        ]
    )


def _fit(
    values: Float[np.ndarray, "n features"], came: Bool[np.ndarray, " n"]
) -> tuple[np.ndarray, np.ndarray, LogisticRegression]:
    centre, spread = values.mean(axis=0), values.std(axis=0)
    # The deviation of what does not vary is rounding, and not always zero.
    scale = np.where(np.ptp(values, axis=0) > 0, spread, 1.0)
    return centre, scale, LogisticRegression(C=1.0).fit((values - centre) / scale, came)


def _calibration(
    values: Float[np.ndarray, "n features"], came: Bool[np.ndarray, " n"]
) -> ForecastCalibration:
    n = len(came)
    foretold, base_rates = np.empty(n), np.empty(n)
    for i in range(n):
        others = np.arange(n) != i
        centre, scale, model = _fit(values[others], came[others])
        foretold[i] = model.predict_proba(((values[i] - centre) / scale)[None])[0, 1]
        base_rates[i] = came[others].mean()
    brier = float(np.mean((foretold - came) ** 2))
    of_base_rate = float(np.mean((base_rates - came) ** 2))
    numbers = np.minimum((foretold * _BINS).astype(int), _BINS - 1)
    bins = np.array(
        [
            (foretold[numbers == k].mean(), came[numbers == k].mean(), (numbers == k).sum())
            for k in np.unique(numbers)
        ]
    )
    error = float(bins[:, 2] @ np.abs(bins[:, 0] - bins[:, 1]) / n)
    return ForecastCalibration(
        foretold, came, brier, of_base_rate, 1 - brier / of_base_rate, error, bins
    )


def _correlation(
    feature: Float[np.ndarray, " n"], gains: Float[np.ndarray, " n"], seed: int
) -> GainCorrelation:
    rank = spearman(feature, gains)
    if np.isnan(rank.coefficient):
        reason = "the feature, or the gain, is the same for all data sets"
        return GainCorrelation(np.nan, np.nan, ConfidenceInterval.unknown(reason), np.nan)
    n = len(gains)
    rows = np.random.default_rng(seed).integers(0, n, (_DRAWS, n))
    drawn = np.array([spearman(feature[one], gains[one]).coefficient for one in rows])
    # A sample in which nothing varies has no correlation to give.
    interval = ConfidenceInterval.bootstrap(drawn[np.isfinite(drawn)], n, "data sets")
    pearson = float(stats.pearsonr(feature, gains).statistic)
    return GainCorrelation(rank.coefficient, rank.p_value, interval, pearson)
