"""7,842 distinct minima of the two-spiral network with 5 hidden units (published: 92 hours).

Prints distinct minima and Chao1 against time.
Run: python benchmarks/minima.py [--minima 7842] [--file FILE] [--quick] [--keep]
"""

import tempfile
from pathlib import Path

import numpy as np
from records import arguments, report

import thalweg as tw
from thalweg.datasets import spirals
from thalweg.problems import NeuralNetwork
from thalweg.search.exploration.explorer import Explorer
from thalweg.search.exploration.plan import Stop


def mapped(minima: int, file: str | None) -> list[dict]:
    """Map until so many minima are known: the course of the run, and what is known at its end."""
    data = spirals()
    problem = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(5,))
    rows: list[tw.Progress] = []
    with tempfile.TemporaryDirectory() as folder:
        location = file or str(Path(folder) / "minima.db")
        landscape = tw.Landscape.open_or_create(problem, location)
        with Explorer(landscape, Stop(minima=minima), progress=rows.append) as run:
            run.find_minima(with_transition_states=True)
        print(f"{landscape.outcome()}; {rows[-1].seconds / 60:.1f} minutes (published: 92 hours)")
        losses = np.sort(landscape.network().losses)
        # As the Fortran programs' inputs count.
        print(f"distinct losses at 1e-4: {1 + int((np.diff(losses) > 1e-4).sum())}")
        print(f"largest RMS gradient: {landscape.worst_rms_gradient().minima:.1e}")
    return [row(rows, share, minima) for share in (0.25, 0.5, 0.75, 1.0)]


def row(rows: list[tw.Progress], share: float, minima: int) -> dict:
    """How far it was when so large a share of the minima was known."""
    then = next((r for r in rows if r.minima >= share * minima), rows[-1])
    return {
        "wanted": round(share * minima),
        "minima": then.minima,
        "s": then.seconds,
        "transition states": then.transition_states,
        "quenches": then.quenches,
        "coverage": then.coverage,
        "Chao1": then.chao1,
    }


if __name__ == "__main__":
    options = arguments(
        __doc__,
        ("--minima", {"type": int, "default": None}),
        ("--file", {"default": None, "help": "of the landscape, kept afterwards"}),
    )
    minima = options.minima or (60 if options.quick else 7842)
    report("minima", mapped(minima, options.file), key=("wanted",), options=options)
