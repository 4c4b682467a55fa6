"""The command line: parse, call, print."""

import os
import sys
from typing import NoReturn

from ..search.exploration.executor import SINGLE_THREAD_FLAG

# XLA reads its flags when it is first used; whoever has set some knows better.
os.environ.setdefault("XLA_FLAGS", SINGLE_THREAD_FLAG)

from . import (  # noqa: F401  (they add the commands)
    comparisons,
    exchange,
    learning,
    metrics,
    plots,
    readings,
    reproduce,
    scans,
    searches,
    sweeps,
)
from .app import app
from .console import errors


def main() -> NoReturn:
    """Entry point: errors of the user are shown in one line, without a traceback."""
    from ..landscape.errors import LandscapeError

    try:
        app()
    except (LandscapeError, ValueError, OSError) as error:
        message = " ".join(str(error).split())
        errors.print(
            f"{type(error).__name__}: {message}", style="red", markup=False, soft_wrap=True
        )
        sys.exit(1)
    except KeyboardInterrupt:
        errors.print("interrupted; all batches before are saved.")
        sys.exit(130)
    sys.exit(0)
