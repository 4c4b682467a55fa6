"""The files of reproductions: a page, its values and its pictures; a folder of all of them."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .console import save_figure
from .outputs import MARK, replacing

if TYPE_CHECKING:
    from ..reproduce import Progress, Reproduction, Scale


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
    """What the JSON file of a reproduction holds."""
    from .. import __version__

    return {**result.as_dict(), "covers": covers, "made by": f"thalweg {__version__}"}


class Edition:
    """All reproductions in a folder; what is there already, of the same scale and version, is not computed
    again: delete its JSON file to have it anew.

    Args:
        folder: made if there is none.
        scale: how much is computed.
        landscapes: folder that keeps the landscapes.
    """

    def __init__(self, folder: Path, scale: "Scale", landscapes: Path) -> None:
        from ..reproduce import Landscapes

        folder.mkdir(parents=True, exist_ok=True)
        self._landscapes = Landscapes(landscapes)
        self._folder, self._scale = folder, scale
        self._entries: dict[str, Mapping[str, Any]] = {}

    def add(self, name: str, progress: "Progress") -> Mapping[str, Any]:
        """Compute and write one item; its entry, or the error that it ended with."""
        entry = self._finished(name)
        if entry is None:
            try:
                entry = self._computed(name, progress)
            except Exception as error:
                # One item's failure, whatever it is, must not cost the others.
                entry = {"name": name, "error": f"{type(error).__name__}: {error}"}
        self._entries[name] = entry
        self._write_index()
        return entry

    def _computed(self, name: str, progress: "Progress") -> Mapping[str, Any]:
        from ..reproduce import REPRODUCTIONS

        item, began = REPRODUCTIONS[name], time.monotonic()
        result = item(self._scale, progress, self._landscapes)
        pictures = write_item(result, item.covers, self._folder / f"{name}.md")
        entry = {
            **as_entry(result, item.covers),
            "asked": self._asked(),
            "pictures": pictures,
            "seconds": time.monotonic() - began,
        }
        _write(self._folder / f"{name}.json", json.dumps(entry, indent=1, ensure_ascii=False))
        return entry

    def _finished(self, name: str) -> Mapping[str, Any] | None:
        file = self._folder / f"{name}.json"
        if not file.is_file():
            return None
        entry: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return entry if entry.get("asked") == self._asked() else None

    def _asked(self) -> str:
        """What must be the same for a result to stand; an item may change its own scale."""
        from .. import __version__

        return f"{__version__}, {self._scale}"

    def _write_index(self) -> None:
        from ..reproduce import NOT_REPRODUCED
        from ..reproduce.pages import index_page

        text = index_page(list(self._entries.values()), NOT_REPRODUCED)
        _write(self._folder / "README.md", f"{text}\n<!-- {MARK} -->\n")


def _write(file: Path, text: str) -> None:
    with replacing(file) as place:
        place.write_text(text, encoding="utf-8")
