"""Rate constants of harmonic transition state theory, from each minimum to its neighbours."""

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import coo_array, csr_array

from ...landscape.network import Network
from ...numbers import Real
from .temperature import require_no_temperature, require_temperature


def log_rates(
    network: Network, temperature: Real | None
) -> tuple[Int[np.ndarray, "rates 2"], Float[np.ndarray, " rates"]]:
    """ln k of each directed pair of minima that a transition state joins [rates 2], [rates].

    Both directions of a transition state, degenerate rearrangements left out, parallel transition
    states added up. Raises: as `rate_constants`.
    """
    if network.chain is not None:
        require_no_temperature(temperature)
        return network.chain.pairs, network.chain.log_rates
    temperature = require_temperature(network, temperature)
    joins_two = ~network.is_degenerate
    edges, barriers = network.edges[joins_two], network.barrier_losses[joins_two]
    at_barrier = (network.barrier_log_degeneracy - 0.5 * network.barrier_lpphe)[joins_two]
    pairs, values = [], []
    for a, b in ((0, 1), (1, 0)):
        start = edges[:, a]
        basin = network.log_degeneracy[start] - 0.5 * network.lpphe[start]
        climb = (barriers - network.losses[start]) / temperature
        pairs.append(edges[:, [a, b]])
        values.append(at_barrier - basin - climb - np.log(2 * np.pi))
    return added_up(np.concatenate(pairs), np.concatenate(values))


def added_up(
    pairs: Int[np.ndarray, "rates 2"], values: Float[np.ndarray, " rates"]
) -> tuple[Int[np.ndarray, "different 2"], Float[np.ndarray, " different"]]:
    """Each different pair once, with ln of the sum of the rates whose logarithms are given."""
    different, owner = np.unique(pairs, axis=0, return_inverse=True)
    return different, log_sums(owner.reshape(-1), values, len(different))


def log_sums(
    owner: Int[np.ndarray, " values"], values: Float[np.ndarray, " values"], n: int
) -> Float[np.ndarray, " n"]:
    """ln Σ exp(value) over the values of each of n owners; −inf for one without values."""
    largest = np.full(n, -np.inf)
    np.maximum.at(largest, owner, values)
    total = np.zeros(n)
    np.add.at(total, owner, np.exp(values - largest[owner]))
    has_values = total > 0
    largest[has_values] += np.log(total[has_values])
    return largest


def rate_constants(network: Network, temperature: Real | None) -> csr_array:
    """k_αβ from minimum α (row) to β (column), in units of the harmonic frequency [minima minima].

    k_αβ = Σ_† (1/2π)(n_†/n_α) exp(½(LPPHE_α − LPPHE_†)) exp(−(L_† − L_α)/T), which keeps detailed
    balance exactly: p_α k_αβ = p_β k_βα. Rates that underflow are zero; the functions below use
    logarithms instead. Of a network that was made from rates they are those, at temperature None.

    Raises:
        ValueError: if `temperature` is not positive, or the network has no minima.

    Reference: Vineyard, J. Phys. Chem. Solids 3, 121 (1957); Wales, "Energy Landscapes" (2003), ch. 7.
    """
    pairs, values = log_rates(network, temperature)
    size = (network.n_minima, network.n_minima)
    rates = coo_array((np.exp(values), (pairs[:, 0], pairs[:, 1])), shape=size)
    return csr_array(rates)


def waiting_times(network: Network, temperature: Real | None) -> Float[np.ndarray, " minima"]:
    """Mean time until minimum α is left, 1/Σ_β k_αβ [minima]; infinite without neighbours.

    Raises: as `rate_constants`.
    """
    times: Float[np.ndarray, " minima"]
    times = np.exp(log_waiting_times(network, *log_rates(network, temperature)))
    return times


def log_waiting_times(
    network: Network, pairs: Int[np.ndarray, "rates 2"], values: Float[np.ndarray, " rates"]
) -> Float[np.ndarray, " minima"]:
    """ln of the mean waiting time of each minimum from what `log_rates` gives [minima]."""
    return -log_sums(pairs[:, 0], values, network.n_minima)
