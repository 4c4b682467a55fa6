"""One minimum, or a set of them, as users write it."""

from collections.abc import Iterable
from typing import cast

import numpy as np
from jaxtyping import Bool, Int

from ...landscape.network import Network
from ...numbers import Whole, whole_number

Minima = Whole | Iterable[Whole] | np.ndarray
"""One minimum or a set of them: an index, several, or a truth value for every minimum."""


def one_minimum(network: Network, minimum: Whole, name: str) -> int:
    """The index of a minimum as Python's, from a number of any library.

    Raises:
        ValueError: if the network has no such minimum.
    """
    network.require_minima("a choice of minima")
    return whole_number(minimum, name, least=0, most=network.n_minima - 1)


def members(network: Network, minima: Minima, name: str) -> Int[np.ndarray, " members"]:
    """The indices of a set of minima, ascending, each once.

    Args:
        network: whose minima they are.
        minima: an index, several of them, or a truth value for each minimum of the network.
        name: what the message calls the set.

    Raises:
        ValueError: if the set is empty, or holds what is no index of a minimum.
    """
    network.require_minima("a choice of minima")
    values = _as_array(minima)
    if values.dtype == np.bool_:
        return _members_of_mask(network, values, name)
    if values.ndim == 0:
        return np.array([one_minimum(network, cast(Whole, minima), name)])
    indices = np.unique(values)
    if len(indices) == 0 or indices.dtype.kind not in "iu":
        raise ValueError(
            f"{name} must hold at least one index of a minimum, or a truth value for each, got "
            f"{_described(values)}."
        )
    if indices[0] < 0 or indices[-1] >= network.n_minima:
        raise ValueError(
            f"{name} must hold indices 0 … {network.n_minima - 1}, got {indices[0]} … {indices[-1]}."
        )
    return indices.astype(np.int64)


def _members_of_mask(
    network: Network, mask: Bool[np.ndarray, "..."], name: str
) -> Int[np.ndarray, " members"]:
    if mask.shape != (network.n_minima,):
        raise ValueError(
            f"{name} must hold indices, or one truth value for each of the {network.n_minima} minima; got "
            f"truth values of shape {mask.shape}."
        )
    if not mask.any():
        raise ValueError(
            f"{name} must hold at least one minimum; none of its truth values is true."
        )
    return np.flatnonzero(mask)


def _as_array(minima: Minima) -> np.ndarray:
    # NumPy would take a set or an iterator for one object.
    is_plain = isinstance(minima, Iterable) and not hasattr(minima, "__array__")
    return np.asarray(list(cast(Iterable[Whole], minima)) if is_plain else minima)


def _described(values: np.ndarray) -> str:
    return "none" if values.size == 0 else f"values such as {values.ravel()[0]!r}"
