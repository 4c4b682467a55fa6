"""Frustration: how high the passes to the global minimum are, compared with how much lower it lies."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy.special import logsumexp

from ...landscape.identity import EDIFFTOL
from ...landscape.merge_tree import merge_tree
from ...landscape.network import Network
from ...numbers import Real
from .temperature import require_no_chain, require_temperature
from .thermodynamics import log_occupations


@dataclass(frozen=True)
class Frustration:
    """The frustration index of a network at one temperature.

    Attributes:
        temperature: in the unit of the loss.
        plain: F = Σ p_α (L†_α − L_gm)/(L_α − L_gm) over the minima outside the global minimum's set.
        normalised: F̃, the same with p̃_α = p_α/(1 − p_gm); at least 1.
        excess: F̃ − 1, which vanishes for a funnel without barriers.
        n_left_out: minima that no path joins to the global minimum; probabilities are shared among
            the others.
        left_out_occupation: occupation probability of those left out.
        reason: why `normalised` is NaN; empty if it is not.
    """

    temperature: float
    plain: float
    normalised: float
    excess: float
    n_left_out: int
    left_out_occupation: float
    reason: str


def frustration(network: Network, temperature: Real) -> Frustration:
    """The frustration index at one temperature.

    Minima within `EDIFFTOL` of the global minimum belong to its set; L†_α is the highest loss on the
    lowest path to any of them.

    Raises:
        ValueError: if `temperature` is not positive, or the network has no minima.

    Reference:
        de Souza, Stevenson, Niblett, Farrell & Wales, J. Chem. Phys. 146, 124103 (2017), eq. 3.
    """
    return frustration_curve(network, [temperature])[0]


def frustration_curve(network: Network, temperatures: Iterable[Real]) -> list[Frustration]:
    """The frustration index at several temperatures, in the given order.

    Whether it is defined depends on the network alone: `reason` is the same at all of them.

    Args:
        network: minima and transition states.
        temperatures: positive, for example those of `heat_capacity`.

    Raises: as `frustration`.
    """
    network.require_minima("a frustration index")
    require_no_chain(network, "a frustration index")
    in_set = network.losses - network.lowest_loss <= EDIFFTOL
    highest = merge_tree(network).highest_on_lowest_path(np.flatnonzero(in_set))
    return [
        _frustration(network, require_temperature(network, t), in_set, highest)
        for t in temperatures
    ]


def _frustration(
    network: Network,
    temperature: float,
    in_set: Bool[np.ndarray, " minima"],
    highest: Float[np.ndarray, " minima"],
) -> Frustration:
    """At one temperature, from the set of the global minimum and the highest loss on the way to it."""
    log_p = log_occupations(network, temperature)
    lowest = network.lowest_loss
    is_joined = np.isfinite(highest)
    left_out = float(np.exp(logsumexp(log_p[~is_joined]))) if (~is_joined).any() else 0.0
    outside = is_joined & ~in_set
    if not outside.any():
        reason = "no minimum outside the global minimum's set is joined to it"
        return Frustration(
            temperature, 0.0, np.nan, np.nan, int((~is_joined).sum()), left_out, reason
        )
    ratio = (highest[outside] - lowest) / (network.losses[outside] - lowest)
    # Never 1 − p_gm, which loses all digits where the global minimum holds nearly everything.
    log_outside = logsumexp(log_p[outside])
    normalised = float(np.exp(log_p[outside] - log_outside) @ ratio)
    share = float(np.exp(log_outside - logsumexp(log_p[is_joined])))
    excess = float(np.exp(log_p[outside] - log_outside) @ (ratio - 1))
    return Frustration(
        temperature,
        share * normalised,
        normalised,
        excess,
        int((~is_joined).sum()),
        left_out,
        "",
    )
