"""Share of minima that are proved, and CPU time a point, by size of the network, in float64 and in Arb balls.

Run: python benchmarks/certificate.py [minima of each size]
"""

import resource
import sys
import time

import numpy as np
from rich.console import Console
from rich.table import Table

import thalweg as tw
from thalweg.certificate.arbs import Arbs
from thalweg.certificate.balls import Balls
from thalweg.certificate.krawczyk import Proof, prove
from thalweg.certificate.problem_enclosure import ProblemPrograms
from thalweg.datasets import spirals
from thalweg.problems import NeuralNetwork

SIZES = (
    ((4,), 400),
    ((5,), 400),
    ((5,), 3200),
    ((5, 5), 3200),
    ((20,), 3200),
    ((40,), 3200),
)
"""Hidden units and points: from a landscape that is searched in seconds to d = 202."""
BITS = 96


def proved(programs: ProblemPrograms, points: list, arithmetic) -> tuple[int, float]:
    """How many points are proved in one arithmetic, and CPU seconds a point, the median."""
    enclosure = programs.enclosed_by(arithmetic)
    count, seconds = 0, []
    # Once before the clock: what does not depend on the point is kept.
    prove(enclosure, *points[0])
    for point in points:
        began = time.process_time()
        count += isinstance(prove(enclosure, *point), Proof)
        seconds.append(time.process_time() - began)
    return count, float(np.median(seconds))


def row(hidden: tuple[int, ...], n: int, minima: int) -> list[str]:
    """One line of the table."""
    data = spirals(train=n, test=10)
    problem = NeuralNetwork.from_data(data.inputs, data.targets, hidden=hidden)
    landscape = tw.explore(problem, minima=minima, connect=False, workers=1, seed=0)
    reduction = problem.reduction()
    programs = ProblemPrograms(reduction.problem)
    points = []
    for minimum in landscape.minima()[:minima]:
        z = reduction.contract(minimum.coordinates[None])[0]
        points.append((z, programs.hessian(z), 10 * minimum.tolerance))
    cells = ["2-" + "-".join(map(str, hidden)) + "-2", str(problem.dimension), str(n)]
    for arithmetic in (Balls(), Arbs(BITS)):
        count, seconds = proved(programs, points, arithmetic)
        cells += [f"{count} of {len(points)}", f"{1e3 * seconds:.1f}"]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [*cells, f"{memory:.0f}"]


if __name__ == "__main__":
    table = Table(
        *(
            "network",
            "d",
            "N",
            "float64",
            "ms a point",
            f"Arb, {BITS} bits",
            "ms a point",
            "peak MiB",
        )
    )
    for hidden, n in SIZES:
        table.add_row(*row(hidden, n, int(sys.argv[1]) if len(sys.argv) > 1 else 5))
    Console(width=110).print(table)
