"""The columns of the explorer's table: one value, or one group, for each minimum."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Shaped
from numpy.typing import ArrayLike

from ..analysis.graph.basins import monotonic_sequence_basins
from ..analysis.graph.communities import communities
from ..analysis.graph.degrees import degrees
from ..analysis.graph.minimax import minimax_barriers
from ..landscape.network import Network


@dataclass(frozen=True, eq=False)
class Column:
    """One column of the table.

    Attributes:
        name: as it is shown.
        values: floats, NaN where there is none; or for groups the index of the group [minima].
        groups: the names of the groups; None for numbers.
        meaning: one line that says what is in it, with its unit.
    """

    name: str
    values: Shaped[np.ndarray, " minima"]
    groups: tuple[str, ...] | None = None
    meaning: str = ""


def columns_of(
    network: Network, annotations: Mapping[str, ArrayLike], unit: str
) -> tuple[Column, ...]:
    """All columns: what the network says of its minima, then the values that were saved with them.

    Args:
        network: minima and transition states, one minimum or more.
        annotations: values or groups by name [minima].
        unit: of the loss.

    Raises:
        ValueError: for an annotation of another length.
    """
    rise = network.losses - network.lowest_loss
    barrier = minimax_barriers(network).to(network.global_minimum) - network.losses
    barrier[~np.isfinite(barrier)] = np.nan
    lone = np.bincount(network.component)[network.component] == 1
    columns = [
        Column("loss", network.losses, None, unit),
        Column("rise", rise, None, f"loss above the global minimum, {unit}"),
        Column("LPPHE", network.lpphe, None, "log-product of positive Hessian eigenvalues"),
        Column("log degeneracy", network.log_degeneracy, None, "ln of distinct symmetry images"),
        Column("hits", 1.0 * network.hits, None, "arrivals of quenches"),
        Column("degree", 1.0 * degrees(network).degree, None, "different neighbours"),
        Column("barrier", barrier, None, f"on the lowest path to the global minimum, {unit}"),
        _joined(network, lone),
        _groups("basin", monotonic_sequence_basins(network).assignment, "bottom ", "its bottom"),
        _groups("community", communities(network).assignment, "", "Leiden community"),
    ]
    taken = {column.name for column in columns} | {"occupation", "minimum"}
    for name, values in annotations.items():
        columns.append(_annotation(f"{name} (saved)" if name in taken else name, values, network))
    return tuple(columns)


def _joined(network: Network, is_lone: Shaped[np.ndarray, " minima"]) -> Column:
    """Components by size of name: those of one minimum are one group, there may be thousands."""
    labels = np.where(is_lone & (network.component > 0), -1, network.component)
    names, values = np.unique(labels, return_inverse=True)
    texts = tuple("none" if n < 0 else str(n) for n in names.tolist())
    return Column(
        "component", values, texts, "what paths of transition states join; 0 has the global minimum"
    )


def _groups(name: str, labels: np.ndarray, prefix: str, meaning: str) -> Column:
    names, values = np.unique(labels, return_inverse=True)
    return Column(name, values, tuple(f"{prefix}{n}" for n in names.tolist()), meaning)


def _annotation(name: str, values: ArrayLike, network: Network) -> Column:
    array = np.asarray(values)
    if array.shape != (network.n_minima,):
        raise ValueError(
            f"{name!r} must hold one value for each of the {network.n_minima} minima, got shape "
            f"{array.shape}."
        )
    if array.dtype.kind in "fiu":
        return Column(name, array.astype(np.float64))
    return _groups(name, array.astype(str), "", "")
