# mypy: ignore-errors
"""Checks what `thalweg certificate export` wrote, without thalweg: python THIS_FILE proof.json

For networks of tanh units with cross-entropy; needs NumPy and python-flint. Of each point, in balls of 128
bits, with gradient g, Hessian H, X = x ± r and a symmetric Y: |Y g(x)| + |Y H(X) − 1| r < r. So X holds
exactly one stationary point (Krawczyk); and no matrix between Y⁻¹ and H(X) is singular, so that H(X) has as
many negative eigenvalues as Y, whose elimination has as many negative pivots (Sylvester). The stored point is
no farther than stated, and the data are those of the fingerprint.
"""

import hashlib
import json
import sys

import numpy as np
from flint import arb, arb_mat, ctx

ctx.prec, KINDS = 128, {"minimum": [0], "transition state": [1], "saddle": range(1, 10**6)}


class Dual:  # a ball and its derivatives by all parameters, which are one row, or none
    def __init__(self, v, t):
        self.v, self.t = v, t

    def __add__(self, o):
        return Dual(self.v + o.v, self.t + o.t)

    def __mul__(self, o):
        return Dual(self.v * o.v, self.t * o.v + o.t * self.v)


tanh = np.vectorize(lambda a: Dual(t := a.v.tanh(), a.t * (1 - t * t)), otypes=[object])
exp = np.vectorize(lambda a: Dual(a.v.exp(), a.t * a.v.exp()), otypes=[object])
inverse = np.vectorize(lambda a: Dual(1 / a.v, a.t * (-1 / a.v / a.v)), otypes=[object])


def gradient(problem, x):
    options, data = problem["choices"], {k: a["values"] for k, a in problem["arrays"].items()}
    exact = np.vectorize(lambda v: Dual(arb(v), x[0].t * 0), otypes=[object])
    one = exact(np.ones((1, len(data["inputs"]))))
    h, rest, layers, result = np.vstack([exact(data["inputs"]).T, one]), x, [], []
    for units in [*options["hidden"], options["n_outputs"]]:
        w, rest = np.split(rest, [units * len(h)])
        layers.append((w := w.reshape(units, -1), h))
        h = np.vstack([tanh(a := w @ h), one])
    target = exact(-np.eye(len(a))[:, data["targets"]])
    share = exact(data.get("weights", 1.0)) * inverse(one.sum())
    change = (exp(a) * inverse(exp(a).sum(axis=0)) + target) * share
    for w, h in reversed(layers):
        result = [*(change @ h.T).ravel(), *result]
        change = ((w.T @ change) * (one + exact(-1.0) * h * h))[:-1]
    return np.array(result) + x * exact(2.0) * exact(options["l2"])


def is_proved(problem, point):
    x, r, y, d = point["x"], point["r"], arb_mat(point["Y"]), len(point["x"])
    unit, rest = np.eye(d).tolist(), np.array(y.tolist())
    box = [Dual(arb(*pair), arb_mat(1, d, e)) for *pair, e in zip(x, r, unit, strict=True)]
    g = gradient(problem, np.array([Dual(arb(a), arb(0)) for a in x]))
    h = arb_mat([a.t.entries() for a in gradient(problem, np.array(box))])
    newton, off = y * arb_mat(d, 1, [a.v for a in g]), y * h - arb_mat(unit)
    reach = [abs(newton[i, 0]) + sum(abs(off[i, j]) * r[j] for j in range(d)) for i in range(d)]
    far = sum((abs(arb(s) - a) + b) ** 2 for s, a, b in zip(point["stored"], x, r, strict=True))
    is_near = far.sqrt() <= point["distance"] and point["Y"] == np.transpose(point["Y"]).tolist()
    for k in range(d):
        rest[k + 1 :, k + 1 :] -= np.outer(rest[k + 1 :, k], rest[k, k + 1 :]) / rest[k, k]
    signs = [(a > 0) - (a < 0) for a in np.diag(rest)]
    is_index = 0 not in signs and signs.count(-1) == point["index"] in KINDS.get(point["kind"], [])
    return is_index and is_near and all(a < b for a, b in zip(reach, r, strict=True))


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        loss = (proof := json.load(file))["problem"]
    known = {"activation": "tanh", "loss": {"kind": "cross_entropy"}, "l2_on": "all"}.items()
    digest = hashlib.sha256(json.dumps([loss["kind"], loss["choices"]], sort_keys=True).encode())
    for name, array in sorted(loss["arrays"].items()):
        a = np.array(array["values"], dtype=array["dtype"])
        digest.update(f"{name}{a.dtype.str}{a.shape}".encode() + a.tobytes())
    if digest.hexdigest() != loss["fingerprint"] or not known <= loss["choices"].items():
        sys.exit("other data than those of the fingerprint, or no tanh network with cross-entropy")
    wrong = [f"{p['kind']} {p['id']}" for p in proof["points"] if not is_proved(loss, p)]
    print("not proved:", ", ".join(wrong) or "none", "of", len(proof["points"]), "points")
    sys.exit(bool(wrong))
