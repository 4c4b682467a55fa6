"""Superposition thermodynamics: occupation probabilities and heat capacity in the harmonic approximation."""

import dataclasses
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar
from scipy.signal import find_peaks
from scipy.special import logsumexp

from ...display import shown
from ...landscape.network import Network
from ...numbers import Real
from .stationary import log_stationary_distribution
from .temperature import require_no_chain, require_no_temperature, require_temperature

_POINTS_PER_DECADE = 40
_PROMINENCE = 1e-6
"""Height over its surroundings, in k_B, below which a maximum of C_V is no peak."""


@shown
@dataclass(frozen=True, eq=False)
class Thermodynamics:
    """Equilibrium averages over the minima of a network; temperatures in the unit of the loss (k_B = 1).

    Attributes:
        temperatures: [temperatures].
        mean_loss: ⟨L⟩ = Σ p_α L_α [temperatures].
        internal_energy: U = κT + ⟨L⟩, with κ momenta as in the molecular case [temperatures].
        entropy: S = −Σ p_α ln p_α, the Shannon entropy over minima, in nats [temperatures].
        heat_capacity: C_V = dU/dT = κ + Σ_α g_α (L_α − ⟨L⟩) [temperatures].
        positive, negative: the parts C⁺ and C⁻ of C_V − κ from minima with g_α > 0 and < 0; both are
            at least zero [temperatures].
    """

    temperatures: Float[np.ndarray, " temperatures"]
    mean_loss: Float[np.ndarray, " temperatures"]
    internal_energy: Float[np.ndarray, " temperatures"]
    entropy: Float[np.ndarray, " temperatures"]
    heat_capacity: Float[np.ndarray, " temperatures"]
    positive: Float[np.ndarray, " temperatures"]
    negative: Float[np.ndarray, " temperatures"]


@shown
@dataclass(frozen=True, eq=False)
class HeatCapacityPeak:
    """The minima that exchange occupation at one temperature, a maximum of C_V(T) as a rule.

    Attributes:
        temperature: in the unit of the loss.
        value: C_V there, in k_B.
        contributions: g_α = ∂p_α/∂T there [minima].
        positive_minima: minima with g_α > 0, the largest contribution first.
        negative_minima: minima with g_α < 0, the largest contribution first.
    """

    temperature: float
    value: float
    contributions: Float[np.ndarray, " minima"]
    positive_minima: Int[np.ndarray, " positive"]
    negative_minima: Int[np.ndarray, " negative"]

    def leading_minima(
        self, side: Literal["gaining", "losing"], share: float = 0.99
    ) -> Int[np.ndarray, " leading"]:
        """The fewest minima that make up `share` of what one side exchanges, the largest first.

        Args:
            side: minima that gain occupation as the temperature rises (g_α > 0), or that lose it.
            share: of the sum of g_α over that side.

        Raises:
            ValueError: unless `share` is above 0 and at most 1.
        """
        if not 0 < share <= 1:
            raise ValueError(f"share must be above 0 and at most 1, got {share}.")
        minima = self.positive_minima if side == "gaining" else self.negative_minima
        cumulative_exchange = np.cumsum(np.abs(self.contributions[minima]))
        if len(minima) == 0:
            return minima
        return minima[
            : 1 + int(np.searchsorted(cumulative_exchange, share * cumulative_exchange[-1]))
        ]


@shown
@dataclass(frozen=True, eq=False)
class HeatCapacity:
    """C_V(T) on a grid, and its peaks.

    Attributes:
        temperatures: in the unit of the loss [temperatures].
        values: C_V in k_B [temperatures].
        positive, negative: C⁺ and C⁻ [temperatures].
        peaks: from low to high temperature.
    """

    temperatures: Float[np.ndarray, " temperatures"]
    values: Float[np.ndarray, " temperatures"]
    positive: Float[np.ndarray, " temperatures"]
    negative: Float[np.ndarray, " temperatures"]
    peaks: tuple[HeatCapacityPeak, ...]


def log_occupations(network: Network, temperature: Real | None) -> Float[np.ndarray, " minima"]:
    """ln p_α at one temperature [minima]; arguments and errors as `occupation_probabilities`."""
    if network.chain is not None:
        require_no_temperature(temperature)
        return log_stationary_distribution(network.chain)
    temperature = require_temperature(network, temperature)
    weights = _log_weights(network, temperature)
    log_p: Float[np.ndarray, " minima"] = weights - logsumexp(weights)
    return log_p


def occupation_probabilities(
    network: Network, temperature: Real | None
) -> Float[np.ndarray, " minima"]:
    """Equilibrium occupation probability of each minimum, in the harmonic approximation.

    p_α ∝ n_α exp(−L_α/T − ½ LPPHE_α), evaluated in logarithms so that low temperatures do not
    underflow. Probabilities are shared among the minima that are known. Of a network that was made from
    rates they are the stationary distribution.

    Args:
        network: minima with losses, LPPHE and degeneracies.
        temperature: fictitious temperature, in the unit of the loss (k_B = 1); positive. None for a network
            of rates.

    Returns:
        Probabilities [minima], which sum to one.

    Raises:
        ValueError: if `temperature` is not positive, or the network has no minima.

    Reference:
        Strodel & Wales, Chem. Phys. Lett. 466, 105 (2008), eq. 2.
    """
    probabilities: Float[np.ndarray, " minima"] = np.exp(log_occupations(network, temperature))
    return probabilities


