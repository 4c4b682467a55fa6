"""thalweg beside pele, TopSearch, SciPy and the method of MLPGradientFlow: same function, starts and core.

Every peer runs in an environment of its own, made under .venv-peers on first use; times are processor time.
An evaluation is one of loss and gradient; with a Hessian it is counted in both columns.
Run: python benchmarks/peers/run.py [--seconds 30, a peer] [--quick] [--keep]
"""

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from records import arguments, report

import thalweg as tw
from thalweg.datasets import spirals
from thalweg.problems import NeuralNetwork

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


def lines(seconds: float) -> list[dict]:
    """What everyone prints, on the same problem and the same one core."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "problem.npz"
        shared_problem(file)
        # Children inherit it.
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        rows = lines_of(sys.executable, "quench_thalweg.py", file, seconds)
        rows += lines_of(sys.executable, "quench_gradient_flow.py", file, seconds)
        for peer, script in SCRIPTS.items():
            python = environment(peer)
            if python is not None:
                rows += lines_of(python, script, file, seconds)
    return rows


def quench_row(line: dict, ours: dict) -> dict:
    """Quenches a second to two tolerances, and what each took."""
    strict = line["converged per second"]
    return {
        "quench": line["peer"],
        "quenches": line["quenches"],
        "reach 1e-10": line["reach 1e-10"],
        "reach 1e-6": line["reach 1e-6"],
        "to 1e-10 per s": strict,
        "to 1e-6 per s": line["quenches"] * line["reach 1e-6"] / line["seconds"],
        "evaluations": line.get("evaluations"),
        "Hessians": line.get("hessians"),
        "thalweg is faster by": ours["converged per second"] / strict if strict > 0 else None,
    }


def search_row(line: dict, ours: dict) -> dict:
    """Transition states a second."""
    rate = line["per second"]
    return {
        "search": line["peer"],
        "pairs": line["pairs"],
        "transition states": line["transition states"],
        "reach 1e-10": line["reach 1e-10"],
        "per s": rate,
        "thalweg is faster by": ours["per second"] / rate if rate > 0 else None,
    }


if __name__ == "__main__":
    options = arguments(__doc__, ("--seconds", {"type": float, "default": None}))
    printed = lines(options.seconds or (5.0 if options.quick else 30.0))
    quenches = [line for line in printed if "quenches" in line]
    searches = [line for line in printed if "pairs" in line]
    rows = [quench_row(line, quenches[0]) for line in quenches]
    report("peers-quenches", rows, key=("quench",), options=options, script="peers/run.py")
    rows = [search_row(line, searches[0]) for line in searches]
    report("peers-searches", rows, key=("search",), options=options, script="peers/run.py")
