"""A landscape knows its model, and refuses another."""

import pytest
from small_models import PARAMS, X, Y, jax_loss

import thalweg as tw


def test_a_landscape_knows_its_model(tmp_path):
    problem = tw.problems.from_jax(jax_loss, PARAMS, X, Y, l2=1e-2)
    tw.explore(problem, tmp_path / "own.db", minima=1, connect=False, workers=1).close()
    again = tw.problems.from_jax(jax_loss, PARAMS, X, Y, l2=1e-2)
    assert tw.Landscape.open(tmp_path / "own.db", again).n_minima > 0
    for other in (
        tw.problems.from_jax(jax_loss, PARAMS, X, 1 - Y, l2=1e-2),
        tw.problems.from_jax(jax_loss, PARAMS, X, Y, l2=1e-3),
    ):
        with pytest.raises(tw.FingerprintMismatch):
            tw.Landscape.open(tmp_path / "own.db", other)
    with pytest.raises(tw.LandscapeError, match="Pass the problem again"):
        _ = tw.Landscape.open(tmp_path / "own.db").problem
