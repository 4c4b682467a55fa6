"""The function that every peer minimises: a 2-H-2 tanh network in NumPy, and what they report.

Parameters, as in thalweg: layer after layer the matrix [units, inputs + 1], bias last, row by row.
"""

import json
import sys
import time

import numpy as np

TOLERANCE = 1e-10


class Network:
    """Value and gradient of the mean cross-entropy with l2·‖θ‖², counting the calls."""

    def __init__(self, file: str) -> None:
        data = np.load(file)
        self.inputs, self.targets = data["inputs"], np.eye(2)[data["targets"]]
        self.l2, self.hidden = float(data["l2"]), int(data["hidden"])
        self.starts, self.pairs = data["starts"], data["pairs"]
        self.calls = 0

    def __call__(self, x):
        """Loss and gradient at `x`."""
        self.calls += 1
        first, second = np.split(x, [3 * self.hidden])
        first, second = first.reshape(self.hidden, 3), second.reshape(2, self.hidden + 1)
        h = np.tanh(self.inputs @ first[:, :2].T + first[:, 2])
        z = h @ second[:, :-1].T + second[:, -1]
        z = z - z.max(axis=1, keepdims=True)
        e = np.exp(z)
        total = e.sum(axis=1, keepdims=True)
        loss = np.mean(np.log(total[:, 0]) - (z * self.targets).sum(axis=1)) + self.l2 * (x @ x)
        delta = (e / total - self.targets) / len(self.inputs)
        back = (delta @ second[:, :-1]) * (1 - h * h)
        gradient = [
            np.c_[back.T @ self.inputs, back.sum(axis=0)],
            np.c_[delta.T @ h, delta.sum(axis=0)],
        ]
        return float(loss), np.concatenate([g.ravel() for g in gradient]) + 2 * self.l2 * x

    def rms(self, x) -> float:
        """RMS gradient at `x`."""
        return float(np.sqrt(np.mean(self(x)[1] ** 2)))

    def index(self, x, step=1e-5) -> int:
        """Number of negative Hessian eigenvalues at `x`, by central differences."""
        rows = [
            (self(x + step * e)[1] - self(x - step * e)[1]) / (2 * step) for e in np.eye(len(x))
        ]
        hessian = np.array(rows)
        return int((np.linalg.eigvalsh(hessian + hessian.T) < 0).sum())


def time_quenches(peer: str, network: Network, quench, seconds: float, hessians=lambda: 0) -> None:
    """Quench starts one after the other until the processor time is up; print one JSON line.

    `hessians` says how many Hessians there were so far; each counts among the evaluations, too.
    """
    rms, evaluations, second = [], [], []
    began = time.process_time()
    for start in network.starts:
        before, hessians_before = network.calls, hessians()
        end = quench(start)
        evaluations.append(network.calls - before)
        second.append(hessians() - hessians_before)
        rms.append(network.rms(end))
        if time.process_time() - began > seconds:
            break
    took = time.process_time() - began
    rms = np.array(rms)
    converged = rms < TOLERANCE
    print(
        json.dumps(
            {
                "peer": peer,
                "quenches": len(rms),
                "seconds": took,
                "reach 1e-10": float(converged.mean()),
                "reach 1e-6": float((rms < 1e-6).mean()),
                "converged per second": float(converged.sum() / took),
                "evaluations": float(np.median(evaluations)),
                "hessians": float(np.median(second)),
            }
        )
    )
    sys.stdout.flush()
