"""Formats of other programs, one module each."""

import warnings
from typing import TYPE_CHECKING, Any

from ...lazy_names import open_lazily

if TYPE_CHECKING:
    from .bundle import read_bundle, write_bundle
    from .format import ExchangeFormat, FileFormat
    from .pathsample import read_pathsample, write_pathsample
    from .pathsample_network import PathsampleNetwork, read_pathsample_network
    from .pele import read_pele, write_pele
    from .points import ForeignPoints, Written
    from .registry import FORMATS, exchange_format
    from .sqlite import read_sqlite, write_sqlite
    from .topsearch import read_topsearch, write_topsearch

__all__ = [
    "FORMATS",
    "ExchangeFormat",
    "FileFormat",
    "ForeignPoints",
    "PathsampleNetwork",
    "Written",
    "exchange_format",
    "read_bundle",
    "read_pathsample",
    "read_pathsample_network",
    "read_pele",
    "read_sqlite",
    "read_topsearch",
    "write_bundle",
    "write_pathsample",
    "write_pele",
    "write_sqlite",
    "write_topsearch",
]

_FORMER_FUNCTIONS = {"read_fortran": "read_pathsample", "write_fortran": "write_pathsample"}


def __getattr__(name: str) -> Any:
    """Functions by their names of version 0.1, with a warning."""
    if name not in _FORMER_FUNCTIONS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import pathsample

    present = _FORMER_FUNCTIONS[name]
    warnings.warn(f"{name} is now {present}.", DeprecationWarning, stacklevel=2)
    return getattr(pathsample, present)


open_lazily(__name__)
