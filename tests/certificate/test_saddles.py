"""Saddles of higher index are proved as minima and transition states are, and so is what their sum counts."""

import dataclasses
import runpy

import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.analysis import euler_characteristic
from thalweg.certificate import Certifier, Refusal, certificate_document, certify, checker_source
from thalweg.landscape.mending import Mending
from thalweg.landscape.merging import merge
from thalweg.landscape.records import Batch, Minimum, Pathway, Saddle, TransitionState
from thalweg.problems import Function, KMeans, double_well
from thalweg.search.exploration.stationary_tasks import StationarySearch
from thalweg.testing.analytic import LEFT, PASS, RIGHT

WELLS = Function(lambda x: jnp.sum((x**2 - 1) ** 2), dimension=2)


def point(kind, *x):
    """A stationary point of the wells, by their formula."""
    x = np.array(x)
    return kind(float(np.sum((x**2 - 1) ** 2)), x, np.sort(12 * x**2 - 4), 0.0)


MAXIMUM = point(Saddle, 0.0, 0.0)
MINIMA = [point(Minimum, x, y) for x, y in ((1.0, 1.0), (1.0, -1.0), (-1.0, -1.0), (-1.0, 1.0))]
PASSES = [
    Pathway(point(TransitionState, x, y), (MINIMA[i], MINIMA[(i + 1) % 4]))
    for i, (x, y) in enumerate(((1.0, 0.0), (0.0, -1.0), (-1.0, 0.0), (0.0, 1.0)))
]


def landscape_of(pathways, saddles):
    landscape = tw.Landscape.create(WELLS)
    batch = Batch("formula", minima=tuple(MINIMA), pathways=tuple(pathways), saddles=tuple(saddles))
    landscape.record(batch, landscape.start_run("test", {}, 0))
    return landscape


@pytest.fixture(scope="module")
def proved():
    landscape = landscape_of(PASSES, [MAXIMUM])
    assert not euler_characteristic(landscape, grows=True).are_proved
    certify(landscape)
    return landscape


def test_a_saddle_is_proved_with_its_index_and_counted(proved):
    result = proved.certificates()
    assert result.is_complete
    assert [one.index for one in result.certificates if one.kind == "saddle"] == [2]
    counts = result.counts
    assert (counts.saddles, counts.of_saddles) == (1, 1)
    said = "4 of 4 minima, 4 of 4 transition states, 1 of 1 saddles of higher index proved"
    assert str(counts) == f"{said}, pairwise distinct"
    assert tw.summarise(proved).as_dict()["proofs"]["of_saddles"] == 1


def test_the_sum_is_said_to_be_proved_only_when_all_of_its_points_are(proved):
    result = euler_characteristic(proved, grows=True)
    assert result.is_one and result.are_proved and result.as_dict()["are_proved"]
    assert "every one of these points is proved" in str(result)
    without = landscape_of(PASSES, [])
    certify(without)
    assert not euler_characteristic(without, grows=True).are_proved
    assert not euler_characteristic(proved).are_proved


def test_a_saddle_of_index_one_is_another_point_than_the_transition_states_it_looks_like():
    """The four passes have one loss and one Hessian: where they lie tells them apart."""
    other, same = (point(Saddle, *PASSES[i].transition_state.coordinates) for i in (3, 0))
    landscape = landscape_of(PASSES[:3], [MAXIMUM, other])
    result = certify(landscape)
    assert result.is_complete and result.alike_of_index_one == ()
    assert euler_characteristic(landscape, grows=True).are_proved
    # One point in two records is not two points: kept, read again, and without keeping.
    landscape = landscape_of([], [MAXIMUM, other, same])
    landscape.record(Batch("sides", seed=1, pathways=tuple(PASSES[:3])), 1)
    (same_as,) = [i for i, one in enumerate(landscape.saddles()) if one.coordinates[0] == 1]
    for result in (certify(landscape, record=False), certify(landscape), landscape.certificates()):
        assert result.alike_of_index_one == ((same_as, 0),) and not result.are_distinct
        assert result.counts.saddles == 3 and not result.alike
    assert result.without("saddle", [same_as]).are_distinct
    assert result.as_dict()["saddles_and_transition_states_not_proved_different"] == [[same_as, 0]]


def test_a_saddle_of_another_index_and_one_beside_a_stationary_point_are_refused():
    certifier = Certifier(WELLS)
    posing = dataclasses.replace(MAXIMUM, spectrum=np.array([-4.0, 8.0]))
    result = certifier.certify(posing, "saddle", 0)
    assert isinstance(result, Refusal) and "2 negative eigenvalues, not 1" in result.reason
    beside = dataclasses.replace(MAXIMUM, coordinates=np.array([1e-3, 0.0]))
    assert isinstance(certifier.certify(beside, "saddle", 0), Refusal)
    posing = Minimum(**{f.name: getattr(MAXIMUM, f.name) for f in dataclasses.fields(Minimum)})
    assert isinstance(certifier.certify(posing, "minimum", 0), Refusal)


def test_a_saddle_that_has_become_a_transition_state_is_not_said_to_be_another_point():
    saddle = Saddle(PASS.loss, PASS.coordinates, PASS.spectrum, 0.0)
    with tw.Landscape.create(double_well()) as landscape:
        batch = Batch("walks", minima=(LEFT, RIGHT), saddles=(saddle,))
        run = landscape.start_run("test", {}, 0)
        landscape.record(batch, run)
        certify(landscape)
        # Known as a saddle alone it counts.
        assert euler_characteristic(landscape, grows=True).are_proved
        landscape.record(Batch("sides", pathways=(Pathway(PASS, (LEFT, RIGHT)),)), run)
        result = certify(landscape)
        assert result.alike_of_index_one == ((0, 0),) and not result.are_distinct
        assert euler_characteristic(landscape, grows=True).are_proved


def test_on_ridges_nothing_is_said_of_saddles():
    clusters = KMeans(np.arange(6.0)[:, None], n_clusters=2)
    saddle = Saddle(0.0, np.array([1.0, 4.0]), np.array([-1.0, -1.0]), 0.0)
    assert "ridges" in Certifier(clusters).certify(saddle, "saddle", 0).reason


def test_proofs_of_saddles_are_merged_and_go_with_their_points(proved):
    with tw.Landscape.create(WELLS) as target:
        merge([proved], target)
        now = target.certificates()
        assert now.n_proved("saddle") == 1 and not now.untried
        mending = Mending(target)
        mending.remove(Saddle, mending.rows(Saddle)[0])
        target.record(Batch("again", seed=1, saddles=(MAXIMUM,)), 1)
        assert target.certificates().untried == (("saddle", 0),)


@pytest.mark.slow
def test_a_saddle_of_a_network_is_exported_and_proved_again_by_the_checker(network, tmp_path):
    batch = StationarySearch(0, 0, 0, 16).run(network.problem)
    saddle = next(one for one in batch.saddles if one.index > 1)
    with tw.Landscape.create(network.problem) as landscape:
        landscape.record(Batch("walks", saddles=(saddle,)), landscape.start_run("x", {}, 0))
        assert certify(landscape).is_complete
        (exported,) = (document := certificate_document(landscape))["points"]
    assert exported["kind"] == "saddle" and exported["index"] == saddle.index
    (tmp_path / "check.py").write_text(checker_source())
    is_proved = runpy.run_path(str(tmp_path / "check.py"))["is_proved"]
    assert is_proved(document["problem"], exported)
    for kind in ("minimum", "transition state", "neither"):
        assert not is_proved(document["problem"], {**exported, "kind": kind})
