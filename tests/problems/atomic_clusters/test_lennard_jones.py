"""Lennard-Jones clusters: derivatives, zero modes, and the symmetry of identical atoms."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from thalweg.problems import LennardJones, from_record
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


def test_derivatives_agree_with_autodiff_and_zero_modes_are_zero():
    problem = LennardJones(6)
    with jax.enable_x64(True):
        x = jnp.asarray(spread(6, 0).ravel())
        both = jax.jit(
            lambda p, x: (
                p.value_gradient_hessian(x),
                jax.grad(lambda y: p.loss(y))(x),
                jax.hessian(lambda y: p.loss(y))(x),
                p.value_and_gradient(x),
                p.zero_modes(x),
            )
        )
        (value, gradient, hessian), slope, curvature, again, modes = both(problem, x)
    size = np.abs(curvature).max()
    np.testing.assert_allclose(gradient, slope, atol=1e-12 * size)
    np.testing.assert_allclose(again[1], slope, atol=1e-12 * size)
    np.testing.assert_allclose(hessian, curvature, atol=1e-12 * size)
    assert float(value) == pytest.approx(float(again[0]))
    modes, gradient = np.asarray(modes), np.asarray(gradient)
    np.testing.assert_allclose(modes.T @ modes, np.eye(6), atol=1e-12)
    np.testing.assert_allclose(modes.T @ gradient, 0, atol=1e-12 * size)


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


@settings(max_examples=15)
@given(st.integers(3, 8), SEEDS, SEEDS)
def test_other_clusters_are_no_image_and_bounds_hold(n, seed, other):
    symmetry = ClusterSymmetry(n)
    x, to = spread(n, seed).ravel(), spread(n, seed + 1 + other).ravel()
    aligned = symmetry.align(x, to)
    distance = float(np.linalg.norm(aligned - to))
    bound = symmetry.distance_bounds(x, to[None] - np.tile(to.reshape(-1, 3).mean(axis=0), n))
    assert bound[0] <= distance + 1e-9
    # What `align` returns is an image: it has the distances between atoms of its argument.
    assert symmetry.distance(aligned, x) < 1e-8


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


def test_a_problem_is_rebuilt_and_too_few_atoms_are_refused():
    problem = LennardJones(7)
    again = from_record("lennard_jones", problem.stored_choices(), problem.arrays())
    assert again.fingerprint == problem.fingerprint and again.dimension == 21
    with pytest.raises(ValueError, match="three atoms or more"):
        LennardJones(2)
