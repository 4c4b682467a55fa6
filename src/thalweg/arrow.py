"""Apache Arrow, which reads and writes Parquet and unpacks Zstandard; an extra, for it is 150 MB large."""

from types import ModuleType


def arrow(purpose: str) -> ModuleType:
    """The module `pyarrow`, with `pyarrow.parquet`.

    Args:
        purpose: what needs it, as the subject of "… needs pyarrow": "a Parquet file".

    Raises:
        ImportError: if it is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ImportError(f"{purpose} needs pyarrow: pip install 'thalweg[parquet]'.") from error
    module: ModuleType = pyarrow
    return module
