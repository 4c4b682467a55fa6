"""The explorer: see a landscape, in a browser, in a file, in a notebook."""

from typing import TYPE_CHECKING

from ..lazy_names import open_lazily

if TYPE_CHECKING:
    from .explorer_data import ExplorerData, explorer_data, landscape_data
    from .limits import MOST_MINIMA
    from .server import ExplorerServer
    from .source import LandscapeSource, NetworkSource, Source
    from .view import export, view

__all__ = [
    "MOST_MINIMA",
    "ExplorerData",
    "ExplorerServer",
    "LandscapeSource",
    "NetworkSource",
    "Source",
    "explorer_data",
    "export",
    "landscape_data",
    "view",
]

open_lazily(__name__)
