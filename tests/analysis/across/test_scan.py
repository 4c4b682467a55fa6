"""Landscapes over a parameter: births, deaths, and minima that stay the same."""

import json

import numpy as np
import pytest

import thalweg as tw
from thalweg.analysis import (
    agreement_with_kmeans,
    group_by_kmeans,
    published_grouping_agreement,
    scan,
    scan_minima,
    scan_report,
    scan_table,
    values_beside_folds,
)
from thalweg.problems import CoordinateFamily, Function

TILT = 8 / (3 * np.sqrt(3))


def tilted(z):
    return (z[0] ** 2 - 1) ** 2 + z[1] * z[0]


@pytest.fixture(scope="module")
def wells():
    family = CoordinateFamily(Function(tilted, dimension=2, bounds=(-3.0, 3.0)), 1, "tilt")
    values = (-2.0, 0.0, 2.0)
    return family, [(v, tw.explore(family.problem_at(v), minima=2, workers=1)) for v in values]


def test_births_and_deaths_are_folds_between_the_values(wells):
    family, landscapes = wells
    assert [landscape.n_minima for _, landscape in landscapes] == [1, 2, 1]
    result = scan(family, landscapes[::-1])
    assert [one.kind for one in result.catastrophes] == ["birth", "death"]
    # Critical values to 1e-6, as a fold is located along the branch to 1e-12.
    assert [one.fold.value for one in result.catastrophes] == pytest.approx([-TILT, TILT], abs=1e-6)
    assert all(one.value == 0.0 and one.transition_state == 0 for one in result.catastrophes)
    assert {one.minimum for one in result.catastrophes} == {0, 1}
    assert result.n_tracks == 2 and result.n_missed == 0 and not result.departures
    losses = [landscape.network().losses for _, landscape in landscapes]
    # Wells on either side of zero, told apart by their position: with it, k-means finds the same.
    positions = [landscape.network().coordinates[:, 0] for _, landscape in landscapes]
    assert agreement_with_kmeans(result, [0 * p for p in positions], positions) == 1
    assert agreement_with_kmeans(result, losses, [0 * p for p in positions]) < 1
    # Each of the two minima at zero is the one of an end.
    assert set(result.tracks[1]) == {result.tracks[0][0], result.tracks[2][0]}


def test_the_table_of_a_scan_has_a_row_for_each_value(wells):
    family, landscapes = wells
    tracks = scan(family, landscapes)
    networks = [landscape.network() for _, landscape in landscapes]
    metrics = [{"test mean squared error": network.coordinates[:, 0]} for network in networks]
    table = scan_table(landscapes, metrics)
    assert table.index.tolist() == [-2.0, 0.0, 2.0] and table.minima.tolist() == [1, 2, 1]
    lowest = [network.coordinates[network.global_minimum, 0] for network in networks]
    assert table["test mean squared error"].tolist() == lowest
    assert values_beside_folds(tracks) == [-2.0, 0.0, 2.0]
    assert values_beside_folds(tracks, most=2) == [-2.0, 0.0]
    losses = [network.losses for network in networks]
    errors = [by_name["test mean squared error"] for by_name in metrics]
    agreement = published_grouping_agreement(tracks, landscapes, metrics)
    assert agreement == agreement_with_kmeans(tracks, losses, errors)
    assert published_grouping_agreement(tracks, landscapes, [{}, *metrics[1:]]) is None


def test_every_minimum_of_a_scan_has_its_branch_and_its_group(wells):
    family, landscapes = wells
    tracks = scan(family, landscapes)
    networks = [landscape.network() for _, landscape in landscapes]
    metrics = [{"test mean squared error": network.coordinates[:, 0]} for network in networks]
    table = scan_minima(tracks, landscapes, metrics)
    assert table["value"].tolist() == [-2.0, 0.0, 0.0, 2.0]
    assert table["minimum"].tolist() == [0, 0, 1, 0]
    assert table["branch"].tolist() == np.concatenate(tracks.tracks).tolist()
    assert table["loss"].tolist() == np.concatenate([n.losses for n in networks]).tolist()
    errors = [one["test mean squared error"] for one in metrics]
    groups = group_by_kmeans([network.losses for network in networks], errors)
    assert table["group"].tolist() == np.concatenate(groups).tolist()
    assert table["test mean squared error"].tolist() == np.concatenate(errors).tolist()
    bare = scan_minima(tracks, landscapes, [{}, *metrics[1:]])
    assert list(bare.columns) == ["value", "minimum", "loss", "branch"]


def test_a_report_has_the_table_the_folds_and_the_agreement(wells):
    family, landscapes = wells
    tracks = scan(family, landscapes)
    metrics = [{}] * len(landscapes)
    report = scan_report(tracks, landscapes, metrics)
    assert report.parameter == tracks.parameter and report.grouping_agreement is None
    written = json.loads(json.dumps(report.as_dict()))
    assert [row["minima"] for row in written["values"]] == [1, 2, 1]
    assert [fold["kind"] for fold in written["folds"]] == ["birth", "death"]
    assert [fold["critical value"] for fold in written["folds"]] == pytest.approx([-TILT, TILT])
    assert written["different minima"] == 2 and written["missed by the search"] == 0
    assert written["left the bounds"] == []
    assert scan_report(tracks, landscapes, metrics, parameter="a.tilt").as_dict() == {
        **report.as_dict(),
        "parameter": "a.tilt",
    }


def test_the_published_grouping_puts_minima_of_like_loss_and_error_together():
    losses = [np.array([1.0, 5.0]), np.array([1.1, 5.1]), np.array([1.2])]
    groups = group_by_kmeans(losses, losses)
    assert groups[0][0] == groups[1][0] == groups[2][0] != groups[0][1] == groups[1][1]
    with pytest.raises(ValueError, match="no minima"):
        group_by_kmeans([np.zeros(0)], [np.zeros(0)])


def test_a_scan_needs_two_values(wells):
    family, landscapes = wells
    with pytest.raises(ValueError, match="two or more different values"):
        scan(family, landscapes[:1])
    with pytest.raises(ValueError, match="two or more different values"):
        scan(family, [landscapes[0], landscapes[0]])
