"""Lennard-Jones clusters: rotated and permuted images, and the orders of point groups."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from thalweg.problems import LennardJones
from thalweg.problems.atomic_clusters.symmetry import ClusterSymmetry

SEEDS = st.integers(0, 10_000)


def spread(n, seed):
    """Atoms that are not on top of one another."""
    rng = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(*[np.arange(3.0)] * 3), axis=-1).reshape(-1, 3)
    return 1.1 * rng.permutation(grid)[:n] + 0.1 * rng.normal(size=(n, 3))


def image(atoms, seed):
    """A random permutation, inversion, rotation and translation."""
    rng = np.random.default_rng(seed)
    rotated = atoms[rng.permutation(len(atoms))] @ Rotation.random(rng=rng).as_matrix()
    return rng.choice([-1.0, 1.0]) * rotated + rng.normal(size=3)


@settings(max_examples=20)
@given(st.integers(3, 13), SEEDS, SEEDS)
def test_images_have_the_same_energy_and_are_recognised(n, seed, other):
    symmetry, problem = ClusterSymmetry(n), LennardJones(n)
    atoms = spread(n, seed)
    moved = image(atoms, other)
    with jax.enable_x64(True):
        losses = [float(problem.loss(jnp.asarray(a.ravel()))) for a in (atoms, moved)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-10)
    # Two multiplications by rotations, and their singular values, of numbers of order ten.
    assert symmetry.distance(moved.ravel(), atoms.ravel()) < 1e-8
    centre = atoms - atoms.mean(axis=0)
    np.testing.assert_allclose(
        symmetry.canonical(symmetry.canonical(atoms.ravel())),
        symmetry.canonical(atoms.ravel()),
        atol=1e-8,
    )
    aligned = symmetry.align(moved.ravel(), centre.ravel())
    np.testing.assert_allclose(aligned, centre.ravel(), atol=1e-8)


@pytest.mark.parametrize(
    ("atoms", "order"),
    [
        (np.array([[0, 0, 0], [1, 0, 0], [0.5, np.sqrt(0.75), 0]]), 12),
        (np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]), 24),
        (np.concatenate([np.eye(3), -np.eye(3)]), 48),
        (spread(6, 1), 1),
    ],
    ids=["triangle D3h", "tetrahedron Td", "octahedron Oh", "none"],
)
def test_the_order_of_the_point_group(atoms, order):
    symmetry = ClusterSymmetry(len(atoms))
    assert symmetry.stabiliser_order(image(np.asarray(atoms, float), 3).ravel()) == order
    assert symmetry.order % order == 0


def test_too_few_atoms_are_refused():
    with pytest.raises(ValueError, match="n_atoms must be a whole number from 3"):
        LennardJones(2)
