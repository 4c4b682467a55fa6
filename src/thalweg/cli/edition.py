"""The files of reproductions: a page, its values and its pictures; a folder of all of them."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .console import save_figure
from .outputs import MARK, replacing

if TYPE_CHECKING:
    from ..reproduce import Progress, Reproduction, Scale

Entry = Mapping[str, Any]
"""What the JSON file of an item holds, or its name and the error that it ended with."""


def write_item(result: "Reproduction", covers: str, page: Path) -> dict[str, str]:
    """Write the page of a reproduction, and its pictures beside it; the caption of each by its file."""
    from ..reproduce.pages import item_page

    pictures = {}
    for picture in result.pictures:
        stem = "-".join(filter(None, (page.stem, picture.name)))
        save_figure(picture.figure(), page.parent / f"{stem}.png")
        pictures[f"{stem}.png"] = picture.caption
    _write(page, f"{item_page(result, covers, pictures)}\n<!-- {MARK} -->\n")
    return pictures


def as_entry(result: "Reproduction", covers: str) -> dict[str, Any]:
    """What is known of a reproduction, as JSON can hold it."""
    from .. import __version__

    return {**result.as_dict(), "covers": covers, "made by": f"thalweg {__version__}"}


@dataclass(frozen=True)
class Edition:
    """All reproductions in a folder; what is there already, of the same scale and version, is not computed
    again: delete its JSON file to have it anew.

    Attributes:
        folder: of the pages.
        scale: how much is computed.
        landscapes: folder that keeps the landscapes.
    """

    folder: Path
    scale: "Scale"
    landscapes: Path

    def compute(self, name: str, progress: "Progress", workers: int | None = None) -> Entry:
        """Compute and write one item; its entry, or the error that it ended with.

        Args:
            name: of the item.
            progress: told what is being computed.
            workers: processes that search; one for each free core if None.
        """
        try:
            return self._computed(name, progress, workers)
        except Exception as error:
            # One item's failure, whatever it is, must not cost the others.
            return failure(name, f"{type(error).__name__}: {error}")

    def _computed(self, name: str, progress: "Progress", workers: int | None) -> Entry:
        from ..reproduce import REPRODUCTIONS, Landscapes

        item, began = REPRODUCTIONS[name], time.monotonic()
        result = item(self.scale, progress, Landscapes(self.landscapes, workers))
        pictures = write_item(result, item.covers, self.folder / f"{name}.md")
        entry = {
            **as_entry(result, item.covers),
            "asked": self._asked(),
            "pictures": pictures,
            "seconds": time.monotonic() - began,
        }
        _write(self.folder / f"{name}.json", json.dumps(entry, indent=1, ensure_ascii=False))
        return entry

    def finished(self, name: str) -> Entry | None:
        """The entry of an item that is there already; None if it is not."""
        file = self.folder / f"{name}.json"
        if not file.is_file():
            return None
        entry: Entry = json.loads(file.read_text(encoding="utf-8"))
        return entry if entry.get("asked") == self._asked() else None

    def _asked(self) -> str:
        """What must be the same for a result to stand; an item may change its own scale."""
        from .. import __version__

        return f"{__version__}, {self.scale}"

    def write_index(self, entries: Iterable[Entry]) -> None:
        """Write the table of items with their verdicts."""
        from ..reproduce import NOT_REPRODUCED
        from ..reproduce.pages import index_page

        text = index_page(list(entries), NOT_REPRODUCED)
        _write(self.folder / "README.md", f"{text}\n<!-- {MARK} -->\n")


def failure(name: str, reason: str) -> Entry:
    """The entry of an item that has no result."""
    return {"name": name, "error": reason}


def _write(file: Path, text: str) -> None:
    with replacing(file) as place:
        place.write_text(text, encoding="utf-8")
