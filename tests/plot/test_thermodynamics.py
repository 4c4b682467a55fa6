"""Figures of the heat capacity."""

import numpy as np
import pytest

from thalweg import Network, analysis, plot


@pytest.fixture
def network():
    return Network.from_arrays(
        [0.0, 0.01, 1.0], [(0, 1), (1, 2)], [0.5, 2.0], lpphe=[8.0, 3.0, 0.0], dimension=2
    )


def test_every_peak_is_marked_and_numbered(network):
    result = analysis.heat_capacity(network)
    ax = plot.heat_capacity(result, unit="nats")
    assert [t.get_text() for t in ax.texts] == [str(k + 1) for k in range(len(result.peaks))]
    assert ax.get_xscale() == "log" and "nats" in ax.get_xlabel()
    assert len(result.peaks) == 2


def test_the_contributors_of_a_peak_are_named(network):
    result = analysis.heat_capacity(network)
    ax = plot.peak_contributors(network, result.peaks[0])
    named = {t.get_text() for t in ax.get_legend().get_texts()}
    assert named == {"gain", "lose", "others"}
    colours = {tuple(np.round(c, 3)) for c in ax.collections[0].get_colors()}
    assert len(colours) >= 3
