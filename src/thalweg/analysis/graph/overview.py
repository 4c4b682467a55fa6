"""A network in numbers: the analyses that need nothing but the network, in one result."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ...landscape.network import Network
from ...numbers import Real
from .basins import monotonic_sequence_basins
from .communities import communities
from .degrees import degrees
from .frustration import Frustration, frustration_curve
from .minimax import minimax_barriers
from .slowest_escape import slowest_escape
from .small_world import SmallWorld, small_world
from .temperature import require_temperature
from .thermodynamics import (
    heat_capacity,
    occupation_exchange,
    occupation_probabilities,
    thermodynamics,
)


@dataclass(frozen=True)
class TemperatureSummary:
    """Occupation, disorder, frustration and kinetics of a network at one temperature.

    Attributes:
        temperature: in the unit of the loss.
        heat_capacity: C_V in k_B.
        gaining, losing: the minima whose occupation rises and falls most with the temperature, by index.
        occupation_of_global_minimum: p_gm.
        shannon_entropy: S = −Σ p_α ln p_α in nats: it knows no barriers, the frustration does.
        frustration: the index at that temperature.
        log10_slowest_escape: decadic logarithm of the longest mean first-passage time to the global
            minimum from a minimum that is joined to it, in 1/frequency; None if it is not known.
        slowest_minimum: the minimum that it starts from.
        escape_unknown_because: why the last two are not known; empty if they are.
    """

    temperature: float
    heat_capacity: float
    gaining: tuple[int, ...]
    losing: tuple[int, ...]
    occupation_of_global_minimum: float
    shannon_entropy: float
    frustration: Frustration
    log10_slowest_escape: float | None
    slowest_minimum: int | None
    escape_unknown_because: str


@dataclass(frozen=True)
class Overview:
    """A network in numbers; minima by their index in the network.

    Attributes:
        n_minima, n_transition_states, n_components, n_joined: counts.
        global_minimum: index of the lowest minimum, and `lowest_loss` its loss.
        n_basins: monotonic sequence basins, and `basin_bottoms` the lowest ten bottoms.
        highest_barrier: loss of the highest transition state that some joined minimum must cross on
            its lowest path to the global minimum; None if no other is joined.
        hubs: the five minima with most neighbours.
        mean_degree: neighbours of a minimum on average.
        degree_loss_correlation: Spearman's; None if undefined. `degree_loss_p_value` goes with it.
        n_communities: Leiden communities of the network, and their `modularity`.
        small_world: path lengths and clustering of the global minimum's component.
        peaks: at the peaks of the heat capacity, from low temperature.
        at_temperatures: at the temperatures that were asked for, that of the search for example.
    """

    n_minima: int
    n_transition_states: int
    n_components: int
    n_joined: int
    global_minimum: int
    lowest_loss: float
    n_basins: int
    basin_bottoms: tuple[int, ...]
    highest_barrier: float | None
    hubs: tuple[int, ...]
    mean_degree: float
    degree_loss_correlation: float | None
    degree_loss_p_value: float | None
    n_communities: int
    modularity: float
    small_world: SmallWorld
    peaks: tuple[TemperatureSummary, ...]
    at_temperatures: tuple[TemperatureSummary, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The fields by name, as JSON can hold them."""
        return {name: _without_nan(value) for name, value in asdict(self).items()}


def overview(network: Network, temperatures: Iterable[Real] = ()) -> Overview:
    """Thermodynamics, frustration, funnels and kinetics of a network.

    Args:
        network: minima and transition states.
        temperatures: at which it is read beside the peaks of the heat capacity, in the unit of the loss.

    Raises:
        ValueError: if the network has no minima, or a temperature is not positive.
    """
    basins, neighbours = monotonic_sequence_basins(network), degrees(network)
    groups = communities(network)
    lowest = network.global_minimum
    barriers = minimax_barriers(network).to(lowest)
    others = np.isfinite(barriers) & (np.arange(network.n_minima) != lowest)
    correlation = neighbours.loss_correlation
    return Overview(
        n_minima=network.n_minima,
        n_transition_states=network.n_transition_states,
        n_components=network.n_components,
        n_joined=int(network.is_joined.sum()),
        global_minimum=lowest,
        lowest_loss=network.lowest_loss,
        n_basins=len(basins.bottoms),
        basin_bottoms=tuple(basins.bottoms[:10].tolist()),
        highest_barrier=float(barriers[others].max()) if others.any() else None,
        hubs=tuple(neighbours.hubs[:5].tolist()),
        mean_degree=float(neighbours.degree.mean()),
        degree_loss_correlation=None if np.isnan(correlation) else correlation,
        degree_loss_p_value=None if np.isnan(correlation) else neighbours.p_value,
        n_communities=int(groups.assignment.max()) + 1,
        modularity=groups.modularity,
        small_world=small_world(network),
        peaks=_at(network, [peak.temperature for peak in heat_capacity(network).peaks]),
        at_temperatures=_at(network, [require_temperature(network, t) for t in temperatures]),
    )


def _at(network: Network, temperatures: Sequence[float]) -> tuple[TemperatureSummary, ...]:
    frustrations = frustration_curve(network, temperatures)
    return tuple(
        _temperature_summary(network, t, index)
        for t, index in zip(temperatures, frustrations, strict=True)
    )


def _temperature_summary(
    network: Network, t: float, frustration: Frustration
) -> TemperatureSummary:
    escape, averages = slowest_escape(network, t), thermodynamics(network, [t])
    exchange = occupation_exchange(network, t)
    occupations = occupation_probabilities(network, t)
    return TemperatureSummary(
        temperature=t,
        heat_capacity=float(averages.heat_capacity[0]),
        gaining=tuple(exchange.positive_minima[:5].tolist()),
        losing=tuple(exchange.negative_minima[:5].tolist()),
        occupation_of_global_minimum=float(occupations[network.global_minimum]),
        shannon_entropy=float(averages.entropy[0]),
        frustration=frustration,
        log10_slowest_escape=None
        if escape.log_time is None
        else float(escape.log_time / np.log(10)),
        slowest_minimum=escape.minimum,
        escape_unknown_because=escape.reason,
    )


def _without_nan(value: object) -> object:
    """JSON knows no NaN: an undefined number is null."""
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value
