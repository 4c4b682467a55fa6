"""The command line: parse, call, print."""

import io
import os
import sys
from typing import NoReturn

from ..compiled_programs import SINGLE_THREAD_FLAG

# XLA reads its flags when it is first used; whoever has set some knows better.
os.environ.setdefault("XLA_FLAGS", SINGLE_THREAD_FLAG)

from . import (  # noqa: F401  (they add the commands)
    adding,
    certificates,
    checks,
    comparisons,
    completeness,
    consensus,
    conserved,
    exchange,
    explorer,
    metrics,
    pictures_of_minima,
    plots,
    readings,
    reproduce,
    scans,
    searches,
    superpositions,
    sweeps,
    training,
)
from .app import app
from .console import errors
from .faults import end_with, warnings_in_one_line
from .interruption import Interrupted, answered_signals, nobody_waited_for


def process() -> NoReturn:
    """The command as a process of its own, which ends with it: not for use within another program."""
    with nobody_waited_for():
        main()


def main() -> NoReturn:
    """The command line: errors and warnings are shown in one line each, without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that lacks a character shows its number.
            stream.reconfigure(errors="backslashreplace")
    try:
        with warnings_in_one_line(), answered_signals():
            app()
    except Interrupted:
        errors.print("interrupted: all that is known is saved; the same command goes on from here.")
        raise
    except Exception as error:
        end_with(error)
    sys.exit(0)
