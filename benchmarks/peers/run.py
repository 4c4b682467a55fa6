"""thalweg beside pele, TopSearch and SciPy: same function, data, starts and core.

Every peer runs in an environment of its own, made under .venv-peers on first use.
Run: python benchmarks/peers/run.py [seconds a peer]
"""

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

import thalweg as tw
from thalweg.datasets import spirals
from thalweg.problems import NeuralNetwork

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parents[1] / ".venv-peers"
INSTALLS = {
    "scipy": [["numpy==2.4.6", "scipy==1.17.1"]],
    "pele": [
        ["--no-deps", "pele==0.1.2"],
        ["numpy<2", "scipy<1.15", "matplotlib", "networkx", "sqlalchemy<2", "munkres", "pyro4"],
    ],
    "topsearch": [["topsearch==0.0.3"]],
}
SCRIPTS = {
    "scipy": "quench_scipy.py",
    "pele": "quench_pele.py",
    "topsearch": "topsearch_runs.py",
}
N_STARTS, N_PAIRS = 256, 32


def environment(peer: str) -> str | None:
    """The interpreter of a peer's environment; None, and a line that says so, if it cannot be made."""
    folder = ENVIRONMENTS / peer
    python, mark = folder / "bin" / "python", folder / "installed"
    if not mark.exists():
        venv.create(folder, with_pip=True, clear=True)
        for packages in INSTALLS[peer]:
            made = subprocess.run(
                [python, "-m", "pip", "install", "--quiet", *packages],
                capture_output=True,
                text=True,
            )
            if made.returncode != 0:
                print(f"{peer} is left out: {made.stderr.strip().splitlines()[-1]}")
                return None
        mark.touch()
    return str(python)


def shared_problem(file: Path) -> None:
    """The 2-3-2 spiral network with 400 points, starts, and pairs of near minima, aligned."""
    data = spirals(400, 0)
    problem = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(3,), l2=1e-5)
    rng = np.random.default_rng(0)
    starts = 2 * rng.normal(size=(N_STARTS, problem.dimension))
    minima = {round(m.loss, 8): m for m in tw.quench(problem, starts).minima if m is not None}
    points = np.array([m.coordinates for m in minima.values()])
    pairs = []
    for i in rng.permutation(len(points))[:N_PAIRS]:
        images = [problem.symmetry.align(y, points[i]) for k, y in enumerate(points) if k != i]
        nearest = min(images, key=lambda y: float(np.linalg.norm(y - points[i])))
        pairs.append((points[i], nearest))
    np.savez(
        file,
        inputs=data.inputs,
        targets=data.targets,
        hidden=3,
        l2=1e-5,
        starts=starts,
        pairs=np.array(pairs),
    )


def lines_of(python: str, script: str, file: Path, seconds: float) -> list[dict]:
    """The JSON lines that a script prints, run on one core."""
    settings = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [python, str(HERE / script), str(file), str(seconds)],
        capture_output=True,
        text=True,
        env=settings,
    )
    if done.returncode != 0:
        print(f"{script} failed: {done.stderr.strip().splitlines()[-1:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def main(seconds: float) -> None:
    """Run everyone on the same problem and print two tables."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "problem.npz"
        shared_problem(file)
        # Children inherit it: everyone runs on the same one core.
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        rows = lines_of(sys.executable, "quench_thalweg.py", file, seconds)
        for peer, script in SCRIPTS.items():
            python = environment(peer)
            if python is not None:
                rows += lines_of(python, script, file, seconds)
    console = Console(width=130)
    ours = next(r for r in rows if r["peer"] == "thalweg")
    columns = ("quenches", "reach 1e-10", "reach 1e-6", "to 1e-10 per s", "to 1e-6 per s")
    table = Table("quench", *columns, "thalweg is faster by")
    for row in (r for r in rows if "quenches" in r):
        strict = row["converged per second"]
        loose = row["quenches"] * row["reach 1e-6"] / row["seconds"]
        ratios = [
            ours["converged per second"] / rate if rate > 0 else None for rate in (strict, loose)
        ]
        table.add_row(
            row["peer"],
            str(row["quenches"]),
            *(f"{row[k]:.0%}" for k in ("reach 1e-10", "reach 1e-6")),
            f"{strict:.2f}",
            f"{loose:.2f}",
            " / ".join("—" if r is None else f"{r:.0f} ×" for r in ratios),
        )
    console.print(table)
    ours = next(r for r in rows if r["peer"] == "thalweg transition states")
    table = Table(
        "search", "pairs", "transition states", "reach 1e-10", "per second", "thalweg is faster by"
    )
    for row in (r for r in rows if "pairs" in r):
        ratio = f"{ours['per second'] / row['per second']:.0f} ×" if row["per second"] > 0 else "—"
        table.add_row(
            row["peer"],
            str(row["pairs"]),
            str(row["transition states"]),
            f"{row['reach 1e-10']:.0%}",
            f"{row['per second']:.2f}",
            ratio,
        )
    console.print(table)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 30.0)
