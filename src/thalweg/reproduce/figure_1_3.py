"""Two landscapes of little and of much frustration."""

from typing import TYPE_CHECKING

import numpy as np

from ..analysis.graph.basins import monotonic_sequence_basins
from ..analysis.graph.frustration import frustration
from ..analysis.graph.thermodynamics import heat_capacity, thermodynamics
from ..landscape.network import Network
from ..search.basin_hopping import BasinHopping
from .introduction import mapped, spiral_problem
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, exceeds, published_statements, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LEFT, _RIGHT = "left, one funnel", "right, several"
_PENALTIES = {_LEFT: 2e-3, _RIGHT: 5e-4}
_EXCESS = "excess F̃ - 1, T of the search"
_PUBLISHED = {_LEFT: {_EXCESS: 1.5e-5}, _RIGHT: {_EXCESS: 0.3}}
_SETTING = (
    "the published landscapes and T are not given: here cross-entropy on two spirals, three hidden units, a "
    "large and a small penalty, T of basin-hopping by default; by its formula F̃ is at least 1, so the "
    " published 0.000015 is set beside F̃ - 1, which vanishes for a funnel without barriers"
)


def figure_1_3(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """Frustration, funnels and accessibility of two landscapes, and their graphs."""
    measurements: dict[str, list[Measurements]] = {}
    networks: dict[str, Network] = {}
    for name, l2 in _PENALTIES.items():
        problem = spiral_problem(scale, l2)
        for seed in scale.seeds:
            progress(f"{name}, seed {seed}")
            network = mapped(landscapes, problem, scale, seed)
            networks.setdefault(name, network)
            measurements.setdefault(name, []).append(_measured(network))
    statements = (
        *published_statements(measurements, _PUBLISHED, never_negative=(_EXCESS,), remark=_SETTING),
        stated(
            "the landscape on the left is a single funnel",
            measurements,
            lambda r: r[_LEFT]["monotonic sequence basins"] == 1,
        ),
        stated(
            "that on the right has more low minima that are equally accessible",
            measurements,
            exceeds((_RIGHT, "exp of the Shannon entropy"), (_LEFT, "exp of the Shannon entropy")),
        ),
        stated(
            "on the left the global minimum is found more easily",
            measurements,
            exceeds(
                (_LEFT, "starts in the global minimum"), (_RIGHT, "starts in the global minimum")
            ),
        ),
        stated(
            "the indices are drastically different, by a factor of ten and more",
            measurements,
            lambda r: r[_RIGHT][_EXCESS] > 10 * r[_LEFT][_EXCESS],
        ),
        stated(
            "so is F itself at the T of the search",
            measurements,
            lambda r: r[_RIGHT]["F, T of the search"] > 10 * r[_LEFT]["F, T of the search"],
        ),
    )
    return Reproduction(
        "figure-1.3",
        "two landscapes of little and of much frustration",
        side_by_side(measurements, _PUBLISHED),
        statements,
        scale,
        _SETTING,
        (_picture(networks),),
    )


def _measured(network: Network) -> dict[str, float]:
    at_search = frustration(network, BasinHopping().temperature)
    at_search_too = thermodynamics(network, [BasinHopping().temperature])
    values = {
        "minima": float(network.n_minima),
        "transition states": float(network.n_transition_states),
        "monotonic sequence basins": float(len(monotonic_sequence_basins(network).bottoms)),
        "F, T of the search": at_search.plain,
        "F̃, T of the search": at_search.normalised,
        _EXCESS: at_search.excess,
        "exp of the Shannon entropy": float(np.exp(at_search_too.entropy[0])),
        "starts in the global minimum": float(
            network.hits[network.global_minimum] / network.hits.sum()
        ),
    }
    peak = max(heat_capacity(network).peaks, key=lambda peak: peak.value, default=None)
    if peak is not None:
        at_peak = frustration(network, peak.temperature)
        values |= {"F, T of the largest C_V peak": at_peak.plain}
        values |= {"excess F̃ - 1, T of the largest C_V peak": at_peak.excess}
    return values


def _picture(networks: dict[str, Network]) -> Picture:
    def draw(figure: "Figure") -> None:
        from ..plot import disconnectivity

        for ax, (name, network) in zip(figure.subplots(1, 2), networks.items(), strict=True):
            disconnectivity(network, ax, only_joined=True, arrangement="published")
            excess = frustration(network, BasinHopping().temperature).excess
            ax.set_title(f"{name}\nF̃ - 1 = {excess:.2g}")

    caption = (
        "Two landscapes of different frustration as disconnectivity graphs: on the left a funnel, on the "
        "right several low minima. T is that of the search."
    )
    return Picture("", caption, draw, (9.0, 5.0))
