"""Which temperatures may be asked for: numbers where losses give the rates, none where rates are given."""

from ...landscape.network import Network
from ...numbers import Real, real_number


def require_temperature(network: Network, temperature: Real | None) -> float:
    """A temperature as Python's float; the network must have minima.

    Raises:
        ValueError: if the temperature is not positive and finite, or the network has no minima.
    """
    try:
        value = real_number(temperature, "temperature", above=0)
    except ValueError:
        raise ValueError(
            f"temperature must be positive, got {temperature}. It is in the unit of the loss (k_B = 1); "
            "try a fraction of the loss differences between minima."
        ) from None
    network.require_minima("an occupation probability")
    return value


def require_no_temperature(temperature: Real | None) -> None:
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
