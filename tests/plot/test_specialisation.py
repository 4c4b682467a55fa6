"""Figures of which points each minimum serves."""

import numpy as np
import pytest

from thalweg import plot


def test_points_are_as_large_as_their_probability():
    rng = np.random.default_rng(0)
    inputs, p = rng.normal(size=(20, 2)), rng.uniform(size=(2, 20))
    picked = np.arange(20) % 2
    panels = plot.specialisation(inputs, p, picked)
    assert len(panels) == 3
    sizes = panels[2].collections[1].get_sizes()
    np.testing.assert_allclose(sizes, 1 + 24 * p[1, 1::2] ** 2)
    with pytest.raises(ValueError, match="two inputs"):
        plot.specialisation(np.zeros((20, 3)), p, picked)
