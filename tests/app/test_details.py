"""The details of single points: each problem has the sections that it can fill, as JSON."""

import json

import numpy as np
import pytest
from landscape_of_points import landscape_of_points

import thalweg as tw
from thalweg.app import landscape_data
from thalweg.app.details import PROVIDERS, Section, Subject, details_of
from thalweg.app.details.atoms import atoms
from thalweg.app.details.clusters import clusters
from thalweg.app.details.dependence import dependence
from thalweg.app.details.prediction import prediction
from thalweg.app.details.stationary_point import hyperparameters
from thalweg.landscape.records import Minimum
from thalweg.testing.analytic import fill


def _kinds(landscape, of="minimum", numbers=(0,), providers=PROVIDERS):
    answer = details_of(landscape, of, numbers, providers)
    json.dumps(answer, allow_nan=False)
    return {section["title"]: section["kind"] for section in answer["sections"]}


def _section(provider, problem, x):
    """What one provider says of a point, whether or not it is a minimum."""
    point = Minimum(0.1, x, np.ones(len(x)), 0.0)
    return provider(Subject(tw.Landscape.create(problem), "minimum", (0,), (point,), problem))


@pytest.fixture(scope="module")
def classifier():
    data = tw.datasets.spirals(train=60, test=0, seed=0)
    problem = tw.problems.NeuralNetwork.from_data(data.inputs, data.targets, hidden=(3,), l2=1e-4)
    points = np.random.default_rng(0).normal(size=(2, problem.dimension))
    return landscape_of_points(problem, 3 * points)


def test_a_network_has_spectrum_weights_and_decisions(classifier):
    assert _kinds(classifier) == {
        "Stationary point": "numbers",
        "Spectrum of the Hessian": "spectrum",
        "Weights": "network",
        "Decisions": "decisions",
    }


def test_a_network_of_more_inputs_has_partial_dependence():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(25, 3))
    problem = tw.problems.NeuralNetwork.from_data(
        inputs, (inputs[:, 0] > 0).astype(int), hidden=(3,), l2=1e-4
    )
    x = rng.normal(size=problem.dimension)
    section = _section(dependence, problem, x)
    assert {panel["name"] for panel in section.values["panels"]} == {"x1", "x2", "x3"}
    for panel in section.values["panels"]:
        number = int(panel["name"][1:]) - 1
        same = tw.analysis.partial_dependence(problem, x, inputs, number, resolution=24)
        assert np.array_equal(panel["average"], same.average.T)
    assert section.note == "Mean probability of each class over 25 of 25 training points."


def test_two_minima_disagree_where_their_classes_differ(classifier):
    network, problem = classifier.network(), classifier.problem
    inputs = problem.training_inputs
    first, second = (
        tw.problems.predictions.class_probabilities(problem, x, inputs).argmax(axis=1)
        for x in network.coordinates[:2]
    )
    section = details_of(classifier, "pair", [0, 1], PROVIDERS)["sections"][0]
    assert f"differently on {(first != second).sum()} of {len(inputs)}" in section["note"]
    assert len(section.get("points", [])) == (first != second).sum()


def test_the_distances_of_a_landscape_are_after_alignment(classifier):
    data, network = landscape_data(classifier), classifier.network()
    names = [column["name"] for column in data.notes["columns"]]
    shown = data.arrays[f"column {names.index('distance')}"]
    lowest = network.coordinates[network.global_minimum]
    assert shown[network.global_minimum] == pytest.approx(0, abs=1e-6)
    assert shown[1] == classifier.problem.symmetry.distance(lowest, network.coordinates[1])


def test_a_cluster_of_atoms_has_its_atoms():
    x = np.random.default_rng(0).normal(size=15)
    section = _section(atoms, tw.problems.LennardJones(5), x)
    assert section.kind == "atoms"
    assert np.array_equal(section.values["positions"], x.reshape(5, 3))


def test_clusters_have_their_points_and_centres():
    points = np.array([[0.0, 0], [0, 1], [5, 5], [5, 6], [9, 0], [9, 1]])
    section = _section(clusters, tw.problems.KMeans(points, 2), np.array([0.0, 0.5, 7, 3]))
    assert section.title == "Clusters" and section.values["centres"].shape == (2, 2)
    assert sorted(set(section.values["groups"].tolist())) == [0, 1]


def test_a_gaussian_process_has_its_prediction_and_hyperparameters():
    rng = np.random.default_rng(0)
    x = rng.uniform(-2, 2, size=(15, 1))
    y = np.sin(3 * x[:, 0]) + 0.1 * rng.normal(size=15)
    kernel = tw.kernels.Matern(1.5)
    problem = tw.problems.GaussianProcess.from_data(x, y, kernel=kernel, prior_width=2.0)
    point = np.zeros(problem.dimension)
    assert _section(prediction, problem, point).kind == "prediction"
    rows = dict(_section(hyperparameters, problem, point).values["rows"])
    assert set(rows.values()) == {1.0}


def test_a_transition_state_has_details_and_a_stranger_has_none():
    landscape = tw.Landscape.create(tw.problems.double_well())
    fill(landscape)
    rows = dict(details_of(landscape, "transition state", [0], PROVIDERS)["sections"][0]["rows"])
    assert rows["index"] == 1
    with pytest.raises(IndexError, match="no transition state 9"):
        details_of(landscape, "transition state", [9], PROVIDERS)
    with pytest.raises(ValueError, match="no details of 'saddle'"):
        details_of(landscape, "saddle", [0], PROVIDERS)


def test_a_provider_of_ones_own_adds_a_section(classifier):
    def mine(subject):
        return Section("Mine", "numbers", {"rows": [("number", subject.numbers[0])]})

    assert _kinds(classifier, numbers=[1], providers=(*PROVIDERS, mine))["Mine"] == "numbers"


def test_a_problem_that_cannot_be_rebuilt_leaves_the_numbers(tmp_path):
    problem = tw.problems.Function(lambda x: (x**2 - 1) @ (x**2 - 1), dimension=1, bounds=(-2, 2))
    landscape_of_points(problem, [np.ones(1)], location=tmp_path / "a.db").close()
    with tw.Landscape.open(tmp_path / "a.db") as landscape:
        assert list(_kinds(landscape)) == ["Stationary point", "Spectrum of the Hessian"]
        note = details_of(landscape, "minimum", [0], PROVIDERS)["sections"][0]["note"]
        assert "cannot rebuild its problem" in note
        assert "cannot rebuild its problem" in landscape_data(landscape).notes["left_out"]
        with pytest.raises(IndexError, match="no minimum 5"):
            details_of(landscape, "minimum", [5], PROVIDERS)
