"""Every symmetry group keeps the contract at generic points and at points of high symmetry."""

import itertools

import numpy as np
import pytest

from thalweg.problems import HiddenUnitSymmetry, Symmetry
from thalweg.problems.atomic_clusters.symmetry import ClusterSymmetry
from thalweg.problems.kmeans.symmetry import RelabellingSymmetry
from thalweg.problems.user_models.invariant_directions import ShiftSymmetry
from thalweg.testing import ContractError, check_symmetry


def dimension(sizes):
    return sum((m + 1) * n for m, n in itertools.pairwise(sizes))


def network_points(sizes):
    """A generic point, and one with a dead unit, two dead ones, twins, negative twins, and the origin."""
    random = np.random.default_rng(3)
    first_size, d = sizes[1] * (sizes[0] + 1), dimension(sizes)
    points = random.normal(size=(7, d))

    def layers(x):
        return (
            x[:first_size].reshape(sizes[1], -1),
            x[first_size : first_size + sizes[2] * (sizes[1] + 1)].reshape(sizes[2], -1),
        )

    for x, units in ((points[1], [0]), (points[2], [0, 1])):
        first, second = layers(x)
        first[units], second[:, units] = 0, 0
    for x, sign in ((points[3], 1), (points[4], -1)):
        first, second = layers(x)
        first[1], second[:, 1] = sign * first[0], sign * second[:, 0]
    points[5] = 0
    return points


@pytest.mark.parametrize("sizes", [(2, 3, 2), (2, 2, 2, 2), (1, 3, 2, 2), (1, 2, 1, 2, 2)])
@pytest.mark.parametrize("is_odd", [True, False])
def test_hidden_units_keep_the_contract(sizes, is_odd):
    check_symmetry(HiddenUnitSymmetry(sizes, is_odd=is_odd), network_points(sizes))


def test_exchanges_that_run_through_two_layers_are_counted():
    x = np.array([1.0, 0.5, 1.0, 0.5, 0.3, 0.7, 0.2, 0.7, 0.3, 0.2, 1.5, 1.5, 0.1])
    symmetry = HiddenUnitSymmetry((1, 2, 2, 1), is_odd=False)
    check_symmetry(symmetry, x[None])
    assert symmetry.stabiliser_order(x) == 2


def cluster_points(n):
    """Atoms that are not on top of one another, and the corners of a regular figure."""
    grid = np.stack(np.meshgrid(*[np.arange(3.0)] * 3), axis=-1).reshape(-1, 3)
    random = np.random.default_rng(0)
    spread = [1.1 * random.permutation(grid)[:n] + 0.1 * random.normal(size=(n, 3)) for _ in "abc"]
    return np.array([atoms.ravel() for atoms in spread])


TETRAHEDRON = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1.0]])

OTHERS = {
    "trivial": (Symmetry(), np.random.default_rng(0).normal(size=(3, 4)), True),
    "clusters": (
        RelabellingSymmetry(3, 2),
        np.array([[5.0, 4, 3, 2, 1, 0], [1, 2, 1, 2, 0, 7], [0, 0, 0, 0, 0, 0], [1, 5, 2, 4, 3, 3]]),
        True,
    ),
    "four atoms": (
        ClusterSymmetry(4), np.concatenate([cluster_points(4), TETRAHEDRON.reshape(1, -1)]), False,
    ),
    "seven atoms": (ClusterSymmetry(7), cluster_points(7), False),
    "shifts": (
        ShiftSymmetry(RelabellingSymmetry(2, 2), np.array([[1.0, 0, 1, 0]]).T / np.sqrt(2)),
        np.random.default_rng(0).normal(size=(3, 4)),
        False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_other_groups_keep_the_contract(name):
    symmetry, points, is_finite = OTHERS[name]
    check_symmetry(symmetry, points, is_finite=is_finite)


class Unordered(RelabellingSymmetry):
    def canonical(self, x):
        return np.asarray(x, dtype=np.float64)


class Lazy(RelabellingSymmetry):
    def align(self, x, to):
        return np.asarray(x, dtype=np.float64)


class NoImage(RelabellingSymmetry):
    def align(self, x, to):
        return 0.5 * (super().align(x, to) + to)


class TooFar(RelabellingSymmetry):
    def distance_bounds(self, x, others):
        return 10 + super().distance_bounds(x, others)


class NoTwins(RelabellingSymmetry):
    def stabiliser_order(self, x, tolerance=1e-6):
        return 1


class OtherwiseAlone(RelabellingSymmetry):
    def canonical(self, x):
        return super().canonical(x).reshape(3, 2)[::-1].ravel()


class NoTwinsAmongMany(RelabellingSymmetry):
    def is_moved_by_all(self, points):
        return np.ones(len(points), bool)


class HalfTheOrder(RelabellingSymmetry):
    @property
    def order(self):
        return super().order // 2


@pytest.mark.parametrize(
    ("kind", "item"),
    [
        (Unordered, "canonical is the same for all images"),
        (Lazy, "align recognises images"),
        (NoImage, "align returns an image"),
        (TooFar, "distance_bounds are lower bounds"),
        (NoTwins, "stabiliser_order counts"),
        (OtherwiseAlone, "canonical_images are those of canonical"),
        (NoTwinsAmongMany, "stabiliser_orders are those of stabiliser_order"),
        (HalfTheOrder, "images lists the whole group"),
    ],
)
def test_a_false_group_is_caught(kind, item):
    points = np.array([[5.0, 4, 3, 2, 1, 0], [1, 2, 1, 2, 0, 7], [3, 5, 8, 1, 2, 2]])
    with pytest.raises(ContractError) as caught:
        check_symmetry(kind(3, 2), points)
    assert item in caught.value.items
