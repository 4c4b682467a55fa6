"""Does frustration make training less reproducible, and more prone to what batches do?"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..analysis.graph.frustration import frustration
from ..analysis.graph.spearman import spearman
from ..analysis.graph.thermodynamics import heat_capacity
from ..analysis.minima.batch_occupation import batch_occupation
from ..datasets import Dataset, checkerboard, mislabelled_iris, spirals
from ..landscape.landscape import Landscape
from ..landscape.network import Network
from ..problems import NeuralNetwork
from ..search.training import starting_points
from ..search.walks.sgd import SGD
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Answer, CannotTell, Measurements, Test, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PENALTIES = (3e-3, 1e-3, 3e-4)
_F, _SAME = "F (normalised) - 1", "reproducibility"
_OTHER, _SPREAD = "runs that batches part", "loss spread by batches"
_FEWEST = 4
"""Landscapes with a frustration below which no rank correlation is read."""


def reproducibility(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """Three data sets, three penalties: frustration against the share of runs that end alike."""
    measurements: dict[str, list[Measurements]] = {}
    for seed in scale.seeds:
        for name, data in _data(scale, seed).items():
            for l2 in _PENALTIES:
                case = f"{name}, λ = {l2:g}"
                progress(f"{case}, seed {seed}")
                problem = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(2,), l2=l2)
                with landscapes.open(
                    problem, scale.starts, seed, connect=True, seconds=scale.seconds
                ) as landscape:
                    values = _measured(landscape, scale, seed)
                measurements.setdefault(case, []).append(values)
    remark = "published as an expectation, without a number"
    return Reproduction(
        "reproducibility",
        "frustration and reproducible training",
        side_by_side(measurements, {}),
        (
            stated(
                "training is less reproducible on more frustrated landscapes",
                measurements,
                _correlates(_SAME, -1),
                remark,
            ),
            stated(
                "more frustrated landscapes are more prone to batch effects",
                measurements,
                _correlates(_OTHER, 1),
                remark,
            ),
            stated(
                "the variance by batches is larger on more frustrated landscapes",
                measurements,
                _correlates(_SPREAD, 1),
                remark,
            ),
        ),
        scale,
        "2 hidden units; F at the highest peak of the heat capacity; runs of SGD, batches of a tenth of the "
        "rows, rate 0.1 with momentum 0.9, from random starts, and several with other batches from each "
        "start; by sign of Spearman's correlation over the landscapes of a seed",
        (_picture(measurements),),
    )


def _data(scale: Scale, seed: int) -> Mapping[str, Dataset]:
    train = scale.choose(tiny=40, small=100, full=400)
    every = {
        "spirals": spirals(train, 0, seed=seed),
        "checkerboard": checkerboard(train, 0, cells=3, seed=seed),
        "iris, a fifth wrong": mislabelled_iris(wrong=0.2, seed=seed),
    }
    names = scale.choose(tiny=("spirals",), small=tuple(every), full=tuple(every))
    return {name: every[name] for name in names}


def _measured(landscape: Landscape, scale: Scale, seed: int) -> Measurements:
    problem = landscape.problem
    rows = len(problem.training_inputs)  # type: ignore[attr-defined] # a network has them
    epochs = scale.choose(tiny=5, small=60, full=300)
    method = SGD(max(1, rows // 10), epochs, 0.1, momentum=0.9, seed=seed)
    n_starts, copies = scale.choose(tiny=(6, 4), small=(24, 6), full=(100, 10))
    starts = starting_points(problem, n_starts, seed)
    # Run k from start i stands at i + k · n_starts: each has batches of its own.
    runs = batch_occupation(landscape, method, np.tile(starts, (copies, 1)))
    by_start = np.arange(copies * n_starts).reshape(copies, n_starts).T
    losses = runs.minimum_losses.reshape(copies, n_starts)
    first = runs.only(by_start[:, 0])
    alike = [runs.only(of_start).reproducibility for of_start in by_start]
    is_known = np.isfinite(losses).all(axis=0)
    spread = losses[:, is_known].std(axis=0, ddof=1).mean() if is_known.any() else np.nan
    return {
        "minima": landscape.n_minima,
        _F: _excess(landscape.network()),
        _SAME: first.reproducibility,
        _OTHER: 1 - float(np.mean(alike)),
        _SPREAD: float(spread),
    }


def _excess(network: Network) -> float:
    """Normalised frustration less one, at the highest peak of the heat capacity; NaN where there is none."""
    peaks = heat_capacity(network).peaks if network.n_minima > 1 else ()
    if not peaks:
        return float("nan")
    return frustration(network, max(peaks, key=lambda peak: peak.value).temperature).excess


def _correlates(quantity: str, sign: int) -> Test:
    def test(values: Mapping[str, Measurements]) -> Answer:
        pairs = np.array([[one[_F], one[quantity]] for one in values.values()], dtype=np.float64)
        known = pairs[np.isfinite(pairs).all(axis=1)]
        if len(known) < _FEWEST:
            return CannotTell(f"fewer than {_FEWEST} landscapes have both")
        correlation = sign * spearman(known[:, 0], known[:, 1]).coefficient
        if not correlation or np.isnan(correlation):
            return CannotTell("no correlation either way")
        return bool(correlation > 0)

    return test


def _picture(measurements: Mapping[str, list[Measurements]]) -> Picture:
    names = [case for case, by_seed in measurements.items() for _ in by_seed]

    def of(quantity: str) -> np.ndarray:
        return np.array([one[quantity] for by_seed in measurements.values() for one in by_seed])

    x, panels = of(_F), {quantity: of(quantity) for quantity in (_SAME, _OTHER, _SPREAD)}

    def draw(figure: "Figure") -> None:
        from ..plot.batches import named_points

        axes = figure.subplots(1, 3)
        for ax, (quantity, values) in zip(axes, panels.items(), strict=True):
            named_points(x, values, names, ax, x_label=_F, y_label=quantity)
            ax.set_xscale("symlog", linthresh=0.01)
        axes[-1].legend(frameon=False, fontsize=7, loc="upper left", bbox_to_anchor=(1, 1))

    return Picture(
        "",
        "Reproducibility of training, the share of pairs of runs from one start that batches part, and the "
        "standard deviation of the loss by batches, against the frustration of the landscape.",
        draw,
        (12.0, 3.8),
    )
