"""7,842 distinct minima of the two-spiral network with 5 hidden units (published: 92 hours).

Prints distinct minima and Chao1 against time. Run: python benchmarks/minima.py [minima] [file]
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

import thalweg as tw
from thalweg.datasets import spirals
from thalweg.problems import NeuralNetwork
from thalweg.search.exploration.explorer import Explorer
from thalweg.search.exploration.plan import Stop


def main(minima: int, file: str | None) -> None:
    """Map until so many minima are known, then report."""
    data = spirals()
    problem = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(5,))
    rows: list[tw.Progress] = []
    with tempfile.TemporaryDirectory() as folder:
        location = file or str(Path(folder) / "minima.db")
        landscape = tw.Landscape.open_or_create(problem, location)
        with Explorer(landscape, Stop(minima=minima), progress=rows.append) as run:
            run.find_minima(with_transition_states=True)
        report(landscape, rows)


def report(landscape: tw.Landscape, rows: list[tw.Progress]) -> None:
    """The course of the run, at twelve instants, and where its time went."""
    table = Table("seconds", "minima", "transition states", "quenches", "coverage", "Chao1")
    for row in (rows[i] for i in np.linspace(0, len(rows) - 1, 12).astype(int)):
        table.add_row(
            f"{row.seconds:.0f}",
            str(row.minima),
            str(row.transition_states),
            str(row.quenches),
            f"{row.coverage:.3f}",
            f"{row.chao1:.0f}",
        )
    losses = np.sort(landscape.network().losses)
    console = Console(width=110)
    console.print(table)
    console.print(
        f"{landscape.outcome()}; {rows[-1].seconds / 60:.1f} minutes (published: 92 hours)"
    )
    coarse = 1 + int((np.diff(losses) > 1e-4).sum())
    console.print(f"distinct losses at 1e-4, as the Fortran programs' inputs count: {coarse}")
    worst = landscape.worst_rms_gradient().minima
    console.print(f"largest RMS gradient of a minimum: {worst:.1e}")


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 7842, sys.argv[2] if len(sys.argv) > 2 else None
    )
