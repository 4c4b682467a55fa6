"""A landscape by its deepest minima: exact barriers, every minimum counted, more below what is opened."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import nested_funnels

import thalweg as tw
from thalweg import analysis


@settings(max_examples=15)
@given(st.integers(0, 1000), st.integers(1, 30))
def test_barriers_between_what_is_kept_are_those_of_the_whole(seed, most):
    network = nested_funnels(40, seed=seed, unjoined=0.1)
    upper = analysis.upper_tree(network, most)
    assert len(upper.minima) == most and network.global_minimum in upper.minima
    whole = analysis.minimax_barriers(network)
    part = analysis.minimax_barriers(upper.network)
    for k, minimum in enumerate(upper.minima):
        assert np.array_equal(part.to(k), whole.to(int(minimum))[upper.minima])


def test_it_keeps_the_deepest_and_counts_all_that_hang_below():
    network = nested_funnels(60, unjoined=0.1)
    upper = analysis.upper_tree(network, 20)
    depth = analysis.deep_basins(network, 0.0)
    depths = dict(zip(depth.bottoms.tolist(), depth.depths.tolist(), strict=True))
    kept = [depths.get(int(m), 0.0) for m in upper.minima]
    is_lone = np.bincount(network.component)[network.component] == 1
    others = np.setdiff1d(np.flatnonzero(~is_lone), upper.minima)
    assert is_lone.any() and min(kept) >= max(depths.get(int(m), 0.0) for m in others)
    assert (
        upper.counts.sum() == 60 - is_lone.sum()
        and (upper.holders[upper.minima] == np.arange(20)).all()
    )


def test_what_is_opened_shows_the_deepest_of_what_it_stood_for():
    network = nested_funnels(60, unjoined=0.0)
    before = analysis.upper_tree(network, 10)
    largest = int(before.counts.argmax())
    minimum = int(before.minima[largest])
    after = analysis.upper_tree(network, 10, opened=[[minimum]], more=5)
    new = np.setdiff1d(after.minima, before.minima)
    assert len(new) == min(5, before.counts[largest] - 1)
    assert (before.holders[new] == largest).all() and after.counts.sum() == 60
    inside = np.flatnonzero(before.holders == largest)
    depth = analysis.joining(network).depths
    shallower = np.setdiff1d(inside, after.minima)
    assert depth[new].min() >= depth[shallower].max()
    with pytest.raises(ValueError, match="one of the minima that are drawn"):
        analysis.upper_tree(network, 10, opened=[[int(shallower[0])]], more=5)


def test_what_nothing_joins_is_held_by_nobody():
    network = tw.Network.from_arrays([0.0, 1.0, 2.0, 3.0], [(0, 2)], [2.5])
    upper = analysis.upper_tree(network, 2)
    assert upper.minima.tolist() == [0, 2] and upper.holders.tolist() == [0, -1, 1, -1]
    assert upper.counts.tolist() == [1, 1]
