# mypy: ignore-errors
"""Checks what `thalweg certificate export` wrote, without thalweg: python THIS_FILE proof.json

For networks of tanh units with cross-entropy; needs NumPy and python-flint. Of each point, in balls of 128
bits, with gradient g, Hessian H, X = x ± r and a symmetric Y: |Y g(x)| + |Y H(X) − 1| r < r. So X holds
exactly one stationary point (Krawczyk); and no matrix between Y⁻¹ and H(X) is singular, so that H(X) has as
many negative eigenvalues as Y, whose elimination has as many negative pivots (Sylvester). The stored point is
no farther than stated, and the data are those of the fingerprint.

With a = W h the inputs of a layer's units and δ the derivatives of the loss by them, the gradient is the sum
of δ hᵀ over the data. A weight of an earlier layer, or the same, changes δ and h through its unit's input
alone: their derivatives by all such inputs (`dh`, `dδ`) times what the weight multiplies are the Hessian.
"""

import hashlib
import json
import sys

import numpy as np
from flint import arb, arb_mat, ctx

ctx.prec, KINDS = 128, {"minimum": [0], "transition state": [1], "saddle": range(1, 10**6)}
exact, tanh, exp = (np.vectorize(f, otypes=[object]) for f in (arb, arb.tanh, arb.exp))


def sums(a, b):  # over the data, of all products: [… data] and [… data] give [… …]
    x, y = (arb_mat(m.reshape(-1, m.shape[-1]).tolist()) for m in (a, b))
    return np.array((x * y.transpose()).entries()).reshape(a.shape[:-1] + b.shape[:-1])


def derivatives(problem, x, twice):
    options, data = problem["choices"], {k: a["values"] for k, a in problem["arrays"].items()}
    h, end, units, layers = exact(data["inputs"]).T, 0, 0, []
    one, dh = exact(np.ones((1, h.shape[1]))), np.empty((0, *h.shape), object)
    for n in [*options["hidden"], options["n_outputs"]]:
        h, own = np.vstack([h, one]), slice(units, units := units + n * twice)
        place = np.arange(end, end := end + n * len(h)).reshape(n, -1)
        layers.append((place, w := x[place], h, dh, own))
        a, da = w @ h, np.vstack([w[:, :-1] @ dh, exact(np.eye(n)[: n * twice, :, None]) * one])
        h, dh = (t := tanh(a)), (1 - t * t) * da
    p, share = exp(a) / exp(a).sum(axis=0), exact(data.get("weights", 1.0)) / one.sum()
    δ = (p - exact(np.eye(n)[:, data["targets"]])) * share
    dδ = p * (da - (p * da).sum(axis=1)[:, None]) * share
    g, hessian = 2 * exact(options["l2"]) * x, 2 * exact(options["l2"]) * exact(np.eye(len(x)))
    for i, (place, w, h, dh, own) in reversed(list(enumerate(layers))):
        g[place] += sums(δ, h)
        for rows, _, below, _, unit in layers[: i + 1] if twice else []:
            by = sums(dδ[unit], below[:, None] * h).transpose(0, 2, 1, 3)
            if unit != own:
                by[..., :-1] += sums(dh[unit], below[:, None] * δ).transpose(0, 2, 3, 1)
            hessian[np.ix_(rows.ravel(), place.ravel())] += by.reshape(rows.size, -1)
        w, h, dδ = w[:, :-1].T, h[:-1], dδ[: len(dh)]
        dδ, δ = (w @ dδ) * (1 - h * h) - (w @ δ) * 2 * h * dh, (w @ δ) * (1 - h * h)
    return g, np.triu(hessian) + np.triu(hessian, 1).T


def is_proved(problem, point):
    x, r, y, rest = point["x"], point["r"], arb_mat(point["Y"]), exact(point["Y"])
    box, d = np.array([arb(*pair) for pair in zip(x, r, strict=True)]), len(x)
    g, h = derivatives(problem, exact(x), False)[0], derivatives(problem, box, True)[1]
    newton, off = y * arb_mat(d, 1, list(g)), y * arb_mat(h.tolist()) - arb_mat(np.eye(d).tolist())
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
