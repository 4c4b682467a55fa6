"""Proofs that stationary points are different ones, and not images of one another."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from jaxtyping import Float

from ..landscape.certificates import Certificate, PointKey
from ..problems.symmetry import Symmetry
from .balls import gamma

_MOST_IMAGES = 10_000
"""Images that are listed for a pair; in larger groups the invariants alone decide."""


def pairs_alike(
    certificates: Sequence[Certificate],
    coordinates: Mapping[tuple[str, int], Float[np.ndarray, " d"]],
    symmetry: Symmetry | None,
) -> Iterator[tuple[PointKey, PointKey]]:
    """Pairs of points, by kind and id, that are not proved to be different.

    Points of two kinds may be the same: a saddle of index one is a transition state of unknown sides.

    First by what all images of a point share: loss, trace and Frobenius norm of the Hessian. Where these
    overlap, by the distances of one point from all images of the other, which are exact: they exchange
    coordinates and their signs. `symmetry` is None where the images cannot be listed.
    """
    by_loss = sorted(certificates, key=lambda one: one.loss[0])
    for i, one in enumerate(by_loss):
        for other in by_loss[i + 1 :]:
            if other.loss[0] > one.loss[1]:
                break
            if one.is_apart_from(other):
                continue
            keys = (one.kind, one.id), (other.kind, other.id)
            a, b = (coordinates[key] for key in keys)
            if not _no_image_is_near(a, b, one.distance + other.distance, symmetry):
                yield min(keys), max(keys)


def _no_image_is_near(
    a: Float[np.ndarray, " d"], b: Float[np.ndarray, " d"], reach: float, symmetry: Symmetry | None
) -> bool:
    if symmetry is None or symmetry.order > _MOST_IMAGES:
        return False
    # The computed distance and the sum of the two reaches err by γ of as many roundings as there are numbers.
    least = reach * (1 + 2 * gamma(len(a) + 9)) + float(np.finfo(float).tiny)
    return all(np.linalg.norm(image - a) > least for image in symmetry.images(b))
