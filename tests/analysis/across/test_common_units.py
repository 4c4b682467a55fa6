"""Landscapes of different models in common units."""

import dataclasses

import numpy as np
import pytest

from thalweg import Landscape, Network
from thalweg.analysis import (
    common_units_table,
    frustration,
    heat_capacity,
    in_common_units,
    landscape_shape,
    loss_unit,
    occupation_probabilities,
)
from thalweg.landscape.records import Batch, Minimum, Pathway, TransitionState
from thalweg.problems import Function


@pytest.fixture(scope="module")
def network():
    return Network.from_arrays(
        [1.0, 2.0, 5.0],
        [(0, 1), (1, 2)],
        [3.0, 6.0],
        lpphe=[4.0, 2.0, 1.0],
        hits=[2, 1, 1],
        dimension=3,
    )


def changed(network, factor, offset, stretch):
    """The landscape of a L(x/s) + b: losses change by a and b, all curvatures by a/s²."""
    shift = network.n_modes * np.log(factor / stretch**2)
    return dataclasses.replace(
        network,
        losses=factor * network.losses + offset,
        barrier_losses=factor * network.barrier_losses + offset,
        lpphe=network.lpphe + shift,
    )


def test_the_unit_is_what_a_hit_costs_on_average(network):
    assert loss_unit(network) == (0 * 2 + 1 + 4) / 4
    assert loss_unit(Network.from_arrays([3.0])) == 1
    assert loss_unit(Network.from_arrays([0.0, 2.0])) == 1


def test_factor_offset_and_scale_of_a_loss_change_nothing(network):
    other = changed(network, 1e3, -40.0, 7.0)
    a, b = in_common_units(network), in_common_units(other)
    np.testing.assert_allclose(a.losses, b.losses, atol=1e-12)
    np.testing.assert_allclose(
        occupation_probabilities(a, 0.7), occupation_probabilities(b, 0.7), rtol=1e-9
    )
    assert frustration(a, 1.0).plain == pytest.approx(frustration(b, 1.0).plain)
    temperatures = [[p.temperature for p in heat_capacity(n).peaks] for n in (a, b)]
    assert temperatures[0] == pytest.approx(temperatures[1], rel=1e-5)


def landscape_of(network):
    """A landscape that holds the network."""
    landscape = Landscape.create(Function(lambda x: (x**2).sum(), dimension=1, name="bowl"))

    def point(kind, loss, place, spectrum):
        return kind(float(loss), np.array([float(place)]), np.array([spectrum]), 1e-12)

    minima = [point(Minimum, x, 10 * k, 2.0) for k, x in enumerate(network.losses)]
    found = tuple(m for m, n in zip(minima, network.hits, strict=True) for _ in range(n))
    pathways = tuple(
        Pathway(point(TransitionState, loss, 5 + 10 * k, -1.0), (minima[a], minima[b]))
        for k, ((a, b), loss) in enumerate(zip(network.edges, network.barrier_losses, strict=True))
    )
    run = landscape.start_run("test", {}, 0)
    landscape.record(Batch("starts", is_independent=True, minima=found), run)
    landscape.record(Batch("searches", pathways=pathways), run)
    return landscape


def test_the_shape_is_in_numbers_without_a_unit(network):
    landscape = landscape_of(network)
    shape = landscape_shape(landscape)
    hits = landscape.network().hits
    assert hits.tolist() == [3, 3, 2]
    unit = (1 * 3 + 4 * 2) / 8
    assert shape.unit == pytest.approx(unit) and shape.parameters == 1
    assert (shape.minima, shape.transition_states, shape.joined) == (3, 2, 1.0)
    assert shape.share_of_lowest == 3 / 8 and shape.basins == 1
    # Passes rise by 2 above loss 1 and by 4 above loss 2; from 2 and from 5 it takes 1 to leave.
    assert shape.barrier == pytest.approx(3 / unit) and shape.escape == pytest.approx(1 / unit)
    assert shape.deep_basins == 3
    table = common_units_table([("a", landscape), ("b", landscape)])
    assert table.loc["b", "excess"] == shape.excess > 0
