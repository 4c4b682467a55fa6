"""Damaged files, thousands of them, to every importer: only errors of its own may come of them.

    python tests/fuzz/fuzzing.py --cases 10000 --seed 0 [IMPORTER …]

Each importer reads in a process of its own, with a limit of memory and of time a file. A process that dies is
noted as a crash, and the next one goes on behind that file. Whatever fails is kept in a folder that is named.
"""

import argparse
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from importers import IMPORTERS, Importer, write_files

SECONDS_A_FILE = 20
"""A file of some kilobytes takes milliseconds."""
MORE_MEMORY = 2**30
"""Bytes beyond what the process had at its start, undamaged files read."""


@dataclass
class Outcome:
    """What came of the damaged files.

    Attributes:
        counts: by what came of each: read, refused, or a failure.
        failures: the first of each kind, by description.
        mebibytes: by which the memory grew.
    """

    counts: Counter[str] = field(default_factory=Counter)
    failures: dict[str, int] = field(default_factory=dict)
    mebibytes: float = 0.0


def try_case(importer: Importer, seed: int, number: int, folder: Path) -> str:
    """What comes of one damaged file: "read", "refused", or the last line of a traceback and where."""
    random = np.random.default_rng([seed, number])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        files = importer.damaged(random)
        write_files(files, folder)
        try:
            importer.read(folder)
        except importer.errors as error:
            return "refused" if str(error).strip() else "an error without words"
        except Exception as error:
            steps = traceback.extract_tb(error.__traceback__)
            where = [
                f"{Path(s.filename).name}:{s.lineno}" for s in steps if "thalweg" in s.filename
            ]
            return f"{type(error).__name__}: {str(error)[:120]!r} at {where[-1:]}"
    return "read"


def check_seeds(importer: Importer, folder: Path) -> None:
    """Undamaged files must be read, or nothing that follows says anything."""
    for files in importer.seeds:
        write_files(files, folder)
        importer.read(folder)


def run(name: str, seed: int, cases: int, keep: Path) -> Outcome:
    """All cases of one importer, in processes that may die."""
    outcome, start = Outcome(), 0
    while start < cases:
        has_begun = False
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _work(name, seed, range(start, cases), keep, os.fdopen(writing, "w", buffering=1))
        os.close(writing)
        for line in os.fdopen(reading):
            has_begun = True
            number, what = line.rstrip("\n").split(" ", 1)
            if what.startswith("memory "):
                outcome.mebibytes = max(outcome.mebibytes, float(what.split()[1]))
            elif what != "begins":
                _count(outcome, int(number), what)
            start = int(number) + (what != "begins")
        status = os.waitpid(child, 0)[1]
        if not has_begun:
            raise SystemExit(f"{name}: the undamaged files are not read")
        if status != 0:
            ending = signal.Signals(status & 127).name if status & 127 else f"exit {status >> 8}"
            _count(outcome, start, f"CRASH: {ending}")
            start += 1
    return outcome


def _count(outcome: Outcome, number: int, what: str) -> None:
    outcome.counts[what] += 1
    if what not in ("read", "refused"):
        outcome.failures.setdefault(what, number)


def _work(name: str, seed: int, numbers: range, keep: Path, report) -> None:
    """In the child: never returns, also where its parent is gone."""
    try:
        _try_all(name, seed, numbers, keep, report)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def _try_all(name: str, seed: int, numbers: range, keep: Path, report) -> None:
    importer = IMPORTERS[name]()
    with tempfile.TemporaryDirectory() as folder:
        check_seeds(importer, Path(folder) / "files")
        signal.signal(signal.SIGALRM, _too_long)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (_address_space() + MORE_MEMORY, hard))
        for number in numbers:
            print(number, "begins", file=report)
            signal.alarm(SECONDS_A_FILE)
            what = try_case(importer, seed, number, Path(folder) / "files")
            signal.alarm(0)
            if what not in ("read", "refused"):
                target = keep / f"{name}-{number}"
                shutil.copytree(Path(folder) / "files", target, dirs_exist_ok=True)
            print(number, what.replace("\n", " "), file=report)
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            if number % 100 == 99 or number == numbers[-1]:
                print(number, f"memory {grown}", file=report)


def _address_space() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _too_long(*_: object) -> None:
    raise RuntimeError("it took too long")


def main() -> None:
    """Print a table, and fail if anything but the importers' own errors came up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("importers", nargs="*", default=list(IMPORTERS))
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    keep = Path(tempfile.mkdtemp(prefix="fuzz-"))
    has_failed = False
    print(f"{'importer':<12}{'files':>8}{'read':>8}{'refused':>9}{'failed':>8}{'MiB':>7}{'s':>7}")
    for name in options.importers:
        start = time.monotonic()
        outcome = run(name, options.seed, options.cases, keep)
        n = outcome.counts.total()
        n_good = outcome.counts["read"] + outcome.counts["refused"]
        print(
            f"{name:<12}{n:>8}{outcome.counts['read']:>8}{outcome.counts['refused']:>9}{n - n_good:>8}"
            f"{outcome.mebibytes:>7.0f}{time.monotonic() - start:>7.0f}",
            flush=True,
        )
        for what, number in outcome.failures.items():
            print(f"  {outcome.counts[what]}, the first of them case {number}: {what}")
        has_failed |= bool(outcome.failures)
    if has_failed:
        print(f"files that failed: {keep}")
        sys.exit(1)
    shutil.rmtree(keep)


if __name__ == "__main__":
    main()
