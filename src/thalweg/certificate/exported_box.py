"""Boxes in all coordinates around a stationary point, proved as they are handed on.

With g the gradient, H the Hessian, X = x ± r and a symmetric Y: |Y g(x)| + |Y H(X) − 1| r < r, component by
component, makes one stationary point in X (Krawczyk). No matrix between Y⁻¹ and H(X) is singular, so that the
Hessian has everywhere in X as many negative eigenvalues as Y.
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from .balls import Array, Ball, Balls, gamma
from .krawczyk import Enclosure, has_index
from .problem_enclosure import ProblemEnclosures
from .truth import Switched

_WIDER = (4.0, 16.0, 64.0)
"""Times the first Newton step that a box reaches: what is left of it is for the change of the Hessian."""
_BALLS = Balls()


def proved_boxes(
    enclosures: ProblemEnclosures, x: Float[np.ndarray, " d"], index: int
) -> Iterator[tuple[Float[np.ndarray, " d"], Float[np.ndarray, "d d"]]]:
    """r [d] and Y [d d] of boxes around `x` [d] in which there is one stationary point of an index."""
    hessian, tiers = enclosures.near(x)
    spectrum, vectors = np.linalg.eigh(0.5 * (hessian + hessian.T))
    if (spectrum == 0).any() or not np.isfinite(spectrum).all():
        return
    inverse = vectors / spectrum @ vectors.T
    inverse = 0.5 * (inverse + inverse.T)
    # One shape for all boxes: none is narrow in a direction where its step happens to be short.
    reach = np.abs(vectors / np.sqrt(np.abs(spectrum))).sum(axis=1)
    with _BALLS.precision():
        if not has_index(Ball(inverse), vectors * np.sqrt(np.abs(spectrum)), np.sign(spectrum)):
            return
        if (spectrum < 0).sum() != index:
            return
        by_bits = [enclosure for _, enclosure in tiers]
        # In float64 the rounding of the gradient would be most of the step; the Hessian is known well enough.
        step = _magnitude_of_step(by_bits[:2][-1], x, inverse)
        for enclosure in by_bits:
            for wider in _WIDER:
                radius = wider * float((step / reach).max()) * reach + np.finfo(float).tiny
                if _is_proved(enclosure, x, radius, inverse, step):
                    yield radius, inverse


def _magnitude_of_step(
    enclosure: Enclosure, x: Float[np.ndarray, " d"], inverse: Float[np.ndarray, "d d"]
) -> Float[np.ndarray, " d"]:
    """An upper bound on |Y g(x)| [d]."""
    gradient = enclosure.at_point(x)[1]
    column = Ball(gradient.mid[:, None], gradient.radius[:, None])
    return np.asarray(_BALLS.matmul(Ball(inverse), column).magnitude[:, 0])


def _is_proved(
    enclosure: Enclosure,
    x: Float[np.ndarray, " d"],
    radius: Float[np.ndarray, " d"],
    inverse: Float[np.ndarray, "d d"],
    step: Array,
) -> bool:
    try:
        hessian = enclosure.hessian_over(x, radius)
    except Switched:
        return False
    off = _BALLS.sub(_BALLS.matmul(Ball(inverse), hessian), Ball(np.eye(len(x)))).magnitude
    shrunk = (step + off @ radius) * (1 + 2 * gamma(len(x) + 9))
    return bool((shrunk < radius).all())
