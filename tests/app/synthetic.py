"""Networks as large or as odd as a test needs, without a search."""

import numpy as np

from thalweg.landscape.network import Network


def nested_funnels(n: int, *, seed: int = 0, unjoined: float = 0.02) -> Network:
    """`n` minima, each joined to a lower one but for a share of `unjoined`, and some more passes."""
    rng = np.random.default_rng(seed)
    losses = np.sort(0.2 + rng.gamma(2.0, 0.05, n))
    lower = (np.arange(1, n) * rng.random(n - 1) ** 1.5).astype(int)
    is_joined = rng.random(n - 1) >= unjoined
    tree = np.stack([np.arange(1, n), lower], axis=1)[is_joined]
    more = rng.integers(0, n, (n // 2, 2))
    is_apart = np.append(False, ~is_joined)
    more = more[(more[:, 0] != more[:, 1]) & ~is_apart[more].any(axis=1)]
    edges = np.concatenate([tree, more])
    barriers = losses[edges].max(axis=1, initial=0.0) + rng.gamma(1.2, 0.04, len(edges))
    return Network.from_arrays(
        losses,
        edges,
        barriers,
        lpphe=20 + 8 * rng.standard_normal(n),
        hits=rng.poisson(3, n),
        dimension=30,
    )
