"""The formats by name."""

import warnings

from .bundle import read_bundle, write_bundle
from .format import ExchangeFormat, FileFormat
from .pathsample import read_pathsample, write_pathsample
from .pele import read_pele, write_pele
from .sqlite import read_sqlite, write_sqlite
from .topsearch import read_topsearch, write_topsearch

FORMATS: dict[str, ExchangeFormat] = {
    "pathsample": FileFormat("pathsample", write_pathsample, read_pathsample),
    "bundle": FileFormat("bundle", write_bundle, read_bundle),
    "pele": FileFormat("pele", write_pele, read_pele),
    "sqlite": FileFormat("sqlite", write_sqlite, read_sqlite),
    "topsearch": FileFormat("topsearch", write_topsearch, read_topsearch),
}
"""The formats that the command line knows; Python takes any `ExchangeFormat`."""

FORMER_NAMES = {"fortran": "pathsample"}
"""Names of version 0.1, accepted with a warning."""


def exchange_format(format: str | ExchangeFormat) -> ExchangeFormat:
    """The format of that name; a format itself is returned as it is.

    Raises:
        ValueError: if no format has that name.
    """
    if not isinstance(format, str):
        return format
    name = FORMER_NAMES.get(format, format)
    if name not in FORMATS:
        raise ValueError(
            f"no format is called {format!r}; expected one of {', '.join(FORMATS)}, or an "
            "`ExchangeFormat` of your own."
        )
    if name != format:
        warnings.warn(
            f"the format {format!r} is now called {name!r}.", DeprecationWarning, stacklevel=2
        )
    return FORMATS[name]
