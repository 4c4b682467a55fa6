"""Share of minima that are proved, and CPU time a point, by size of the network, in float64 and in Arb balls.

Run: python benchmarks/certificate.py [--minima 5] [--quick] [--keep]
"""

import resource
import time

import numpy as np
from records import arguments, report

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


def row(hidden: tuple[int, ...], n: int, minima: int) -> dict:
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
    line = {"network": "2-" + "-".join(map(str, hidden)) + "-2", "d": problem.dimension, "N": n}
    for name, arithmetic in (("float64", Balls()), (f"Arb, {BITS} bits", Arbs(BITS))):
        count, seconds = proved(programs, points, arithmetic)
        line |= {f"{name}, proved": count / len(points), f"{name}, ms a point": 1e3 * seconds}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**line, "peak MiB": memory}


if __name__ == "__main__":
    options = arguments(__doc__, ("--minima", {"type": int, "default": 5}))
    rows = [row(*size, options.minima) for size in (SIZES[:2] if options.quick else SIZES)]
    report("certificate", rows, key=("network", "N"), options=options)
