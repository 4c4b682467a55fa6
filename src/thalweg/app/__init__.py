"""The explorer: see a landscape, in a browser, in a file, in a notebook."""

from typing import TYPE_CHECKING

from ..lazy_names import open_lazily

if TYPE_CHECKING:
    from .compared_source import ComparedSource
    from .explorer_data import explorer_data, landscape_data
    from .limits import MOST_MINIMA, Limits
    from .packing import ExplorerData
    from .server import ExplorerServer
    from .source import LandscapeSource, NetworkSource, Source
    from .view import export, view

__all__ = [
    "MOST_MINIMA",
    "ComparedSource",
    "ExplorerData",
    "ExplorerServer",
    "LandscapeSource",
    "Limits",
    "NetworkSource",
    "Source",
    "explorer_data",
    "export",
    "landscape_data",
    "view",
]

open_lazily(__name__)
