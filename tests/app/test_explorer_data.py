"""What is sent to the explorer agrees with the analyses, and nothing is left out in silence."""

import numpy as np
import pytest
from synthetic import nested_funnels

import thalweg as tw
from thalweg.app import Limits, explorer_data, landscape_data
from thalweg.app.packing import unpack


@pytest.fixture(scope="module")
def network():
    return nested_funnels(60, unjoined=0.1)


@pytest.fixture(scope="module")
def shown(network):
    return explorer_data(network, title="sixty")


def _column(data, name):
    names = [column["name"] for column in data.notes["columns"]]
    return data.arrays[f"column {names.index(name)}"]


def test_it_can_be_packed_and_every_minimum_is_in_it(network, shown):
    arrays, notes = unpack(shown.to_bytes())
    assert notes["n_minima"] == network.n_minima == len(arrays["column 0"])
    assert sorted(arrays["order"]) == list(range(network.n_minima))
    assert np.array_equal(arrays["column 0"], network.losses)


def test_superbasins_follow_from_the_barriers_between_neighbours(network, shown):
    # What the front end does with them, against the graph's own nodes.
    graph = tw.analysis.disconnectivity_graph(network)
    barriers, losses = shown.arrays["barrier_to_right"], shown.arrays["drawn_loss"]
    for number, level in enumerate(graph.levels, start=1):
        parts = np.split(np.arange(60), 1 + np.flatnonzero(barriers > level.loss))
        parts = [p for p in parts if len(p) > 1 or losses[p[0]] <= level.loss]
        assert len(parts) == len(level.start)
        for k, part in enumerate(parts, start=1):
            assert set(shown.arrays["order"][part]) == set(graph.members(f"{number}_{k}"))


def test_the_forest_has_the_lowest_passes_alone(network, shown):
    assert len(shown.arrays["forest"]) == network.n_minima - network.n_components
    barriers = tw.analysis.minimax_barriers(network).to(network.global_minimum)
    rise = barriers - network.losses
    assert np.array_equal(
        _column(shown, "barrier"), np.where(np.isfinite(rise), rise, np.nan), True
    )


def test_the_curves_are_those_of_the_heat_capacity(network, shown):
    curve = tw.analysis.heat_capacity(network)
    assert np.array_equal(shown.arrays["heat_capacity"], curve.values)
    assert shown.arrays["peak_temperature"].tolist() == [p.temperature for p in curve.peaks]
    t = float(curve.temperatures[40])
    excess = tw.analysis.frustration(network, t).excess
    assert shown.arrays["frustration_excess"][40] == pytest.approx(excess, rel=1e-12)


def test_annotations_are_columns_with_their_nans_and_texts_are_groups(network):
    auc = np.linspace(0, 1, 60)
    auc[3] = np.nan
    data = explorer_data(network, annotations={"loss": auc, "kind": ["b", "a"] * 30})
    assert np.isnan(_column(data, "loss (saved)")[3])
    kinds = next(column for column in data.notes["columns"] if column["name"] == "kind")
    assert kinds["groups"] == ("a", "b") and _column(data, "kind")[:2].tolist() == [1, 0]
    with pytest.raises(ValueError, match="one value for each of the 60 minima"):
        explorer_data(network, annotations={"short": [1.0]})


def test_minima_that_nothing_joins_are_one_group():
    data = explorer_data(tw.Network.from_arrays([0.0, 1.0, 2.0, 3.0], [(0, 1)], [1.5]))
    names = [column["groups"] for column in data.notes["columns"] if column["name"] == "component"]
    assert names == [("none", "0")]
    assert _column(data, "component").tolist() == [1, 1, 0, 0]


def test_a_clip_says_how_many_it_lowers(network):
    clip = float(np.median(network.losses))
    notes = explorer_data(network, barrier_clip=clip).notes
    assert notes["barrier_clip"] == clip
    assert notes["n_clipped_minima"] == (network.losses > clip).sum()
    assert notes["n_clipped_transition_states"] == (network.barrier_losses > clip).sum()


def test_rates_have_a_tree_but_no_temperature():
    data = explorer_data(tw.Network.from_rates(np.array([[-1.0, 1.0], [2.0, -2.0]])))
    assert not data.notes["has_temperature"] and "heat_capacity" not in data.arrays


FEW = Limits(whole=50, first=20, more=15)


def test_of_more_minima_than_it_sends_the_deepest_are_sent_and_all_are_counted(network):
    data = explorer_data(network, annotations={"kind": ["b", "a"] * 30}, limits=FEW)
    arrays, notes = unpack(data.to_bytes())
    upper = tw.analysis.upper_tree(network, 20)
    assert notes["n_minima"] == 20 and notes["n_all_minima"] == network.n_minima == 60
    assert arrays["minimum_number"].tolist() == upper.minima.tolist()
    assert _column(data, "minima").tolist() == upper.counts.tolist()
    # What is said of a minimum is what the whole network says of it.
    whole = explorer_data(network, annotations={"kind": ["b", "a"] * 30})
    for name in ("loss", "degree", "barrier"):
        expected = _column(whole, name)[upper.minima]
        assert np.array_equal(_column(data, name), expected, equal_nan=True)
    described = {column["name"]: column for column in notes["columns"]}
    kinds = [described["kind"]["groups"][int(k)] for k in _column(data, "kind")]
    assert kinds == [["b", "a"][number % 2] for number in upper.minima]
    assert np.array_equal(arrays["heat_capacity"], whole.arrays["heat_capacity"])
    assert "log_weight" not in arrays and not notes["has_occupation"]
    n_apart = int((upper.holders < 0).sum())
    assert n_apart and f"{n_apart} that nothing joins not at all" in notes["left_out"]
    assert f"{60 - 20 - n_apart} less deep ones are drawn as" in notes["left_out"]


def test_what_is_opened_is_sent_as_well_until_there_is_no_room(network):
    first = explorer_data(network, limits=FEW)
    largest = int(first.arrays["minimum_number"][_column(first, "minima").argmax()])
    second = explorer_data(network, limits=FEW, opened=[[largest]])
    numbers = second.arrays["minimum_number"]
    assert set(first.arrays["minimum_number"]) < set(numbers.tolist())
    assert second.notes["opened"] == [[largest]] and _column(second, "minima").sum() == (
        _column(first, "minima").sum()
    )
    for edge, loss in zip(second.arrays["edge"], second.arrays["barrier_loss"], strict=True):
        a, b = numbers[edge]
        assert tw.analysis.minimax_barriers(network).between(int(a), int(b)) == loss
    with pytest.raises(ValueError, match="no more can be opened: 50 minima"):
        explorer_data(network, limits=FEW, opened=[[largest]] * 3)


def test_rates_between_too_many_states_are_refused_rather_than_left_out():
    rates = tw.Network.from_rates(np.array([[-1.0, 1.0, 0], [2, -3, 1], [0, 1.0, -1.0]]))
    with pytest.raises(ValueError, match="up to 2 states, and there are 3"):
        explorer_data(rates, limits=Limits(whole=2))


def test_an_empty_landscape_says_that_it_has_no_minima():
    landscape = tw.Landscape.create(tw.problems.double_well())
    with pytest.raises(ValueError, match="the explorer needs at least one"):
        landscape_data(landscape)
