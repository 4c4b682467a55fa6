"""A network as the explorer shows it: whole, or where it is too large by its deepest minima."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from matplotlib import colormaps
from numpy.typing import ArrayLike

from ..analysis.graph.disconnectivity import disconnectivity_graph
from ..analysis.graph.frustration import frustration_curve
from ..analysis.graph.thermodynamics import heat_capacity
from ..analysis.graph.upper_tree import UpperTree, upper_tree
from ..landscape.merge_tree import merge_tree
from ..landscape.network import Network
from ..numbers import Real, Whole
from ..plot import palette
from .columns import Column, columns_of
from .limits import Limits
from .packing import ExplorerData

Openings = Sequence[Sequence[int]]
"""One after the other, numbers of minima that are opened together."""


class ShownNetwork:
    """Makes what the explorer shows of a network; what takes long is computed once.

    Args: as `explorer_data`.
    """

    def __init__(
        self,
        network: Network,
        *,
        title: str,
        annotations: Mapping[str, ArrayLike],
        unit: str,
        left_out: str,
        levels: Whole,
        barrier_clip: Real | None,
        limits: Limits,
    ) -> None:
        network.require_losses("the explorer")
        self._network, self._limits = network, limits
        self._title, self._unit, self._left_out = title, unit, left_out
        self._levels, self._clip = levels, barrier_clip
        self._columns = columns_of(network, annotations, unit)
        self._upper: tuple[Openings, UpperTree] | None = None
        if self.is_too_large and network.chain is not None:
            raise ValueError(
                f"the explorer shows rates between up to {limits.whole:,} states, and there are "
                f"{network.n_minima:,}: `analysis.rates_between_basins(network, None)` has fewer."
            )

    @property
    def is_too_large(self) -> bool:
        """Whether not all minima are sent."""
        return self._network.n_minima > self._limits.whole

    def data(self, opened: Openings = ()) -> ExplorerData:
        """All of it, or the deepest minima and those below what is opened.

        Args:
            opened: one after the other, numbers of minima whose shallower ones are shown as well.

        Raises:
            ValueError: if more than is ever sent would be shown, or what is opened is not shown by then.
        """
        if not self.is_too_large:
            return self._made(self._network, self._columns, {}, {}, self._left_out)
        upper = self._upper_tree(opened)
        numbers = upper.minima.astype(np.int32)
        states = np.searchsorted(
            self._network.transition_state_ids, upper.network.transition_state_ids
        )
        extra: dict[str, np.ndarray] = {
            "minimum_number": numbers,
            "transition_state_number": states,
        }
        notes = {
            "n_all_minima": self._network.n_minima,
            "n_all_transition_states": self._network.n_transition_states,
            "opened": [list(map(int, one)) for one in opened],
            "more": self._limits.more,
        }
        columns = [_part_of(column, upper.minima) for column in self._columns]
        meaning = "minima that are drawn as this one: itself, and those less deep that join it"
        columns.append(Column("minima", 1.0 * upper.counts, None, meaning))
        return self._made(upper.network, columns, extra, notes, self._words(upper))

    def _upper_tree(self, opened: Openings) -> UpperTree:
        if self._upper is None or self._upper[0] != opened:
            room = (self._limits.whole - self._limits.first) // self._limits.more
            if len(opened) > room:
                raise ValueError(
                    f"no more can be opened: {self._limits.whole:,} minima are drawn at most. Close first."
                )
            upper = upper_tree(
                self._network, self._limits.first, opened=opened, more=self._limits.more
            )
            self._upper = opened, upper
        return self._upper[1]

    def _words(self, upper: UpperTree) -> str:
        """What is not drawn by itself, and how it is to be seen."""
        n_held = int(upper.counts.sum()) - len(upper.minima)
        n_apart = self._network.n_minima - len(upper.minima) - n_held
        words = (
            f"The {len(upper.minima):,} deepest of {self._network.n_minima:,} minima are drawn. {n_held:,} "
            "less deep ones are drawn as the one that they join"
        )
        if n_apart:
            words += f", {n_apart:,} that nothing joins not at all"
        words += ". Passes are the lowest ones between these; curves over T are of all minima."
        return f"{words} {self._left_out}".strip()

    def _made(
        self,
        network: Network,
        columns: Sequence[Column],
        extra: Mapping[str, np.ndarray],
        notes: Mapping[str, Any],
        left_out: str,
    ) -> ExplorerData:
        graph = disconnectivity_graph(
            network, levels=self._levels, barrier_clip=self._clip, arrangement="stems"
        )
        ends = graph.segments.ends
        arrays = {
            "order": graph.order,
            "drawn_loss": graph.losses,
            "barrier_to_right": graph.barriers,
            "place_x": graph.x.astype(np.float32),
            "level_loss": np.array([level.loss for level in graph.levels]),
            "segment_x": ends[:, :, 0].astype(np.float32),
            "segment_loss": ends[:, :, 1],
            "segment_start": graph.segments.start,
            "segment_stop": graph.segments.stop,
            "minimum_id": network.minimum_ids,
            "transition_state_id": network.transition_state_ids,
            "edge": network.edges,
            "barrier_loss": network.barrier_losses,
            "forest": merge_tree(network).transition_states,
            "colours_of_values": _colours_of_values(),
            **{f"column {k}": column.values for k, column in enumerate(columns)},
            **self._thermodynamic_arrays,
            **extra,
        }
        has_temperature = network.chain is None
        if has_temperature and not extra:
            arrays["log_weight"] = network.log_degeneracy - 0.5 * network.lpphe
        described = [
            {"name": column.name, "groups": column.groups, "meaning": column.meaning}
            for column in columns
        ]
        all_notes = {
            "title": self._title,
            "unit": self._unit,
            "left_out": left_out,
            "n_minima": network.n_minima,
            "n_transition_states": network.n_transition_states,
            "n_joined": int(network.is_joined.sum()),
            "n_components": network.n_components,
            "n_modes": network.n_modes,
            "global_minimum": network.global_minimum,
            "has_temperature": has_temperature,
            "has_occupation": has_temperature and not extra,
            **_clipped(network, self._clip),
            "columns": described,
            "colours_of_groups": palette.GROUPS,
            **notes,
        }
        return ExplorerData(arrays, all_notes)

    @cached_property
    def _thermodynamic_arrays(self) -> dict[str, np.ndarray]:
        """Curves over T, of all minima."""
        if self._network.chain is not None:
            return {}
        curve = heat_capacity(self._network)
        index = frustration_curve(self._network, curve.temperatures)
        return {
            "temperature": curve.temperatures,
            "heat_capacity": curve.values,
            "heat_capacity_positive": curve.positive,
            "heat_capacity_negative": curve.negative,
            "frustration_excess": np.array([one.excess for one in index]),
            "peak_temperature": np.array(
                [peak.temperature for peak in curve.peaks], dtype=np.float64
            ),
            "peak_heat_capacity": np.array([peak.value for peak in curve.peaks], dtype=np.float64),
        }


def _part_of(column: Column, minima: np.ndarray) -> Column:
    """The column of some minima, with the groups that are left."""
    values = column.values[minima]
    if column.groups is None:
        return Column(column.name, values, None, column.meaning)
    used, values = np.unique(values, return_inverse=True)
    return Column(column.name, values, tuple(column.groups[k] for k in used), column.meaning)


def _clipped(network: Network, clip: Real | None) -> dict[str, Any]:
    """What the tree shows lower than it is."""
    limit = np.inf if clip is None else float(clip)
    return {
        "barrier_clip": None if clip is None else limit,
        "n_clipped_minima": int((network.losses > limit).sum()),
        "n_clipped_transition_states": int((network.barrier_losses > limit).sum()),
    }


def _colours_of_values() -> np.ndarray:
    """The colour map of values, as red, green and blue from 0 to 255 [256 3]."""
    table = colormaps[palette.VALUES](np.arange(256))[:, :3]
    return np.round(255 * table).astype(np.uint8)
