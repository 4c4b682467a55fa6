"""Minima of different parts of the landscape: its communities, its funnels, or those that exchange slowly."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ...analysis.graph.basins import monotonic_sequence_basins
from ...analysis.graph.communities import communities
from ...analysis.graph.kinetics import log_mean_first_passage_times
from ...analysis.graph.thermodynamics import heat_capacity
from ...landscape.network import Network
from ...numbers import real_number
from .base import Selection, SelectionContext, SelectionMethod


@dataclass(frozen=True)
class Communities(SelectionMethod):
    """The lowest minimum of each community, the largest community first; then the second of each.

    Reference: Niroomand et al., Digital Discovery 3, 637 (2024), section 4.1.3: members of a community
    interconvert much faster than those of different ones.

    Attributes:
        temperature: at which edges are weighted by the flux; None for every neighbour alike.
    """

    temperature: float | None = None

    @property
    def name(self) -> str:
        return _with_temperature("communities", self.temperature)

    def with_argument(self, text: str) -> "Communities":
        return Communities(_temperature(self, text))

    def choose(self, context: SelectionContext, n: int) -> Selection:
        _require_transition_states(context.network, self.name)
        groups = communities(context.network, self.temperature, seed=context.seed).assignment
        return Selection(_one_of_each(groups, context.network.losses, n), self.name)


@dataclass(frozen=True)
class Funnels(SelectionMethod):
    """The bottoms of the monotonic sequence basins, the lowest first; then the second minimum of each.

    Reference: Niroomand et al., Digital Discovery 3, 637 (2024), sections 4.2.2 and 5.3.
    """

    name = "funnels"

    def choose(self, context: SelectionContext, n: int) -> Selection:
        network = context.network
        _require_transition_states(network, self.name)
        bottoms = monotonic_sequence_basins(network).assignment
        by_loss = np.argsort(np.argsort(network.losses[bottoms], kind="stable"), kind="stable")
        # Members of a basin share the rank of the first of them.
        rank = np.array([by_loss[bottoms == b].min() for b in bottoms])
        return Selection(_one_of_each(rank, network.losses, n), self.name)


@dataclass(frozen=True)
class SlowRates(SelectionMethod):
    """The lowest minimum, then each time the one that takes longest to reach those chosen.

    Small rates say that two minima are far apart in the landscape. A minimum that no path joins to
    those chosen takes for ever: of several the lowest.

    Reference: Niroomand et al., Digital Discovery 3, 637 (2024), section 4.2.1.

    Attributes:
        temperature: of the rates; None for that of the highest peak of C_V, or a tenth of the range of
            losses if there is no peak.
    """

    temperature: float | None = None

    @property
    def name(self) -> str:
        return _with_temperature("slow_rates", self.temperature)

    def with_argument(self, text: str) -> "SlowRates":
        return SlowRates(_temperature(self, text))

    def choose(self, context: SelectionContext, n: int) -> Selection:
        network = context.network
        _require_transition_states(network, self.name)
        temperature = self.temperature or _usual_temperature(network)
        members = [network.global_minimum]
        while len(members) < min(n, network.n_minima):
            times = log_mean_first_passage_times(network, temperature, members)
            times[members] = np.nan
            slowest = np.flatnonzero(times == np.nanmax(times))
            members.append(int(slowest[np.argmin(network.losses[slowest])]))
        return Selection(np.array(members), self.name)


def _one_of_each(
    groups: Int[np.ndarray, " minima"], losses: Float[np.ndarray, " minima"], n: int
) -> Int[np.ndarray, " chosen"]:
    """The lowest minimum of each group, groups in the order of their numbers, then the second, and so on."""
    order = np.lexsort((losses, groups))
    in_order = groups[order]
    starts = np.searchsorted(in_order, in_order)
    place_in_group = np.arange(len(order)) - starts
    return order[np.lexsort((in_order, place_in_group))][:n]


def _require_transition_states(network: Network, name: str) -> None:
    if network.n_transition_states == 0:
        raise ValueError(
            f"select={name!r} needs transition states, and the landscape has none: look for them with "
            "tw.connect or `thalweg connect`."
        )


def _usual_temperature(network: Network) -> float:
    peaks = heat_capacity(network).peaks
    if peaks:
        return max(peaks, key=lambda peak: peak.value).temperature
    return 0.1 * float(np.ptp(network.losses)) or 1.0


def _with_temperature(name: str, temperature: float | None) -> str:
    return name if temperature is None else f"{name}:{temperature:g}"


def _temperature(method: SelectionMethod, text: str) -> float:
    """The argument of a method, as a temperature."""
    try:
        value: float | str = float(text)
    except ValueError:
        value = text
    return real_number(value, f"the temperature in select='{method.name}:…'", above=0)
