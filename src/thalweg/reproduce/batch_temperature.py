"""Is batch size a temperature? The minima below training runs against harmonic occupation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..analysis.graph.occupation_temperature import OccupationTemperature, occupation_temperature
from ..analysis.graph.thermodynamics import occupation_probabilities
from ..analysis.minima.batch_occupation import BatchOccupation, batch_occupation, same_occupation
from ..datasets import spirals
from ..landscape.landscape import Landscape
from ..landscape.network import Network
from ..problems import NeuralNetwork
from ..search.walks.sgd import SGD
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Answer, CannotTell, Measurements, Test, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LEVEL = 0.05
_HIDDEN, _L2 = 2, 1e-3

_T, _LOCAL = "T of the occupation", "T by equipartition"
_FORGETS, _FITS = "p, start forgotten", "p, one T fits"
_NO_SETTING = "in no setting runs forget their start and end above several minima"


@dataclass(frozen=True, eq=False)
class _Run:
    """One setting: runs from random starts, and their temperature if there is one."""

    batch: int
    rate: float
    network: Network
    occupation: BatchOccupation
    temperature: OccupationTemperature | None
    values: Measurements


def batch_temperature(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """Batch sizes and learning rates on a small spiral network, from random starts and the lowest minimum.

    Every setting makes the same number of updates. Runs that start in two ways and end above different minima
    remember their start: no temperature describes them. Where they do not, harmonic p_α(T) is fitted.
    """
    train = scale.choose(tiny=40, small=100, full=400)
    updates = scale.choose(tiny=300, small=5_000, full=50_000)
    walkers = scale.choose(tiny=24, small=100, full=300)
    batches = scale.choose(tiny=(1, 8), small=(1, 4, 16), full=(1, 4, 16))
    rates = scale.choose(tiny=(1.0,), small=(0.1, 0.3, 1.0), full=(0.1, 0.3, 1.0))
    measurements: dict[str, list[Measurements]] = {}
    runs: list[_Run] = []
    for seed in scale.seeds:
        data = spirals(train, 0, seed=seed)
        problem = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(_HIDDEN,), l2=_L2)
        with landscapes.open(problem, 4 * scale.starts, seed) as landscape:
            for batch in batches:
                for rate in rates:
                    progress(f"batch {batch}, rate {rate:g}, seed {seed}")
                    epochs = max(1, updates // (train // batch))
                    method = SGD(batch, epochs, rate, momentum=0.0, seed=seed)
                    run = _run(landscape, method, walkers, batch, rate)
                    runs.append(run)
                    measurements.setdefault(_case(batch, rate), []).append(run.values)
    return Reproduction(
        "batch-temperature",
        "batch size as a temperature",
        side_by_side(measurements, {}),
        (
            stated(
                "the minima below the runs do not depend on where the runs began, as at any temperature",
                measurements,
                _all_forget,
            ),
            stated(
                "where they do not, they are occupied as at one temperature, p_α(T)",
                measurements,
                _one_temperature_fits,
            ),
            stated(
                "smaller batches are hotter by their occupation",
                measurements,
                _hotter(_T, batches, rates),
            ),
            stated(
                "smaller batches are hotter by the loss above the minimum (equipartition)",
                measurements,
                _hotter(_LOCAL, batches, rates),
            ),
            stated(
                "both temperatures agree within a factor of two", measurements, _thermometers_agree
            ),
        ),
        scale,
        f"spirals of {train} points, {_HIDDEN} hidden units, λ = {_L2:g}, {updates} updates without "
        f"momentum, {walkers} runs from random starts and as many from the lowest minimum for each setting; "
        "a T is given where both end above the same minima and it lies within the range that losses know of",
        (_picture(runs),),
    )


def _case(batch: int, rate: float) -> str:
    return f"batch {batch}, rate {rate:g}"


def _run(landscape: Landscape, method: SGD, walkers: int, batch: int, rate: float) -> _Run:
    network = landscape.network()
    lowest = np.tile(network.coordinates[network.global_minimum], (walkers, 1))
    from_random = batch_occupation(landscape, method, walkers)
    from_lowest = batch_occupation(landscape, method, lowest)
    forgotten = same_occupation(from_random, from_lowest)
    fit = None
    if from_random.counts.sum() and len(np.unique(network.losses)) > 1:
        fit = occupation_temperature(network, from_random.counts)
    # One minimum alone bounds the temperature from above, and tells nothing of a distribution.
    is_known = fit is not None and (from_random.counts > 0).sum() > 1 and forgotten >= _LEVEL
    # Runs that came from far above may not be down yet; these were at the bottom.
    above = float(np.nanmean(from_lowest.losses - from_lowest.minimum_losses))
    values: dict[str, float] = {
        _T: fit.temperature if fit and is_known and fit.is_bounded else np.nan,
        _LOCAL: 2 * above / network.n_modes,
        _FORGETS: forgotten,
        _FITS: fit.p_value if fit and is_known else np.nan,
        "explained by hits": fit.explained_by_hits if fit else np.nan,
        "elsewhere": from_random.elsewhere,
        "reproducibility": from_random.reproducibility,
    }
    return _Run(batch, rate, network, from_random, fit if is_known else None, values)


# ---- statements ------------------------------------------------------------------------------------


def _all_forget(values: Mapping[str, Measurements]) -> Answer:
    return all(one[_FORGETS] >= _LEVEL / len(values) for one in values.values())


def _one_temperature_fits(values: Mapping[str, Measurements]) -> Answer:
    p = [one[_FITS] for one in values.values() if np.isfinite(one[_FITS])]
    return all(q >= _LEVEL / len(p) for q in p) if p else CannotTell(_NO_SETTING)


def _hotter(quantity: str, batches: Sequence[int], rates: Sequence[float]) -> Test:
    def test(values: Mapping[str, Measurements]) -> Answer:
        pairs = [
            np.sign(values[_case(small, rate)][quantity] - values[_case(large, rate)][quantity])
            for rate in rates
            for small, large in pairwise(batches)
        ]
        known = [pair for pair in pairs if np.isfinite(pair)]
        total = sum(known)
        if not total:
            return CannotTell("no two batch sizes can be compared, or as many each way")
        return bool(total > 0)

    return test


def _thermometers_agree(values: Mapping[str, Measurements]) -> Answer:
    ratios = [one[_T] / one[_LOCAL] for one in values.values() if np.isfinite(one[_T])]
    return all(0.5 <= ratio <= 2 for ratio in ratios) if ratios else CannotTell(_NO_SETTING)


# ---- picture ---------------------------------------------------------------------------------------


def _picture(runs: list[_Run]) -> Picture:
    noise = np.array([run.rate / run.batch for run in runs])
    temperatures = {name: np.array([run.values[name] for run in runs]) for name in (_T, _LOCAL)}
    fitted = [run for run in runs if run.temperature is not None]
    # The one that most runs tell of: spread over the most minima.
    shown = min(fitted or runs, key=lambda run: run.values["reproducibility"])

    def draw(figure: "Figure") -> None:
        from ..plot.batches import batch_temperatures, occupation_bars

        left, right = figure.subplots(1, 2)
        batch_temperatures(noise, temperatures, left)
        fit = shown.temperature or occupation_temperature(shown.network, shown.occupation.counts)
        expected = occupation_probabilities(shown.network, fit.temperature)
        occupation_bars(shown.occupation.counts, expected, shown.network.losses, right)
        width = fit.interval.in_words(".2g")
        right.set_title(
            f"{_case(shown.batch, shown.rate)}, T = {fit.temperature:.2g} ({width})", fontsize=9
        )

    return Picture(
        "",
        "Temperature of training by the occupation of the minima below the runs and by equipartition, for "
        "all settings and seeds; and the occupation in one setting beside harmonic p_α(T).",
        draw,
        (10.0, 4.2),
    )
