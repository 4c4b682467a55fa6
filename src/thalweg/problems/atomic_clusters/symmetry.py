"""Permutation, inversion, rotation and translation of identical atoms."""

import itertools
import math
from collections.abc import Iterator

import numpy as np
from jaxtyping import Float, Int
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from scipy.spatial.transform import Rotation

from ..symmetry import Symmetry

_N_ROTATIONS = 24
"""Rotations from which two different clusters are aligned: the more, the nearer they come."""
_MATCH = 1e-3
"""Distances that agree to this may belong to the same atoms; a full match is then refined and judged."""

_Atoms = Float[np.ndarray, "atoms 3"]


class ClusterSymmetry(Symmetry):
    """Permutation and inversion of n identical atoms, of order 2·n!, with rotation and translation.

    The finite part gives weights: a structure whose point group has order o occurs 2·n!/o times.

    Args:
        n_atoms: n.
    """

    def __init__(self, n_atoms: int) -> None:
        self.n_atoms = n_atoms

    @property
    def order(self) -> int:
        return 2 * math.factorial(self.n_atoms)

    def canonical(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, " d"]:
        """The atoms in order, centred, on principal axes whose third moments are positive.

        Structures with equal moments of inertia have no such axes: `align` distinguishes them.
        """
        return np.asarray(self.canonical_images(np.asarray(x)[None])[0])

    def canonical_images(
        self, points: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, "points d"]:
        atoms = np.asarray(points, dtype=np.float64).reshape(len(points), self.n_atoms, 3)
        atoms = atoms - atoms.mean(axis=1, keepdims=True)
        axes = np.linalg.eigh(atoms.transpose(0, 2, 1) @ atoms)[1]
        rotated_atoms = atoms @ axes
        # A third moment of rounding has no sign.
        third_moments = np.round(np.sum(rotated_atoms**3, axis=1, keepdims=True), 6)
        rotated_atoms = rotated_atoms * np.where(third_moments < 0, -1.0, 1.0)
        keys = np.round(rotated_atoms, 6).transpose(2, 0, 1)[::-1]
        order = np.lexsort(keys, axis=-1)[..., None]
        ordered = np.take_along_axis(rotated_atoms, order, 1)
        return np.asarray(ordered.reshape(np.shape(points)))

    def align(
        self, x: Float[np.ndarray, " d"], to: Float[np.ndarray, " d"]
    ) -> Float[np.ndarray, " d"]:
        """The image of `x` [d] nearest to `to` [d], centred where `to` is.

        Two images of one structure are always recognised. Others are brought as near as assignment and
        rotation in turn lead from several rotations (Wales & Carr, J. Chem. Theory Comput. 8, 5020, 2012).
        """
        atoms, target = _centred(x), _centred(to)
        centre = np.asarray(to, dtype=np.float64).reshape(-1, 3).mean(axis=0)
        coinciding = [image for image, _ in _superpositions(atoms, target)]
        nearest = min(
            coinciding or [_nearest(atoms, target)],
            key=lambda image: float(np.linalg.norm(image - target)),
        )
        image: Float[np.ndarray, " d"] = (nearest + centre).ravel()
        return image

    def stabiliser_order(self, x: Float[np.ndarray, " d"], tolerance: float = 1e-6) -> int:
        atoms = _centred(x)
        radius = tolerance * (1 + float(np.abs(atoms).max()))
        return len(
            {
                operation
                for image, operation in _superpositions(atoms, atoms)
                if np.abs(image - atoms).max() < radius
            }
        )

    def images(self, x: Float[np.ndarray, " d"]) -> Iterator[Float[np.ndarray, " d"]]:
        atoms = np.asarray(x, dtype=np.float64).reshape(-1, 3)
        for order in itertools.permutations(range(self.n_atoms)):
            for sign in (1.0, -1.0):
                yield (sign * atoms[list(order)]).ravel()

    def random_image(
        self, x: Float[np.ndarray, " d"], rng: np.random.Generator
    ) -> Float[np.ndarray, " d"]:
        atoms = rng.permutation(np.asarray(x, dtype=np.float64).reshape(-1, 3))
        return np.asarray(rng.choice([1.0, -1.0]) * atoms.ravel())

    def distance_bounds(
        self, x: Float[np.ndarray, " d"], others: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, " points"]:
        """Lower bounds from the atoms' sorted distances to the centre."""
        bounds: Float[np.ndarray, " points"] = np.linalg.norm(
            self.invariants(others) - self.invariants(np.asarray(x)[None]), axis=1
        )
        return bounds

    def invariants(
        self, points: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, "points invariants"]:
        """The atoms' distances to the centre in order of size."""
        atoms = np.asarray(points, dtype=np.float64).reshape(len(points), self.n_atoms, 3)
        atoms = atoms - atoms.mean(axis=1, keepdims=True)
        return np.sort(np.linalg.norm(atoms, axis=2), axis=1)


