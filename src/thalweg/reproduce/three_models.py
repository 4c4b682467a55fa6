"""One data set, three models: a network, a Gaussian process and K-means, by their landscapes."""

from collections.abc import Mapping
from functools import partial
from itertools import combinations

import numpy as np
from matplotlib.figure import Figure

from .. import plot
from ..analysis import (
    frustration_curve,
    in_common_units,
    landscape_shape,
    thermodynamics,
)
from ..datasets import schwefel_surface
from ..landscape.network import Network
from ..problems import GaussianProcess, KMeans, NeuralNetwork
from ..problems.kernels import Matern
from ..problems.losses import MeanSquaredError
from ..problems.problem import Problem
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Answer, CannotTell, Measurements, Statement, stated

_NOT_SHOWN = ("unit",)
_UNIT = "common unit of loss"


def three_models(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """Landscapes of a network, a Gaussian process and K-means of one set, in common units."""
    measurements: dict[str, list[Measurements]] = {}
    networks: dict[str, Network] = {}
    for name, problem in _models(scale).items():
        for seed in scale.seeds:
            progress(f"{name}, seed {seed}")
            starts = scale.choose(tiny=8, small=64, full=512)
            connect = scale.size != "tiny"
            with landscapes.open(problem, starts, seed, connect=connect) as landscape:
                shape = vars(landscape_shape(landscape))
                networks.setdefault(name, in_common_units(landscape.network()))
            shown = {k.replace("_", " "): v for k, v in shape.items() if k not in _NOT_SHOWN}
            measurements.setdefault(name, []).append(shown)
    pictures = (
        Picture(
            "",
            "Disconnectivity graphs of the three landscapes (first seed); the loss is above the lowest one, "
            "in units of what a random start costs above it on average. Below: frustration and Shannon "
            "entropy over temperature in the same unit.",
            partial(_draw, networks),
            (11.0, 8.0),
        ),
    )
    return Reproduction(
        "three-models",
        "one data set, three models, their landscapes in common units",
        side_by_side(measurements, {}),
        tuple(_statements(measurements)),
        scale,
        "Schwefel's surface over two inputs, fitted by a network and by a Gaussian process; its points in "
        "four clusters",
        pictures,
    )


def _models(scale: Scale) -> dict[str, Problem]:
    n, hidden = scale.choose(tiny=(20, 2), small=(40, 2), full=(100, 4))
    data = schwefel_surface(n, 0, dimension=2, noise=0.05, seed=0)
    x, y = data.inputs, data.targets
    loss = MeanSquaredError()
    return {
        "network": NeuralNetwork.from_data(x, y, hidden=(hidden,), loss=loss, l2=1e-4),
        "Gaussian process": GaussianProcess.from_data(x, y, kernel=Matern(1.5), prior_width=3.0),
        "K-means": KMeans(np.column_stack([x, y]), 4),
    }


def _statements(measurements: dict[str, list[Measurements]]) -> list[Statement]:
    """Of each two models: is the less frustrated one found again more often, as is stated of landscapes?"""
    statements = [
        stated(
            "entirely different models are compared in the same quantities",
            measurements,
            lambda values: (
                len({tuple(one) for one in values.values()}) == 1 and _all_finite(values)
            ),
        )
    ]
    for one, other in combinations(measurements, 2):
        pair = {name: measurements[name] for name in (one, other)}
        statements.append(
            stated(
                f"of {one} and {other} the less frustrated landscape leads to its best minimum more often",
                pair,
                partial(_less_frustrated_more_often, one, other),
                "published of landscapes in general, not of these models",
            )
        )
    return statements


def _all_finite(values: Mapping[str, Measurements]) -> Answer:
    missing = [
        f"{name}: {what}"
        for name, one in values.items()
        for what, value in one.items()
        if not np.isfinite(value)
    ]
    return CannotTell(f"no value of {', '.join(missing[:3])}") if missing else True


def _less_frustrated_more_often(one: str, other: str, values: Mapping[str, Measurements]) -> Answer:
    excess = values[one]["excess"] - values[other]["excess"]
    share = values[one]["share of lowest"] - values[other]["share of lowest"]
    if not np.isfinite(excess):
        return CannotTell("the frustration of one is not defined")
    if excess == 0 or share == 0:
        return CannotTell("ours are equal")
    return bool(excess * share < 0)


def _draw(networks: dict[str, Network], figure: Figure) -> None:
    axes = figure.subplots(3, len(networks), height_ratios=(2, 1, 1))
    grid = np.logspace(-2, 2, 100)
    for column, (name, network) in zip(axes.T, networks.items(), strict=True):
        plot.disconnectivity(network, column[0], unit=_UNIT, arrangement="published")
        column[0].set_title(f"{name}, {network.n_minima} minima")
        curve = frustration_curve(network, grid)
        if curve[0].reason:
            column[1].set_axis_off()
            column[1].text(0.5, 0.5, "no minimum is joined to the lowest", ha="center")
        else:
            plot.frustration(curve, column[1], unit=_UNIT)
        plot.shannon_entropy(thermodynamics(network, grid), column[2], unit=_UNIT)
