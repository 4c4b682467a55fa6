"""Paths and database URLs as users write them, and as they are shown."""

import re
from pathlib import Path

_HIDDEN = "***"

_PASSWORD_OF_USER = re.compile(r"(://[^:/?#@\s]*):.*@", re.DOTALL)
_PASSWORD_IN_TEXT = re.compile(r"(://[^:/?#@\s]*):\S*@")
_PASSWORD_AS_OPTION = re.compile(r"([?&;](?:ssl)?password=)[^&;\s]*", re.IGNORECASE)

_SCHEME = r"\b(?:postgres(?:ql)?|psql|pgsql|sqlite3?|mysql|mariadb)(?:\+\w+)?(?!://)"
# A user before a password and a host, without anything in front; no drive of Windows.
_NO_SCHEME = r"(?<![^\s'\"(])(?://)?[^/:@\s\\]+(?=:[^/@\s\\]*@[^/@\s]+/)"
_NEAR_URL = re.compile(
    rf"\s*(?:{_SCHEME}\s*(?:[:;]|//|/+[^/:@\s]*:[^@]*@)|{_NO_SCHEME})", re.IGNORECASE
)
"""What begins like a database URL: without its colon, with a slash too few, or as `Path` makes it of one."""

_PASSWORD_OF_NEAR_URL = re.compile(
    rf"({_SCHEME}\s?[:;]?\s?/*[^:/?#@\s]*|{_NO_SCHEME}):\S*@", re.IGNORECASE
)


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

    Raises:
        ValueError: for what is neither, but begins like a URL; or as `user_path`.
    """
    # A path would make one slash of two.
    if isinstance(location, str) and "://" in location:
        return location
    if _NEAR_URL.match(str(location)):
        raise ValueError(
            f"{shown(location)} is no database URL, though it begins like one. Expected sqlite:///FILE or "
            "postgresql://USER@HOST/NAME as text; ./ before it makes it the name of a file."
        )
    return user_path(location)


def shown(location: str | Path | None) -> str:
    """A file name or URL as messages, tables and JSON show it: without a password; 'memory' for None.

    What stands between the user and the last @ is hidden, so that a password which nobody encoded is, too.
    """
    if location is None:
        return "memory"
    text = str(location)
    if "://" in text:
        text = _PASSWORD_OF_USER.sub(rf"\1:{_HIDDEN}@", text)
    elif _NEAR_URL.match(text):
        text = _PASSWORD_OF_NEAR_URL.sub(rf"\1:{_HIDDEN}@", text)
    else:
        return text
    return _PASSWORD_AS_OPTION.sub(rf"\g<1>{_HIDDEN}", text)


def without_passwords(text: str) -> str:
    """A text in which URLs may stand, as a command or a traceback, without their passwords."""
    for password in (_PASSWORD_IN_TEXT, _PASSWORD_OF_NEAR_URL):
        text = password.sub(rf"\1:{_HIDDEN}@", text)
    return _PASSWORD_AS_OPTION.sub(rf"\g<1>{_HIDDEN}", text)
