"""Paths as users write them."""

from pathlib import Path


def user_path(path: str | Path) -> Path:
    """A path with `~` at its start replaced by the home directory, as a shell does.

    Raises:
        ValueError: for `~name` of somebody who has no home directory here.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise ValueError(f"{path}: {str(error).rstrip('.')}. Write the path in full.") from error


def file_or_url(location: str | Path) -> Path | str:
    """A database URL as it is, anything else as `user_path` has it.

    Raises: as `user_path`.
    """
    # A path would make one slash of two.
    return location if isinstance(location, str) and "://" in location else user_path(location)
