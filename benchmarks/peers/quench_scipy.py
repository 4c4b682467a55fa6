"""SciPy: L-BFGS-B from every start, and `basinhopping` with its defaults.

Run: python quench_scipy.py problem.npz seconds
"""

import json
import sys
import time

import numpy as np
import scipy
from network import TOLERANCE, Network, time_quenches
from scipy.optimize import basinhopping, minimize

if __name__ == "__main__":
    network, seconds = Network(sys.argv[1]), float(sys.argv[2])
    options = {
        "maxcor": 10,
        "ftol": 0,
        "gtol": 1e-12,
        "maxiter": 10**6,
        "maxfun": 10**7,
        "maxls": 40,
    }
    time_quenches(
        f"SciPy {scipy.__version__} L-BFGS-B",
        network,
        lambda x: minimize(network, x, jac=True, method="L-BFGS-B", options=options).x,
        seconds,
    )
    calls_before = network.calls
    rms, began = [], time.process_time()

    def note(x, _loss, _accepted):
        """Stop the chain when the time is up."""
        rms.append(network.rms(x))
        return time.process_time() - began > seconds

    basinhopping(
        network,
        network.starts[0],
        niter=10**6,
        T=0.1,
        stepsize=5.0,
        rng=0,
        callback=note,
        minimizer_kwargs={"method": "L-BFGS-B", "jac": True, "options": options},
    )
    took, rms = time.process_time() - began, np.array(rms)
    evaluations = (network.calls - calls_before) / max(len(rms), 1)
    row = {
        "peer": f"SciPy {scipy.__version__} basinhopping",
        "quenches": len(rms),
        "seconds": took,
        "reach 1e-10": float((rms < TOLERANCE).mean()),
        "reach 1e-6": float((rms < 1e-6).mean()),
        "converged per second": float((rms < TOLERANCE).sum() / took),
        "evaluations": evaluations,
        "hessians": 0.0,
    }
    print(json.dumps(row))
