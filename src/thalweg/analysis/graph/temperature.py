"""Which temperatures may be asked for: numbers where losses give the rates, none where rates are given."""

import numpy as np

from ...landscape.network import Network


def require_temperature(network: Network, temperature: float | None) -> float:
    """Refuse a temperature that is not positive and finite, or a network without minima.

    Raises:
        ValueError: if so.
    """
    if temperature is None or not (temperature > 0 and np.isfinite(temperature)):
        raise ValueError(
            f"temperature must be positive, got {temperature}. It is in the unit of the loss (k_B = 1); "
            "try a fraction of the loss differences between minima."
        )
    network.require_minima("an occupation probability")
    return temperature


def require_no_temperature(temperature: float | None) -> None:
    """Refuse a temperature for rates that hold at one of their own.

    Raises:
        ValueError: if there is one.
    """
    if temperature is not None:
        raise ValueError(
            f"temperature must be None for a network that was made from rates, got {temperature}: they hold "
            "at the one temperature at which they were determined."
        )


def require_no_chain(network: Network, purpose: str) -> None:
    """Refuse a network of rates where losses are needed at any temperature.

    Args:
        network: the network.
        purpose: what needs them, as the subject of "… needs losses".

    Raises:
        ValueError: if the network was made from rates.
    """
    if network.chain is not None:
        raise ValueError(
            f"{purpose} needs losses and curvatures; this network was made from rates, which hold at one "
            "temperature. Passage times, committors and occupation probabilities need no more."
        )
