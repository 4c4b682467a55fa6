"""A stationary point in shift-free coordinates is one of the network: their basis is orthonormal exactly."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.certificate import Certificate, Certifier
from thalweg.certificate.arbs import Arbs
from thalweg.certificate.exported_box import proved_boxes
from thalweg.certificate.problem_enclosure import ProblemEnclosures
from thalweg.certificate.program import Program
from thalweg.landscape.records import Minimum
from thalweg.problems import NeuralNetwork
from thalweg.problems.losses.contrasts import shift_free_basis, traced_shift_free_basis


@pytest.mark.parametrize("n", [2, 3, 6])
def test_the_basis_is_orthonormal_and_free_of_shifts_beyond_float64(n):
    arbs = Arbs(200)
    program = Program(lambda x: x[0] * traced_shift_free_basis(n), 1)
    with arbs.precision():
        basis = program.enclose(arbs, arbs.exact(np.ones(1)))[0]
        products = arbs.matmul(basis.T, basis)
        sums = arbs.sum(basis, (0,))
        for i in range(n - 1):
            assert sums[i].contains(0) and float(sums[i].rad()) < 1e-50
            for j in range(n - 1):
                assert products[i, j].contains(int(i == j)) and float(products[i, j].rad()) < 1e-50
    with jax.enable_x64(True):
        computed = np.asarray(traced_shift_free_basis(n))
    # A compiler may divide by a root, or multiply by its inverse.
    np.testing.assert_allclose(computed, shift_free_basis(n), rtol=3e-16, atol=0)


def test_a_point_of_three_classes_is_stationary_in_all_coordinates():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(12, 2))
    problem = NeuralNetwork.from_data(x, rng.permutation(12) % 3, hidden=(1,), l2=0.05)
    reduction = problem.reduction()
    evaluate = jax.jit(lambda z: reduction.problem.value_gradient_hessian(z))
    z = rng.normal(size=reduction.problem.dimension)
    with jax.enable_x64(True):
        for _ in range(60):
            value, gradient, hessian = map(np.asarray, evaluate(jnp.asarray(z)))
            spectrum, modes = np.linalg.eigh(hessian)
            z = z - modes @ ((modes.T @ gradient) / np.maximum(np.abs(spectrum), 1e-2))
    stored = reduction.expand(z[None])[0]
    rms = float(np.sqrt(np.mean(gradient**2)))
    proof = Certifier(problem).certify(Minimum(float(value), stored, spectrum, rms), "minimum", 0)
    assert isinstance(proof, Certificate) and proof.index == 0
    # The same in all coordinates of the network, where no basis is in between.
    centre = reduction.expand(proof.centre[None])[0]
    radius, _ = next(proved_boxes(ProblemEnclosures(problem), centre, 0))
    assert np.linalg.norm(stored - centre) - np.linalg.norm(radius) <= proof.distance
    assert np.linalg.norm(radius) < 1e-12
