"""Where a live explorer reads from: a landscape that may grow, or a network that does not."""

import io
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

import numpy as np
import pandas as pd

from ..analysis.graph.thermodynamics import occupation_probabilities
from ..arrow import arrow
from ..landscape.errors import LandscapeError
from ..landscape.landscape import Landscape
from ..landscape.levels import DEFAULT_LEVELS
from ..landscape.network import Network
from ..numbers import Real, Whole
from ..paths import file_or_url
from ..problems import Problem
from .details import PROVIDERS, Provider, details_of
from .explorer_data import shown_landscape, shown_network
from .limits import Limits
from .packing import unpack
from .shown_network import Openings, ShownNetwork

_Result = TypeVar("_Result")


@runtime_checkable
class Source(Protocol):
    """What a server asks for. May be called from several threads; nothing that it does writes."""

    @property
    def title(self) -> str:
        """One line for people."""

    def state(self) -> str:
        """A text that changes when there is more to show; cheap."""

    def data(self, opened: Openings = ()) -> bytes:
        """What the explorer shows, as `ExplorerData.to_bytes`; with what is opened of a large landscape."""

    def details(self, of: str, numbers: Sequence[int]) -> dict[str, Any]:
        """All about one point, or two; as `details_of`."""

    def close(self) -> None:
        """Let go of files."""


class LandscapeSource:
    """A landscape file or database, read anew when it has grown.

    A landscape belongs to one thread: one of its own opens it and does all reading. Each read is one
    transaction that keeps no writer waiting.

    Args:
        location: file or database URL.
        problem: if the file cannot rebuild it itself.
        providers: of the sections of a detail.
        levels, barrier_clip: as in `explorer_data`.
    """

    def __init__(
        self,
        location: str | Path,
        problem: Problem | None = None,
        *,
        providers: Sequence[Provider] = PROVIDERS,
        levels: Whole = DEFAULT_LEVELS,
        barrier_clip: Real | None = None,
    ) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="landscape")
        self._providers, self._levels, self._clip = providers, levels, barrier_clip
        self._shown: tuple[str, ShownNetwork] | None = None
        self._known: tuple[tuple[str, Openings], bytes] | None = None
        try:
            self._file = _file_of(location)
            self._landscape = self._there(lambda: Landscape.open(location, problem))
            self.title = self._there(lambda: self._landscape.problem_name)
            self.data()
        except BaseException:
            self.close()
            raise

    def state(self) -> str:
        return self._there(self._state)

    def data(self, opened: Openings = ()) -> bytes:
        return self._there(lambda: self._data(opened))

    def details(self, of: str, numbers: Sequence[int]) -> dict[str, Any]:
        return self._there(lambda: details_of(self._landscape, of, numbers, self._providers))

    def close(self) -> None:
        if hasattr(self, "_landscape"):
            self._there(self._landscape.close)
        self._thread.shutdown()

    def _state(self) -> str:
        # What is open stays readable after its file is gone, and would be shown as if it were there.
        if self._file is not None and not self._file.exists():
            raise LandscapeError(f"{self._file} is no longer there.")
        names = self._landscape.annotation_names()
        counts = self._landscape.n_minima, self._landscape.n_transition_states, len(names)
        return "-".join(map(str, counts))

    def _data(self, opened: Openings) -> bytes:
        state = self._state()
        if self._shown is None or self._shown[0] != state:
            shown = shown_landscape(self._landscape, levels=self._levels, barrier_clip=self._clip)
            self._shown = state, shown
        if self._known is None or self._known[0] != (state, opened):
            self._known = (state, opened), self._shown[1].data(opened).to_bytes()
        return self._known[1]

    def _there(self, read: Callable[[], _Result]) -> _Result:
        return self._thread.submit(read).result()


def _file_of(location: str | Path) -> Path | None:
    place = file_or_url(location)
    return place if isinstance(place, Path) else None


class NetworkSource:
    """A network in memory, which stays as it is and knows nothing of single points.

    Args: as `explorer_data`.
    """

    def __init__(
        self,
        network: Network,
        title: str = "",
        *,
        levels: Whole = DEFAULT_LEVELS,
        barrier_clip: Real | None = None,
        limits: Limits = Limits(),  # noqa: B008 (frozen)
    ) -> None:
        self.title = title
        self._shown = shown_network(
            network, title=title, levels=levels, barrier_clip=barrier_clip, limits=limits
        )
        self._known: tuple[Openings, bytes] = (), self._shown.data().to_bytes()

    def state(self) -> str:
        return "network"

    def data(self, opened: Openings = ()) -> bytes:
        if self._known[0] != opened:
            self._known = opened, self._shown.data(opened).to_bytes()
        return self._known[1]

    def details(self, of: str, numbers: Sequence[int]) -> dict[str, Any]:
        return {"sections": []}

    def close(self) -> None:
        pass


@runtime_checkable
class Compared(Protocol):
    """A source of several landscapes, which are shown side by side."""

    @property
    def notes(self) -> Mapping[str, Any]:
        """As `Comparison.notes`."""

    def part(self, number: int) -> Source:
        """One of the landscapes.

        Raises:
            IndexError: if there is no such landscape.
        """


def parquet_of(data: bytes, minima: Sequence[int], temperature: float | None = None) -> bytes:
    """The columns of some minima, by index, as a Parquet file; with their occupation at a temperature.

    Raises:
        IndexError: for an index out of range.
        ValueError: if the temperature is not positive.
        ImportError: without pyarrow, the extra `parquet`.
    """
    arrow("a Parquet file")
    arrays, notes = unpack(data)
    numbers = arrays.get("minimum_number", np.arange(notes["n_minima"]))
    columns: dict[str, Any] = {
        "minimum": numbers[list(minima)],
        "id": arrays["minimum_id"][list(minima)],
    }
    for k, column in enumerate(notes["columns"]):
        values = arrays[f"column {k}"][list(minima)]
        names = column["groups"]
        columns[column["name"]] = values if names is None else [names[v] for v in values]
    if temperature is not None:
        occupation = _occupation(arrays, notes, temperature)
        columns[f"occupation (T = {temperature!r})"] = occupation[list(minima)]
    buffer = io.BytesIO()
    pd.DataFrame(columns).to_parquet(buffer, index=False)
    return buffer.getvalue()


def _occupation(
    arrays: Mapping[str, np.ndarray], notes: Mapping[str, Any], temperature: float
) -> np.ndarray:
    """Of all minima that are shown."""
    if not notes["has_occupation"]:
        raise ValueError("of a landscape that is not drawn whole the occupation is not known here.")
    named = {one["name"]: arrays[f"column {k}"] for k, one in enumerate(notes["columns"])}
    network = Network.from_arrays(
        named["loss"],
        lpphe=named["LPPHE"],
        log_degeneracy=named["log degeneracy"],
        dimension=notes["n_modes"],
    )
    return occupation_probabilities(network, temperature)
