"""How many points a network can fit, beside the minima of its landscape: in words in the sources."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from .. import plot
from ..analysis import Capacity, capacity
from ..problems import NeuralNetwork
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Answer, BySeed, CannotTell, Measurements, Statement, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SHATTERED = "points of which every labelling drawn is fitted"
_HALF = "points of which half of the labellings are fitted"
_PARAMETERS = "parameters, without the shift of the logits"
_MINIMA = "losses of minima a labelling, most points"


def network_capacity(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """The share of random labellings that are fitted, over points and hidden units."""
    widths = scale.choose(tiny=(1, 2), small=(1, 2, 3), full=(1, 2, 3, 5))
    sizes = scale.choose(
        tiny=(5,), small=(4, 6, 9, 13, 18, 26), full=(4, 6, 8, 10, 13, 17, 22, 28, 40)
    )
    draws, starts = (
        scale.choose(tiny=2, small=10, full=40),
        scale.choose(tiny=4, small=16, full=64),
    )
    measurements: dict[str, list[Measurements]] = {}
    shown: dict[str, Capacity] = {}
    for seed in scale.seeds:
        inputs = np.random.default_rng(seed).normal(size=(max(sizes), 2))
        for width in widths:
            progress(f"{width} hidden units, seed {seed}")
            result = capacity(
                partial(_network, width), inputs, sizes, draws=draws, starts=starts, seed=seed
            )
            measurements.setdefault(_case(width), []).append(_values(result, width))
            shown.setdefault(_case(width), result)
    caption = (
        "Share of random labellings of points of the plane that some minimum fits, with 95 % intervals over "
        "labellings, of networks with more and more hidden units; one set of points."
    )
    return Reproduction(
        "capacity",
        "how many points with random labels a network fits",
        side_by_side(measurements, {}),
        _statements(measurements, widths),
        scale,
        f"normal points of the plane, {draws} labellings of two classes for each number of points "
        f"({', '.join(map(str, sizes))}), {starts} starts each, penalty 1e-5, point seeds {scale.seeds}; a "
        "labelling counts as fitted where training reaches a minimum that gives every point its class",
        (Picture("", caption, partial(_draw, shown), (5.5, 4.2)),),
    )


def _network(
    width: int, inputs: Float[np.ndarray, "N 2"], labels: Int[np.ndarray, " N"]
) -> NeuralNetwork:
    return NeuralNetwork.from_data(inputs, labels, hidden=(width,))


def _case(width: int) -> str:
    return f"2-{width}-2 network"


def _values(result: Capacity, width: int) -> Measurements:
    values: dict[str, float | int] = {
        _PARAMETERS: 3 * width + width + 1,
        _SHATTERED: result.shattered,
        _MINIMA: float(result.n_minima[-1]),
    }
    # Not there where the numbers of points do not reach from all to half of the labellings.
    return values | ({} if np.isnan(result.half) else {_HALF: result.half})


def _statements(measurements: BySeed, widths: tuple[int, ...]) -> tuple[Statement, ...]:
    return (
        stated(
            "a model of larger capacity fits more complex data: more hidden units, more points",
            measurements,
            partial(_grows, _HALF, widths),
        ),
        stated(
            "the capacity is finite: of more points than parameters some labelling is not fitted",
            measurements,
            lambda r: all(v[_SHATTERED] <= v[_PARAMETERS] for v in r.values()),
            "as far as training finds the fit",
        ),
        stated(
            "ours: beside the capacity the number of minima grows with hidden units, too",
            measurements,
            partial(_grows, _MINIMA, widths),
        ),
    )


def _grows(quantity: str, widths: tuple[int, ...], values: Mapping[str, Measurements]) -> Answer:
    """Whether a quantity is larger for every wider network."""
    by_width = [values[_case(width)].get(quantity) for width in widths]
    known = [value for value in by_width if value is not None]
    if len(known) < len(by_width):
        return CannotTell("the numbers of points do not reach it")
    return bool((np.diff(known) > 0).all())


def _draw(shown: Mapping[str, Capacity], figure: "Figure") -> None:
    plot.capacities(shown, figure.subplots())
