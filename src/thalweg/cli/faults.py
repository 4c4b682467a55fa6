"""How a command ends that could not do what it was asked."""

import os
import platform
import sys
import tempfile
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn, TextIO

from ..paths import without_passwords
from ..spelling import one_line
from .console import errors

USAGE, FAULT, GO_ON = 1, 70, 75
"""Exit codes: of what the user or the machine can mend, of a fault of ours (EX_SOFTWARE), and of a command
whose time is up, which goes on when it is given again (EX_TEMPFAIL)."""

_MOST_CHARACTERS = 2000
"""Of a message: names and values of the user's may be of any length."""


def end_with(error: Exception) -> NoReturn:
    """Say in one line what was wrong, and exit."""
    if isinstance(error, BrokenPipeError):
        # Whoever read our output has enough, as `head` does. Nothing more is to be flushed to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(USAGE)
    if _is_mendable(error):
        _say(f"{type(error).__name__}: {error}")
        sys.exit(USAGE)
    _say(_fault_line(error))
    sys.exit(FAULT)


@contextmanager
def warnings_in_one_line() -> Iterator[None]:
    """Show warnings as notes, each in one line, without the place in our code that they come from."""

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        errors.print(
            f"note: {_shown(message, _MOST_CHARACTERS)}",
            highlight=False,
            soft_wrap=True,
        )

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield


def _is_mendable(error: Exception) -> bool:
    from ..landscape.errors import LandscapeError

    # XLA knows running out of memory by a code in the text only.
    is_out_of_memory = "RESOURCE_EXHAUSTED" in str(error)
    kinds = (
        LandscapeError,
        ValueError,
        OSError,
        MemoryError,
        ImportError,  # an extra that is not installed
        NotImplementedError,  # what a problem does not have
    )
    return isinstance(error, kinds) or is_out_of_memory


def _fault_line(error: Exception) -> str:
    from .. import __version__

    cause = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    fault = f"This is a fault of thalweg {__version__} ({_shown(cause, 300)}). Please report it"
    command = " ".join(sys.argv)
    versions = f"thalweg {__version__}, Python {sys.version}, {platform.platform()}"
    lines = [versions, command, "", *traceback.format_exception(error)]
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="thalweg-", suffix=".txt", delete=False, encoding="utf-8", errors="replace"
        ) as file:
            # A database URL may hold a password.
            file.write(without_passwords("\n".join(lines)))
    except OSError as problem:
        return f"{fault}; its traceback could not be written ({problem})."
    return (
        f"{fault} where you got thalweg, with {file.name}: it holds the command and the traceback."
    )


def _say(message: str) -> None:
    errors.print(_shown(message, _MOST_CHARACTERS), style="red", soft_wrap=True)


def _shown(message: object, most: int) -> str:
    # Passwords go first: of a URL that is cut off within one nobody could tell.
    return one_line(without_passwords(str(message)), most)
