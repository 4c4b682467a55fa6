"""The heat capacity of a landscape, and which minima contribute to two of its peaks."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..analysis.graph.thermodynamics import HeatCapacity, HeatCapacityPeak, heat_capacity
from ..landscape.network import Network
from .introduction import mapped, spiral_problem
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Answer, CannotTell, Measurements, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_L2 = 5e-4
_SMALLER, _LARGER = "smaller peak", "larger peak"
_CONTRIBUTORS = "contributing minima"


def figure_1_4(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """The two largest peaks of C_V, and how many minima gain and lose occupation at each."""
    problem = spiral_problem(scale, _L2)
    measurements: dict[str, list[Measurements]] = {"landscape": [], _SMALLER: [], _LARGER: []}
    drawn: tuple[Network, HeatCapacity] | None = None
    for seed in scale.seeds:
        progress(f"seed {seed}")
        network = mapped(landscapes, problem, scale, seed)
        capacity = heat_capacity(network)
        drawn = drawn or (network, capacity)
        measurements["landscape"].append({"minima": network.n_minima, "peaks": len(capacity.peaks)})
        for name, peak in _two_largest(capacity).items():
            measurements[name].append(_measured(peak))
    statements = (
        stated("there are two peaks", measurements, lambda r: r["landscape"]["peaks"] >= 2),
        stated(
            "substantially more minima, twice as many at least, contribute to the larger peak",
            measurements,
            _more_contribute,
        ),
    )
    return Reproduction(
        "figure-1.4",
        "heat capacity, and the contributors of two peaks",
        side_by_side(measurements, {}),
        statements,
        scale,
        f"two spirals of {scale.train} points, three hidden units, l2 = {_L2:g}; contributors make up 99 % "
        "of what either side exchanges",
        () if drawn is None else (_picture(*drawn),),
    )


def _two_largest(capacity: HeatCapacity) -> dict[str, HeatCapacityPeak]:
    peaks = sorted(capacity.peaks, key=lambda peak: peak.value)[-2:]
    return dict(zip((_SMALLER, _LARGER)[-len(peaks) :], peaks, strict=True)) if peaks else {}


def _measured(peak: HeatCapacityPeak) -> dict[str, float]:
    gaining, losing = (len(peak.leading_minima(side)) for side in ("gaining", "losing"))
    return {
        "temperature": peak.temperature,
        "C_V": peak.value,
        "gaining minima": float(gaining),
        "losing minima": float(losing),
        _CONTRIBUTORS: float(gaining + losing),
    }


def _more_contribute(values: Mapping[str, Measurements]) -> Answer:
    if _SMALLER not in values:
        return CannotTell("ours has one peak")
    return values[_LARGER][_CONTRIBUTORS] >= 2 * values[_SMALLER][_CONTRIBUTORS]


def _picture(network: Network, capacity: HeatCapacity) -> Picture:
    def draw(figure: "Figure") -> None:
        from .. import plot

        grid = figure.add_gridspec(2, 2, height_ratios=(1, 1.6))
        plot.heat_capacity(capacity, figure.add_subplot(grid[0, :]))
        for column, (name, peak) in enumerate(_two_largest(capacity).items()):
            ax = figure.add_subplot(grid[1, column])
            plot.peak_contributors(network, peak, ax).set_title(name)

    caption = (
        "Heat capacity of a landscape (above), and its disconnectivity graph with the minima that gain and "
        "lose occupation at the smaller (left) and the larger peak (right)."
    )
    return Picture("", caption, draw, (10.0, 7.5))