def _centred(x: Float[np.ndarray, " d"]) -> _Atoms:
    atoms: _Atoms = np.asarray(x, dtype=np.float64).reshape(-1, 3)
    centred_atoms: _Atoms = atoms - atoms.mean(axis=0)
    return centred_atoms


def _superpositions(atoms: _Atoms, target: _Atoms) -> Iterator[tuple[_Atoms, tuple[float, ...]]]:
    """Every image of `atoms` that coincides with `target`, if the two are one structure, and its operation.

    An operation is a sign, for inversion, with a permutation; rotation and translation follow from them.

    Three atoms of the target fix a rotation or a reflection: all threes of `atoms` with the same distances
    are tried.
    """
    radii, target_radii = np.linalg.norm(atoms, axis=1), np.linalg.norm(target, axis=1)
    if np.abs(np.sort(radii) - np.sort(target_radii)).max() > _MATCH:
        return
    three = _frame(target, target_radii)
    distances, target_distances = cdist(atoms, atoms), cdist(target[three], target[three])
    candidates = [np.flatnonzero(np.abs(radii - target_radii[k]) < _MATCH) for k in three]
    for i, j in itertools.product(candidates[0], candidates[1]):
        if i == j or abs(distances[i, j] - target_distances[0, 1]) > _MATCH:
            continue
        third = candidates[2]
        fits = (np.abs(distances[i, third] - target_distances[0, 2]) < _MATCH) & (
            np.abs(distances[j, third] - target_distances[1, 2]) < _MATCH
        )
        for k in third[fits]:
            for sign in (1.0, -1.0):
                image = _matched(sign * atoms, target, np.array([i, j, k]), three)
                if image is not None:
                    yield image[0], (sign, *image[1].tolist())


def _frame(target: _Atoms, radii: Float[np.ndarray, " atoms"]) -> Int[np.ndarray, " three"]:
    """Three atoms of the target that are far from lying on a line or in a plane with the centre."""
    first = int(np.argmax(radii))
    areas = np.linalg.norm(np.cross(target, target[first]), axis=1)
    second = int(np.argmax(areas))
    volumes = np.abs(target @ np.cross(target[first], target[second]))
    third = int(np.argmax(volumes))
    if volumes[third] < 1e-6:
        third = next(k for k in range(len(target)) if k not in (first, second))
    return np.array([first, second, third])


def _matched(
    atoms: _Atoms, target: _Atoms, of: Int[np.ndarray, " three"], to: Int[np.ndarray, " three"]
) -> tuple[_Atoms, Int[np.ndarray, " atoms"]] | None:
    """`atoms` rotated so that three of them lie on three of the target, and their order, if all coincide."""
    rotated_atoms = _rotated(atoms, atoms[of], target[to])
    nearest = np.argmin(cdist(target, rotated_atoms), axis=1)
    if len(np.unique(nearest)) < len(nearest):
        return None
    image = _rotated(atoms, atoms[nearest], target)[nearest]
    return (image, nearest) if np.abs(image - target).max() < 3 * _MATCH else None


def _rotated(
    atoms: _Atoms, source: Float[np.ndarray, "k 3"], target: Float[np.ndarray, "k 3"]
) -> _Atoms:
    """`atoms` under the proper rotation that brings `source` nearest to `target` (Kabsch)."""
    u, _, v = np.linalg.svd(source.T @ target)
    flip = np.ones(3)
    flip[-1] = np.sign(np.linalg.det(u @ v))
    rotated_atoms: _Atoms = atoms @ ((u * flip) @ v)
    return rotated_atoms


def _nearest(atoms: _Atoms, target: _Atoms) -> _Atoms:
    """The nearest image reached by assignment and rotation in turn, from a fixed set of rotations."""
    rotations = Rotation.random(_N_ROTATIONS, rng=np.random.default_rng(0)).as_matrix()
    best, shortest = atoms, np.inf
    for sign, rotation in itertools.product((1.0, -1.0), (np.eye(3), *rotations)):
        image = sign * atoms @ rotation
        order = np.arange(len(atoms))
        for _ in range(50):
            assignment = linear_sum_assignment(cdist(target, image, "sqeuclidean"))[1]
            image = image[assignment]
            image = _rotated(image, image, target)
            if (assignment == order).all():
                break
        distance = float(np.linalg.norm(image - target))
        if distance < shortest:
            best, shortest = image, distance
    return best
