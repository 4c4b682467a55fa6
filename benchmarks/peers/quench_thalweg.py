"""thalweg on the same function, starts and pairs.

Run: python quench_thalweg.py problem.npz
"""

import json
import os
import sys
import time

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"

import numpy as np

import thalweg as tw
from thalweg.problems import NeuralNetwork
from thalweg.search.exploration.transition_state_tasks import DoubleEnded, PairSearch


def quenches(problem, starts):
    """Newton quenches of all starts; compilation beforehand."""
    tw.quench(problem, starts[:16])
    began = time.process_time()
    result = tw.quench(problem, starts)
    took = time.process_time() - began
    steps = result.counts.steps / len(starts)
    return {
        "peer": "thalweg",
        "quenches": len(starts),
        "seconds": took,
        "reach 1e-10": result.counts.minima / len(starts),
        "reach 1e-6": result.counts.minima / len(starts),
        "converged per second": result.counts.minima / took,
        "evaluations": steps,
        "hessians": steps,
    }


def transition_states(problem, pairs):
    """Bands, transition states and both descents for all pairs; compilation beforehand."""
    ids = tuple((2 * i + 1, 2 * i + 2) for i in range(len(pairs)))
    task = PairSearch(0, 0, 0, ids, pairs, DoubleEnded())
    task.run(problem)
    began = time.process_time()
    batch = task.run(problem)
    took = time.process_time() - began
    return {
        "peer": "thalweg transition states",
        "pairs": len(pairs),
        "seconds": took,
        "transition states": len(batch.pathways),
        "per second": len(batch.pathways) / took,
        "reach 1e-10": 1.0,
    }


if __name__ == "__main__":
    data = np.load(sys.argv[1])
    problem = NeuralNetwork.from_data(
        data["inputs"], data["targets"], hidden=(int(data["hidden"]),), l2=float(data["l2"])
    )
    print(json.dumps(quenches(problem, data["starts"])))
    print(json.dumps(transition_states(problem, data["pairs"])))
