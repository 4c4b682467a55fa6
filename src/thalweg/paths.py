"""Paths and database URLs as users write them, and as they are shown."""

import re
from pathlib import Path

_HIDDEN = "***"

_PASSWORD_OF_USER = re.compile(r"(://[^:/?#@\s]*):.*@", re.DOTALL)
_PASSWORD_IN_TEXT = re.compile(r"(://[^:/?#@\s]*):\S*@")
_PASSWORD_AS_OPTION = re.compile(r"([?&;](?:ssl)?password=)[^&;\s]*", re.IGNORECASE)


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


def shown(location: str | Path | None) -> str:
    """A file name or URL as messages, tables and JSON show it: without a password; 'memory' for None.

    What stands between the user and the last @ is hidden, so that a password which nobody encoded is, too.
    """
    if location is None:
        return "memory"
    text = str(location)
    if not isinstance(location, str) or "://" not in text:
        return text
    text = _PASSWORD_OF_USER.sub(rf"\1:{_HIDDEN}@", text)
    return _PASSWORD_AS_OPTION.sub(rf"\g<1>{_HIDDEN}", text)


def without_passwords(text: str) -> str:
    """A text in which URLs may stand, as a command or a traceback, without their passwords."""
    text = _PASSWORD_IN_TEXT.sub(rf"\1:{_HIDDEN}@", text)
    return _PASSWORD_AS_OPTION.sub(rf"\g<1>{_HIDDEN}", text)