def contributions(network: Network, temperature: Real) -> Float[np.ndarray, " minima"]:
    """g_α = ∂p_α/∂T = p_α (L_α − ⟨L⟩)/T² of each minimum [minima]; they sum to zero.

    Reference: Wales, Phys. Rev. E 95, 030105 (2017). Raises: as `occupation_probabilities`.
    """
    require_no_chain(network, "a derivative with respect to the temperature")
    p = occupation_probabilities(network, temperature)
    temperature = require_temperature(network, temperature)
    # Not over the square, which underflows at low temperatures.
    g: Float[np.ndarray, " minima"] = p * _deviations(network, p) / temperature / temperature
    return g


def occupation_exchange(network: Network, temperature: Real) -> HeatCapacityPeak:
    """C_V and the minima that gain and lose occupation, at a temperature that need be no peak.

    Raises: as `occupation_probabilities`.
    """
    g = contributions(network, temperature)
    temperature = require_temperature(network, temperature)
    order = np.argsort(-np.abs(g), kind="stable")
    averages = _averages(network, temperature)
    value = network.n_modes + averages.positive + averages.negative
    return HeatCapacityPeak(temperature, value, g, order[g[order] > 0], order[g[order] < 0])


def thermodynamics(network: Network, temperatures: ArrayLike) -> Thermodynamics:
    """Averages over the minima at the given temperatures.

    Raises: as `occupation_probabilities`.
    """
    require_no_chain(network, "an average at several temperatures")
    grid = np.array(temperatures, dtype=np.float64).reshape(-1)
    rows = [dataclasses.astuple(_averages(network, t)) for t in grid]
    mean_loss, entropy, positive, negative = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    return Thermodynamics(
        grid,
        mean_loss,
        network.n_modes * grid + mean_loss,
        entropy,
        network.n_modes + positive + negative,
        positive,
        negative,
    )


def heat_capacity(network: Network, temperatures: ArrayLike | None = None) -> HeatCapacity:
    """The heat capacity C_V(T), its two parts, and its peaks.

    At a peak minima with the largest positive and negative contributions are the complementary ones.

    Args:
        network: minima with losses, LPPHE and degeneracies.
        temperatures: grid [temperatures]; by default logarithmic from below the smallest loss gap to
            above the largest. Peaks are looked for between the points of the grid and refined.

    Raises:
        ValueError: if the network has no minima, or a temperature is not positive.
    """
    network.require_minima("a heat capacity")
    require_no_chain(network, "a heat capacity")
    grid = _default_grid(network) if temperatures is None else temperatures
    averages = thermodynamics(network, np.sort(np.array(grid, dtype=np.float64)))
    return HeatCapacity(
        averages.temperatures,
        averages.heat_capacity,
        averages.positive,
        averages.negative,
        tuple(_peaks(network, averages)),
    )


def _log_weights(network: Network, temperature: float) -> Float[np.ndarray, " minima"]:
    # T^κ is common to all minima of a network and cancels.
    rise = network.losses - network.lowest_loss
    weights: Float[np.ndarray, " minima"]
    weights = network.log_degeneracy - 0.5 * network.lpphe - rise / temperature
    return weights


def _deviations(network: Network, p: Float[np.ndarray, " minima"]) -> Float[np.ndarray, " minima"]:
    """L_α − ⟨L⟩, without the loss of digits that a common offset of the losses would bring."""
    rise = network.losses - network.lowest_loss
    deviations: Float[np.ndarray, " minima"] = rise - p @ rise
    return deviations


@dataclass(frozen=True)
class _Averages:
    """⟨L⟩, S, C⁺ and C⁻ at one temperature."""

    mean_loss: float
    entropy: float
    positive: float
    negative: float


def _averages(network: Network, temperature: float) -> _Averages:
    log_p = log_occupations(network, temperature)
    p = np.exp(log_p)
    deviation = _deviations(network, p)
    parts = p * (deviation / temperature) ** 2
    entropy = -float(np.sum(p[p > 0] * log_p[p > 0]))
    above = deviation > 0
    mean = network.lowest_loss + float(p @ (network.losses - network.lowest_loss))
    return _Averages(mean, entropy, float(parts[above].sum()), float(parts[~above].sum()))


def _default_grid(network: Network) -> Float[np.ndarray, " temperatures"]:
    """From where the nearest two minima freeze to where all are equally occupied."""
    rise = np.unique(network.losses) - network.lowest_loss
    gaps = np.diff(rise)
    gaps = gaps[gaps > 1e-12 * max(1.0, float(np.abs(network.losses).max()))]
    if len(gaps) == 0:
        return np.logspace(-3, 1, 4 * _POINTS_PER_DECADE)
    # Of two states with the weights 1 and w the peak lies near gap/ln(1/w): a decade leaves room.
    first, last = np.log10(0.02 * gaps.min()), np.log10(20 * rise.max())
    return np.logspace(first, last, 1 + int(np.ceil((last - first) * _POINTS_PER_DECADE)))


def _peaks(network: Network, averages: Thermodynamics) -> list[HeatCapacityPeak]:
    maxima = find_peaks(averages.heat_capacity, prominence=_PROMINENCE)[0].tolist()
    log_t = np.log(averages.temperatures)
    return [
        occupation_exchange(network, _highest(network, (log_t[i - 1], log_t[i + 1])))
        for i in maxima
    ]


def _highest(network: Network, bracket: tuple[float, float]) -> float:
    """The temperature of the largest C_V between two logarithms of temperatures."""

    def minus_excess(log_t: float) -> float:
        averages = _averages(network, float(np.exp(log_t)))
        return -(averages.positive + averages.negative)

    result = minimize_scalar(
        minus_excess, bounds=bracket, method="bounded", options={"xatol": 1e-10}
    )
    return float(np.exp(result.x))
