"""Files of other programs, a file a format."""

from .bundle import read_bundle, write_bundle
from .pathsample import read_pathsample, write_pathsample
from .pele import read_pele, write_pele
from .points import ForeignPoints
from .topsearch import read_topsearch, write_topsearch

__all__ = [
    "ForeignPoints",
    "read_bundle",
    "read_pathsample",
    "read_pele",
    "read_topsearch",
    "write_bundle",
    "write_pathsample",
    "write_pele",
    "write_topsearch",
]
