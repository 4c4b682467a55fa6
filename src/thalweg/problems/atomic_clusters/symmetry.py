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
"""Rotations from which two different clusters are matched: the more, the nearer they come."""
_MATCH = 1e-3
"""Distances that agree to this may belong to the same atoms; a whole match is then polished and judged."""

_Atoms = Float[np.ndarray, "atoms 3"]


class ClusterSymmetry(Symmetry):
    """All permutations of n identical atoms with inversion, of order 2·n!; rotation and translation beside.

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
        """Centred, on principal axes whose third moments are positive, atoms in order.

        Structures with equal moments of inertia have no such axes: they are told apart by `align`.
        """
        atoms = _centred(x)
        axes = np.linalg.eigh(atoms.T @ atoms)[1]
        turned = atoms @ axes
        # A third moment of rounding has no sign.
        thirds = np.round(np.sum(turned**3, axis=0), 6)
        turned = turned * np.where(thirds < 0, -1.0, 1.0)
        order = np.lexsort(np.round(turned, 6).T[::-1])
        return turned[order].ravel()

    def align(
        self, x: Float[np.ndarray, " d"], to: Float[np.ndarray, " d"]
    ) -> Float[np.ndarray, " d"]:
        """The image of `x` [d] nearest to `to` [d], centred where `to` is.

        Two images of one structure are always recognised. Others are brought as near as assignment and
        rotation in turn lead from several rotations (Wales & Carr, J. Chem. Theory Comput. 8, 5020, 2012).
        """
        atoms, target = _centred(x), _centred(to)
        centre = np.asarray(to, dtype=np.float64).reshape(-1, 3).mean(axis=0)
        same = [image for image, _ in _superpositions(atoms, target)]
        found = min(
            same or [_nearest(atoms, target)],
            key=lambda image: float(np.linalg.norm(image - target)),
        )
        return (found + centre).ravel()

    def stabiliser_order(self, x: Float[np.ndarray, " d"], tolerance: float = 1e-6) -> int:
        atoms = _centred(x)
        within = tolerance * (1 + float(np.abs(atoms).max()))
        return len(
            {
                operation
                for image, operation in _superpositions(atoms, atoms)
                if np.abs(image - atoms).max() < within
            }
        )

    def images(self, x: Float[np.ndarray, " d"]) -> Iterator[Float[np.ndarray, " d"]]:
        atoms = np.asarray(x, dtype=np.float64).reshape(-1, 3)
        for order in itertools.permutations(range(self.n_atoms)):
            for sign in (1.0, -1.0):
                yield (sign * atoms[list(order)]).ravel()

    def distance_bounds(
        self, x: Float[np.ndarray, " d"], others: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, " points"]:
        """From the distances of the atoms from the centre: no image moves an atom by less."""
        mine = np.sort(np.linalg.norm(_centred(x), axis=1))
        theirs = np.array([np.sort(np.linalg.norm(_centred(o), axis=1)) for o in others])
        return np.linalg.norm(theirs.reshape(len(others), -1) - mine, axis=1)


def _centred(x: Float[np.ndarray, " d"]) -> _Atoms:
    atoms = np.asarray(x, dtype=np.float64).reshape(-1, 3)
    return atoms - atoms.mean(axis=0)


def _superpositions(atoms: _Atoms, target: _Atoms) -> Iterator[tuple[_Atoms, tuple[float, ...]]]:
    """Every image of `atoms` that coincides with `target`, if the two are one structure, and its operation.

    An operation is a sign, for inversion, with a permutation; rotation and translation follow from them.

    Three atoms of the target fix a rotation or a reflection: all threes of `atoms` with the same distances
    are tried.
    """
    radii, goal = np.linalg.norm(atoms, axis=1), np.linalg.norm(target, axis=1)
    if np.abs(np.sort(radii) - np.sort(goal)).max() > _MATCH:
        return
    three = _frame(target, goal)
    between, sought = cdist(atoms, atoms), cdist(target[three], target[three])
    choices = [np.flatnonzero(np.abs(radii - goal[k]) < _MATCH) for k in three]
    for i, j in itertools.product(choices[0], choices[1]):
        if i == j or abs(between[i, j] - sought[0, 1]) > _MATCH:
            continue
        near = choices[2]
        fits = (np.abs(between[i, near] - sought[0, 2]) < _MATCH) & (
            np.abs(between[j, near] - sought[1, 2]) < _MATCH
        )
        for k in near[fits]:
            for sign in (1.0, -1.0):
                image = _matched(sign * atoms, target, np.array([i, j, k]), three)
                if image is not None:
                    yield image[0], (sign, *image[1].tolist())


def _frame(target: _Atoms, radii: Float[np.ndarray, " atoms"]) -> Int[np.ndarray, " three"]:
    """Three atoms that span a plane with the centre between as few others as can be, far from a line."""
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
    """`atoms` turned so that three of them lie on three of the target, if all then coincide; their order."""
    turned = _turned(atoms, atoms[of], target[to])
    nearest = np.argmin(cdist(target, turned), axis=1)
    if len(np.unique(nearest)) < len(nearest):
        return None
    image = _turned(atoms, atoms[nearest], target)[nearest]
    return (image, nearest) if np.abs(image - target).max() < 3 * _MATCH else None


def _turned(
    atoms: _Atoms, source: Float[np.ndarray, "k 3"], goal: Float[np.ndarray, "k 3"]
) -> _Atoms:
    """`atoms` under the proper rotation that brings `source` nearest to `goal` (Kabsch)."""
    u, _, v = np.linalg.svd(source.T @ goal)
    flip = np.ones(3)
    flip[-1] = np.sign(np.linalg.det(u @ v))
    return atoms @ ((u * flip) @ v)


def _nearest(atoms: _Atoms, target: _Atoms) -> _Atoms:
    """The nearest image that assignment and rotation in turn lead to, from fixed rotations."""
    rotations = Rotation.random(_N_ROTATIONS, rng=np.random.default_rng(0)).as_matrix()
    best, shortest = atoms, np.inf
    for sign, rotation in itertools.product((1.0, -1.0), (np.eye(3), *rotations)):
        image = sign * atoms @ rotation
        order = np.arange(len(atoms))
        for _ in range(50):
            assigned = linear_sum_assignment(cdist(target, image, "sqeuclidean"))[1]
            image = image[assigned]
            image = _turned(image, image, target)
            if (assigned == order).all():
                break
        distance = float(np.linalg.norm(image - target))
        if distance < shortest:
            best, shortest = image, distance
    return best
