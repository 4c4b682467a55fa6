"""Eigensystems of an accelerator are checked, and computed again where they are wrong."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.search.steps import eigensystem
from thalweg.search.steps.eigensystem import eigensystems, is_eigensystem

RANDOM = np.random.default_rng(0)


def symmetric(m, spectrum):
    q = np.linalg.qr(RANDOM.normal(size=(m, m)))[0]
    return (q * spectrum) @ q.T


HARD = np.array(
    [
        symmetric(7, RANDOM.normal(size=7)),
        symmetric(7, np.logspace(-14, 3, 7)),
        symmetric(7, [1, 1, 1, -2, -2, 5, 5]),
        1e-200 * symmetric(7, np.arange(7) - 3.0),
        1e200 * symmetric(7, np.arange(7) - 3.0),
        np.eye(7),
        np.zeros((7, 7)),
    ]
)


def check(values, vectors):
    with jax.enable_x64(True):
        return np.asarray(is_eigensystem(*(jnp.asarray(a) for a in (HARD, values, vectors))))


def test_those_of_lapack_pass_at_any_scale_and_with_multiple_eigenvalues():
    assert check(*np.linalg.eigh(HARD)).all()


def diagonal(values, vectors):
    """What syevjBatched of cuSOLVER gave: the diagonal and unit vectors (cupy issue 4847)."""
    order = np.argsort(np.diagonal(HARD[0]))
    values[0], vectors[0] = np.diagonal(HARD[0])[order], np.eye(7)[:, order]


def not_a_number(values, vectors):
    """What the batched solver gave for some matrices (jax issue 32641)."""
    values[0], vectors[0] = np.nan, np.nan


def twice(values, vectors):
    """One eigenpair twice: every residual is zero, and an eigenvalue is missing."""
    values[0, 1], vectors[0, :, 1] = values[0, 0], vectors[0, :, 0]


def inaccurate(values, vectors):
    vectors[0] += 1e-11 * RANDOM.normal(size=(7, 7))


def unordered(values, vectors):
    values[0], vectors[0] = values[0, ::-1].copy(), vectors[0, :, ::-1].copy()


@pytest.fixture(params=[diagonal, not_a_number, twice, inaccurate, unordered])
def spoilt(request):
    values, vectors = np.linalg.eigh(HARD)
    request.param(values, vectors)
    return values, vectors


def test_a_wrong_one_fails_and_the_host_computes_it_again(spoilt, monkeypatch):
    assert check(*spoilt).tolist() == [False] + [True] * 6
    monkeypatch.setattr(
        eigensystem.jnp.linalg, "eigh", lambda _: tuple(jnp.asarray(a) for a in spoilt)
    )
    with jax.enable_x64(True):
        systems = jax.jit(lambda h: eigensystems(h, checks=True))(HARD)
    assert np.asarray(systems.is_redone).tolist() == [True] + [False] * 6
    values, vectors = np.linalg.eigh(HARD)
    np.testing.assert_array_equal(systems.values, values)
    np.testing.assert_array_equal(systems.vectors, vectors)


def test_without_checks_nothing_is_looked_at(spoilt, monkeypatch):
    monkeypatch.setattr(
        eigensystem.jnp.linalg, "eigh", lambda _: tuple(jnp.asarray(a) for a in spoilt)
    )
    with jax.enable_x64(True):
        systems = eigensystems(jnp.asarray(HARD), checks=False)
    assert not np.asarray(systems.is_redone).any()
    np.testing.assert_array_equal(systems.values, spoilt[0])


def test_a_matrix_with_nan_has_none_and_is_not_computed_again():
    with jax.enable_x64(True):
        systems = eigensystems(jnp.asarray(np.full((1, 3, 3), np.nan)), checks=True)
    assert not systems.is_redone[0] and np.isnan(systems.values).all()
