"""From which minimum the lowest one is reached last, and how long that takes."""

from dataclasses import dataclass

import numpy as np

from ...landscape.network import Network
from .dominant_passes import dominant_passes
from .graph_transformation import TooDense
from .kinetics import log_times_to
from .temperature import require_no_chain, require_temperature

_MOST_WORK = 2500.0**3
"""Multiplications that one temperature may take: about a second."""


@dataclass(frozen=True)
class SlowestEscape:
    """The minimum from which the global minimum is reached last, at one temperature.

    Attributes:
        minimum: by index; None if it is not known.
        log_time: ln of its mean first-passage time to the global minimum, in 1/frequency; None likewise.
        reason: why they are not known; empty if they are.
    """

    minimum: int | None
    log_time: float | None
    reason: str


def slowest_escape(
    network: Network, temperature: float, *, most_work: float = _MOST_WORK
) -> SlowestEscape:
    """The longest mean first-passage time to the global minimum from a minimum that is joined to it.

    Exact to a relative 1e-9: transition states that cannot change it more are left out first
    (`dominant_passes`). What is left may still be joined so densely that the work grows with the cube of
    the number of minima; beyond `most_work` the time is not computed, and the reason says so.

    Args:
        network: minima and transition states.
        temperature: in the unit of the loss.
        most_work: multiplications that may be spent; `math.inf` for an answer at any price.

    Raises:
        ValueError: if `temperature` is not positive, or the network has no minima.
    """
    require_no_chain(network, "the slowest escape")
    require_temperature(network, temperature)
    lowest = np.array([network.global_minimum])
    is_elsewhere = network.is_joined & (np.arange(network.n_minima) != lowest)
    if not is_elsewhere.any():
        return SlowestEscape(None, None, "no other minimum is joined to the lowest one")
    try:
        log_t = log_times_to(dominant_passes(network, temperature), temperature, lowest, most_work)
    except TooDense as error:
        return SlowestEscape(None, None, f"{error} (`log_mean_first_passage_times` takes it)")
    log_t[~is_elsewhere] = -np.inf
    slowest = int(np.argmax(log_t))
    return SlowestEscape(slowest, float(log_t[slowest]), "")
