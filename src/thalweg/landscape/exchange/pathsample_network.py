"""The network in PATHSAMPLE's tables, without its points: for analysis, with nothing to verify."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from ..errors import LandscapeError
from ..network import Network, is_below_a_minimum
from .pathsample import read_transition_states
from .tables import read_table


@dataclass(frozen=True, eq=False)
class PathsampleNetwork:
    """A network as PATHSAMPLE states it, unverified.

    Attributes:
        network: of losses, LPPHE and degeneracies, without coordinates.
        notes: what was left out, and why.
    """

    network: Network
    notes: tuple[str, ...]


def read_pathsample_network(directory: str | Path, *, n_modes: int = 0) -> PathsampleNetwork:
    """Read `min.data` and `ts.data` as a network for analysis, and believe them.

    The log-product of frequencies is the LPPHE, and ln n_α is minus that of the order of the point group,
    up to a constant that all points share. Transition states below one of their minima are left out.

    Args:
        directory: where the files are; `ts.data` may be missing.
        n_modes: κ, the number of vibrations of a minimum (3N − 6 for a molecule), which stands in no
            table; the heat capacity is in excess of it if 0.

    Raises:
        LandscapeError: if a file is missing or is no such table.
    """
    folder = Path(directory)
    minima = read_table(folder / "min.data", 3, more_columns=True)
    table = read_transition_states(folder, len(minima), (0, 1, 2))
    for name, values in (("min.data", minima), ("ts.data", table.values)):
        _require_finite(folder / name, values)
    is_below = is_below_a_minimum(minima[:, 0], table.edges, table.values[:, 0])
    states, edges = table.values[~is_below], table.edges[~is_below]
    network = Network.from_arrays(
        minima[:, 0],
        edges,
        states[:, 0],
        lpphe=minima[:, 1],
        log_degeneracy=-np.log(minima[:, 2]),
        barrier_lpphe=states[:, 1],
        barrier_log_degeneracy=-np.log(states[:, 2]),
        dimension=n_modes,
    )
    lines = (1 + np.flatnonzero(is_below)).tolist()
    note = (
        f"{len(lines)} transition states lie below one of their minima: left out (the first is number "
        f"{lines[:1]} of ts.data)"
    )
    return PathsampleNetwork(network, (note,) if lines else ())


def _require_finite(path: Path, values: Float[np.ndarray, "rows 3"]) -> None:
    is_good = np.isfinite(values).all(axis=1) & (values[:, 2] >= 1)
    if not is_good.all():
        row = int(np.argmin(is_good))
        raise LandscapeError(
            f"{path}, row {row + 1}: loss, log-product of frequencies and order of the point group must be "
            f"finite, and the order at least 1; got {values[row].tolist()}."
        )
