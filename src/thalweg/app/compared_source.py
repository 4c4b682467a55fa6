"""Where a live comparison reads from: several landscapes, as they were when it began."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from ..landscape.landscape import Landscape
from ..landscape.levels import DEFAULT_LEVELS
from ..landscape.network import Network
from ..landscape.network_file import is_network_file, read_network
from ..numbers import Real, Whole
from ..paths import file_or_url
from .comparison import comparison_of
from .details import PROVIDERS, Details, Provider, details_of
from .followed import Followed
from .page import title_of
from .shown_network import Openings
from .source import Source


class ComparedSource:
    """Files or databases that are compared; what is added to them later is not shown.

    Landscapes belong to one thread: one of this object's own opens them and does all reading.

    Args:
        locations: two or more.
        names, followed, levels, barrier_clip: as in `comparison_of`.
        providers: of the sections of a detail.
    """

    title: str
    notes: Mapping[str, Any]

    def __init__(
        self,
        locations: Sequence[str | Path],
        *,
        names: Sequence[str] | None = None,
        followed: Followed | None = None,
        providers: Sequence[Provider] = PROVIDERS,
        levels: Whole = DEFAULT_LEVELS,
        barrier_clip: Real | None = None,
    ) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="landscapes")
        self._files = ExitStack()

        def read() -> None:
            landscapes = [self._files.enter_context(_opened(one)) for one in locations]
            comparison = comparison_of(
                landscapes,
                names=names,
                followed=followed,
                levels=levels,
                barrier_clip=barrier_clip,
            )
            self.title, self.notes = title_of(comparison), comparison.notes
            self._parts = [
                _Part(data.to_bytes(), name, self._answering(landscape, providers))
                for data, name, landscape in zip(
                    comparison.parts, comparison.notes["names"], landscapes, strict=True
                )
            ]

        try:
            self._thread.submit(read).result()
        except BaseException:
            self.close()
            raise

    def part(self, number: int) -> Source:
        if not 0 <= number < len(self._parts):
            raise IndexError(f"there are {len(self._parts)} landscapes, numbered from 0.")
        return self._parts[number]

    def state(self) -> str:
        return "comparison"

    def data(self, opened: Openings = ()) -> bytes:
        return self.part(0).data(opened)

    def details(self, of: str, numbers: Sequence[int]) -> dict[str, Any]:
        return self.part(0).details(of, numbers)

    def close(self) -> None:
        self._thread.submit(self._files.close).result()
        self._thread.shutdown()

    def _answering(
        self, landscape: Landscape | Network, providers: Sequence[Provider]
    ) -> Details | None:
        if isinstance(landscape, Network):
            return None

        def details(of: str, numbers: Sequence[int]) -> dict[str, Any]:
            return self._there(lambda: details_of(landscape, of, numbers, providers))

        return details

    def _there(self, read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        return self._thread.submit(read).result()


@contextmanager
def _opened(location: str | Path) -> Iterator[Landscape | Network]:
    place = file_or_url(location)
    if is_network_file(place):
        yield read_network(place)
        return
    with Landscape.open(location) as landscape:
        yield landscape


class _Part:
    """One landscape of a comparison."""

    def __init__(self, data: bytes, title: str, details: Details | None) -> None:
        self._bytes, self.title, self._details = data, title, details

    def state(self) -> str:
        return "comparison"

    def data(self, opened: Openings = ()) -> bytes:
        if opened:
            raise ValueError("what is compared is not opened: show one landscape by itself.")
        return self._bytes

    def details(self, of: str, numbers: Sequence[int]) -> dict[str, Any]:
        return {"sections": []} if self._details is None else self._details(of, numbers)

    def close(self) -> None:
        pass
