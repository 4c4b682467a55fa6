"""Figures of how long basins last."""

import numpy as np
from networks import random_network

from thalweg import Network, analysis, plot


def test_each_basin_is_a_point_above_the_diagonal_or_at_the_top():
    network = random_network(30, 0, share_joined=0.8)
    ax = plot.persistence_diagram(network, unit="energy")
    births, deaths = ax.lines[1].get_data()
    assert np.all(np.asarray(deaths) >= np.asarray(births))
    assert len(births) + len(ax.lines[2].get_xdata()) == 30
    assert ax.get_xlabel() == "energy of the minimum"


def test_the_deepest_bars_stand_first_and_many_are_counted():
    n = 300
    rng = np.random.default_rng(0)
    network = Network.from_arrays(
        losses=rng.normal(size=n),
        edges=[(0, i) for i in range(1, n)],
        barrier_losses=[5.0] * (n - 1),
    )
    ax = plot.barcode(network)
    bars = [np.ptp(line[:, 0]) for line in ax.collections[0].get_segments()]
    assert len(bars) == 200 and np.all(np.diff(bars[1:]) <= 1e-12)
    assert ax.get_title() == "the 200 deepest of 300 basins"


def test_one_minimum_is_drawn(tmp_path):
    network = Network.from_arrays(losses=[1.0])
    plot.persistence_diagram(network)
    plot.barcode(network)
    ax = plot.landscape_profile(analysis.landscape_profile(network))
    ax.figure.savefig(tmp_path / "a.png")
