"""Networks in files of their own: for analysis where there is no problem, and so no landscape."""

import dataclasses
from pathlib import Path

import numpy as np

from ..archive import ArchiveError, read_arrays
from .chain import Chain
from .errors import LandscapeError
from .network import Network

_VERSION = 1
_OPTIONAL = (
    *("coordinates", "lpphe", "log_degeneracy", "hits", "barrier_lpphe", "barrier_log_degeneracy"),
)
_BEGINNING = b"PK\x03\x04"
"""Of an archive of NumPy; a landscape file begins with another."""


def write_network(network: Network, file: str | Path) -> None:
    """Write a network as an archive of NumPy arrays, which `read_network` and the command line read.

    Raises:
        OSError: if the file cannot be written.
    """
    fields = {
        field.name: np.asarray(getattr(network, field.name))
        for field in dataclasses.fields(network)
        if field.name != "chain"
    }
    if network.chain is not None:
        fields["chain_pairs"] = network.chain.pairs
        fields["chain_log_rates"] = network.chain.log_rates
    with open(file, "wb") as target:
        np.savez_compressed(
            target, allow_pickle=False, thalweg_network=np.array(_VERSION), **fields
        )


def is_network_file(file: str | Path) -> bool:
    """Whether a file may hold a network rather than a landscape."""
    try:
        with open(file, "rb") as source:
            return source.read(len(_BEGINNING)) == _BEGINNING
    except OSError:
        return False


def read_network(file: str | Path) -> Network:
    """The network in a file that `write_network` wrote.

    Raises:
        LandscapeError: if it is no such file, is damaged, or a newer version wrote it.
    """
    try:
        arrays = read_arrays(file)
        if int(arrays["thalweg_network"]) > _VERSION:
            raise LandscapeError(f"{file} was written by a newer thalweg; install that to read it.")
        return _network_of(arrays)
    except ArchiveError as error:
        raise LandscapeError(str(error)) from error
    except (ValueError, TypeError, LookupError, OverflowError) as error:
        raise LandscapeError(f"{file} holds no network, or is damaged: {error}.") from error


def _network_of(arrays: dict[str, np.ndarray]) -> Network:
    if any(array.dtype.kind not in "iuf" for array in arrays.values()):
        raise ValueError("an array holds no numbers")
    losses, edges, barriers = (arrays[name] for name in ("losses", "edges", "barrier_losses"))
    if "chain_pairs" in arrays:
        network = Network.from_chain(
            Chain.from_log_rates(len(losses), arrays["chain_pairs"], arrays["chain_log_rates"])
        )
    else:
        network = Network.from_arrays(
            losses,
            edges,
            barriers,
            **{name: arrays[name] for name in _OPTIONAL},
            dimension=int(arrays["n_modes"]),
        )
    minimum_ids, state_ids = arrays["minimum_ids"], arrays["transition_state_ids"]
    for ids, n in ((minimum_ids, network.n_minima), (state_ids, network.n_transition_states)):
        if ids.dtype.kind != "i" or ids.shape != (n,):
            raise ValueError("the ids are not one integer for each point")
    return dataclasses.replace(network, minimum_ids=minimum_ids, transition_state_ids=state_ids)
