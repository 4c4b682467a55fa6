"""What a benchmark measured, kept as JSON and shown beside what is measured today.

A script makes rows, one mapping each, and hands them on:

    if __name__ == "__main__":
        options = arguments(__doc__)
        report("engine", rows(options.quick), key=("what",), options=options)

`--keep` writes `results/engine.json` (`results/engine.quick.json` with `--quick`); without it the figures of
that file are shown in brackets. Machines differ, so each record holds how long a fixed kernel took there.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("thalweg", "jax", "jaxlib", "numpy", "scipy")
QUIET = 0.5
"""Load of a machine on which nothing else runs, at most, when a script begins."""


@dataclass(frozen=True)
class Record:
    """Figures of one run of a script.

    Attributes:
        rows: by column; those of the key are what was measured, the others the figures.
        machine: what the processor calls itself, or what the machine is called.
        cores: that the process may use.
        calibration: processor seconds of a fixed kernel of Python and linear algebra.
        shared: whether the machine had other work when the script began.
        versions: of Python and of what the figures depend on.
        date: of the run.
        command: that gives such figures.
    """

    rows: Sequence[Mapping[str, Any]]
    machine: str
    cores: int
    calibration: float
    shared: bool
    versions: Mapping[str, str]
    date: str
    command: str


def arguments(description: str | None, *more: tuple[str, Mapping[str, Any]]) -> argparse.Namespace:
    """The options of a script: `--quick`, `--keep`, `--machine` and those of `more`."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="sizes that take a minute or less")
    parser.add_argument("--keep", action="store_true", help="write the figures to results/")
    parser.add_argument("--machine", default=processor(), help="its name; that of the processor")
    for name, settings in more:
        parser.add_argument(name, **settings)
    options = parser.parse_args()
    options.shared = os.getloadavg()[0] > QUIET
    return options


def report(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    key: Sequence[str],
    options: argparse.Namespace,
    title: str = "",
    script: str = "",
) -> None:
    """Print the figures beside those that are kept, and keep them if that is asked for.

    Args:
        name: of the record; what stands before a dash is the script.
        rows: see above.
        key: columns that say what was measured.
        options: of `arguments`.
        title: of the table.
        script: its path in benchmarks/, where the name does not say it.
    """
    script = script or f"{name.partition('-')[0]}.py"
    quick = " --quick" if options.quick else ""
    today = Record(
        rows=rows,
        machine=options.machine,
        cores=len(os.sched_getaffinity(0)),
        calibration=calibration(),
        shared=options.shared,
        versions={"python": platform.python_version(), **installed()},
        date=date.today().isoformat(),
        command=f"python benchmarks/{script}{quick} --keep",
    )
    file = RESULTS / f"{name}{'.quick' if options.quick else ''}.json"
    kept = Record(**json.loads(file.read_text())) if file.exists() else None
    console = Console(width=150)
    console.print(beside(today, kept, key, title))
    console.print(compared(today, kept), highlight=False)
    if options.keep:
        file.parent.mkdir(exist_ok=True)
        file.write_text(
            json.dumps(asdict(today), indent=1, ensure_ascii=False, default=_plain) + "\n"
        )
        console.print(f"kept in {file}", highlight=False)


def beside(today: Record, kept: Record | None, key: Sequence[str], title: str) -> Table:
    """The table of today's figures, those that are kept in brackets."""
    names = list(dict.fromkeys(name for row in today.rows for name in row))
    former = {tuple(row[k] for k in key): row for row in (kept.rows if kept else ())}
    table = Table(*names, title=title)
    for row in today.rows:
        old = former.get(tuple(row[k] for k in key), {})
        table.add_row(*(_cell(row.get(n), None if n in key else old.get(n)) for n in names))
    return table


def compared(today: Record, kept: Record | None) -> str:
    """How the machine of today differs from that of the figures in brackets."""
    note = "other work ran on this machine; " if today.shared else ""
    if kept is None:
        return f"{note}nothing is kept yet (--keep)"
    shared = ", beside other work" if kept.shared else ""
    ratio = today.calibration / kept.calibration
    return (
        f"{note}in brackets: {kept.machine}, {kept.cores} cores, {kept.date}, thalweg "
        f"{kept.versions['thalweg']}{shared}. A fixed kernel takes {ratio:.2f} times as long today."
    )


def calibration() -> float:
    """Processor seconds of a fixed kernel: half of them in the interpreter, half in linear algebra."""
    a = np.random.default_rng(0).normal(size=(300, 300))
    symmetric, times = a + a.T, []
    for _ in range(5):
        began = time.process_time()
        total = 0.0
        for i in range(400_000):
            total += (i % 7) * 0.5
        np.linalg.eigvalsh(symmetric)
        for _ in range(5):
            np.tanh(a @ a)
        times.append(time.process_time() - began)
    return min(times)


def installed() -> dict[str, str]:
    """Versions of what the figures depend on."""
    return {name: importlib.metadata.version(name) for name in PACKAGES}


def processor() -> str:
    """What the processor calls itself."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _plain(number: Any) -> Any:
    """A number of NumPy as one of Python."""
    return number.item()


def _cell(value: Any, kept: Any) -> str:
    return _text(value) if kept is None else f"{_text(value)} ({_text(kept)})"


def _text(value: Any) -> str:
    if value is None:
        return "—"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
