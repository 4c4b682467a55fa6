"""Random networks for the tests of this room."""

import numpy as np

from thalweg import Network


def random_network(n, seed, *, spread=1.0, share_joined=1.0):
    """A network of `n` minima with random losses, curvatures, degeneracies and passes."""
    rng = np.random.default_rng(seed)
    losses = spread * rng.normal(size=n)
    edges = [(i, int(rng.integers(0, i))) for i in range(1, n) if rng.random() < share_joined]
    edges += [tuple(int(k) for k in rng.integers(0, n, 2)) for _ in range(n)]
    barriers = [max(losses[a], losses[b]) + spread * rng.exponential(0.5) for a, b in edges]
    return Network.from_arrays(
        losses,
        edges,
        barriers,
        lpphe=rng.normal(size=n) * 3,
        log_degeneracy=rng.integers(0, 3, n) * np.log(2),
        barrier_lpphe=rng.normal(size=len(edges)) * 3,
        barrier_log_degeneracy=rng.integers(0, 3, len(edges)) * np.log(2),
        dimension=5,
    )
