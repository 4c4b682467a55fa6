"""Which minima are chosen."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import thalweg as tw
from thalweg.learn import (
    METHODS,
    AtRandom,
    SelectionContext,
    SelectionMethod,
    images_as_found,
    misclassification_distances,
    pair_distances,
    predicted_classes,
    select,
    selection,
)
from thalweg.problems.predictions import class_probabilities


@pytest.fixture(scope="module")
def context(spiral_network):
    network = tw.explore(spiral_network, minima=20, connect=False, workers=1).network()
    # Three chains of passes, so that there are basins and communities without a search for them.
    n = 20
    rows = np.arange(n - 3)
    network = tw.Network.from_arrays(
        network.losses[:n],
        coordinates=network.coordinates[:n],
        lpphe=network.lpphe[:n],
        edges=np.column_stack([rows, rows + 3]),
        barrier_losses=np.full(len(rows), network.losses.max() + 0.01),
        barrier_lpphe=np.full(len(rows), network.lpphe.mean()),
    )
    return SelectionContext(
        network,
        spiral_network,
        spiral_network.symmetry,
        spiral_network.training_inputs,
        targets=spiral_network.training_targets,
    )


@pytest.fixture(scope="module")
def distances(context):
    classes = predicted_classes(context.network, context.problem, context.inputs)
    return misclassification_distances(classes)


@given(st.integers(1, 30), st.integers(1, 40), st.integers(2, 4), st.integers(0, 1000))
def test_distances_are_shares_of_points_that_get_different_classes(minima, points, classes, seed):
    rng = np.random.default_rng(seed)
    predicted = rng.integers(0, classes, size=(minima, points)).astype(np.int8)
    distances = misclassification_distances(predicted)
    exact = (predicted[:, None] != predicted[None]).mean(axis=2)
    # Sums of whole numbers over points are exact in float32; their quotients are rounded once.
    np.testing.assert_allclose(distances, exact, atol=1e-6)
    np.testing.assert_array_equal(distances == 0, exact == 0)


def test_classes_are_those_that_the_problem_predicts(context):
    import jax

    classes = predicted_classes(context.network, context.problem, context.inputs)
    with jax.enable_x64(True):
        p = context.problem.predict(
            jax.numpy.asarray(context.network.coordinates[3]), jax.numpy.asarray(context.inputs)
        )
    np.testing.assert_array_equal(classes[3], np.asarray(p).argmax(axis=1))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", [1, 3])
def test_every_method_chooses_different_minima(context, method, n):
    minima = select(context, n, method).minima
    assert len(minima) == len(set(minima.tolist())) == n
    np.testing.assert_array_equal(minima, select(context, n, METHODS[method]).minima)


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"heat_capacity"}))
def test_more_than_there_are_is_all_of_them(context, method):
    chosen = select(context, 1000, method)
    assert set(chosen.minima.tolist()) == set(range(context.network.n_minima))


def test_two_are_the_best_and_the_one_that_differs_most(context, distances):
    pair = select(context, 2, "misclassification").minima
    best = context.network.global_minimum
    assert pair[0] == best and distances[best, pair[1]] == distances[best].max()


@given(st.integers(5, 9), st.integers(2, 4), st.integers(0, 200))
def test_no_selection_beats_all_that_can_be_tried(size, n, seed):
    rng = np.random.default_rng(seed)
    d = rng.random((size, size))
    d = (d + d.T) / 2
    np.fill_diagonal(d, 0)
    best = selection.exhaustive(d, n)
    greedy = selection.most_different(d, 0, n)
    programme = selection.quadratic_programme(d, np.arange(size, dtype=float), n)
    for chosen in (greedy, programme):
        assert chosen.value <= best.value + 1e-12
    # Rounding cannot gain over the local maximum that it rounds by more than the best there is.
    assert programme.relaxed_value <= size * (size - 1) / 2


def test_peaks_give_those_that_gain_and_lose_in_turn(context):
    chosen = select(context, 4, "heat_capacity").minima
    peak = tw.analysis.heat_capacity(context.network).peaks[0]
    assert chosen[0] == peak.positive_minima[0]
    assert chosen[1] == peak.negative_minima[0]


def test_choices_that_cannot_be_made_are_refused(context):
    with pytest.raises(ValueError, match="select must be one of"):
        select(context, 2, "best")
    with pytest.raises(ValueError, match="at least 1"):
        select(context, 0)
    with pytest.raises(ValueError, match="too many to try"):
        selection.exhaustive(np.zeros((100, 100)), 10)
    with pytest.raises(ValueError, match="no points"):
        misclassification_distances(np.zeros((2, 0), dtype=np.int8))


def test_methods_take_turns(context):
    first = select(context, 4, "misclassification").minima
    second = select(context, 4, "flattest").minima
    both = select(context, 4, "misclassification+flattest").minima
    assert both[0] == first[0] and both[1] == next(i for i in second if i != first[0])
    assert len(set(both)) == 4 and set(both) <= {*first, *second}
    same = select(context, 4, "best_loss+best_loss").minima
    np.testing.assert_array_equal(np.sort(same), np.sort(select(context, 4, "best_loss").minima))
    with pytest.raises(ValueError, match="must be one of"):
        select(context, 2, "best_loss+worst")


def test_mmdbm_starts_from_the_minimum_of_best_auc(context, distances):
    from sklearn.metrics import roc_auc_score

    scores = [
        roc_auc_score(
            context.targets, class_probabilities(context.problem, x, context.inputs)[:, 1]
        )
        for x in context.network.coordinates
    ]
    best = int(np.argmax(scores))
    # The order of the losses turned round, the lowest is another one.
    turned = tw.Network.from_arrays(
        -context.network.losses, coordinates=context.network.coordinates
    )
    assert best != turned.global_minimum
    pair = select(replace(context, network=turned), 2, "mmdbm").minima
    assert pair[0] == best and distances[best, pair[1]] == distances[best].max()
    with pytest.raises(ValueError, match="needs the classes"):
        select(replace(context, targets=None), 2, "mmdbm")


def test_a_peak_is_named_after_a_colon(context):
    # Minimum 1 takes over from 0 near T = 0.003, and 2 from both near 0.08: volumes against losses.
    network = tw.Network.from_arrays(
        [0.0, 0.01, 1.0, 3.0, 3.1],
        lpphe=[0.0, -6.0, -30.0, 0.0, 0.0],
        coordinates=context.network.coordinates[:5],
    )
    context = replace(context, network=network)
    peaks = tw.analysis.heat_capacity(network).peaks
    assert len(peaks) == 2
    pair = select(context, 2, "heat_capacity:2").minima
    assert pair.tolist() == [peaks[1].positive_minima[0], peaks[1].negative_minima[0]] == [2, 1]
    assert select(context, 2, "heat_capacity").minima.tolist() == [1, 0]
    with pytest.raises(ValueError, match="from 1 to 2, got 3"):
        select(context, 2, "heat_capacity:3")
    assert METHODS["heat_capacity"].with_argument("2").name == "heat_capacity:2"
    both = select(context, 4, "mmdbm+heat_capacity:2").minima
    assert {*pair, *select(context, 2, "mmdbm").minima} <= {*both}
    for wrong in ("heat_capacity:0", "heat_capacity:x", "random:-1"):
        with pytest.raises(ValueError, match="follows the colon"):
            select(context, 2, wrong)
    with pytest.raises(ValueError, match="nothing after a colon"):
        select(context, 2, "flattest:2")


def test_each_draw_is_another_one(context):
    draws = [tuple(select(context, 3, f"random:{k}").minima) for k in range(5)]
    assert len(set(draws)) == 5
    assert draws[3] == tuple(AtRandom(3).choose(context, 3).minima)
    assert AtRandom(3).name == "random:3"


def test_the_farthest_pair_is_that_of_all_pairs(context):
    symmetry, points = context.symmetry, context.network.coordinates
    n = len(points)
    images = images_as_found(context.network, symmetry, context.seed)
    for name, d in (
        ("farthest_aligned", lambda a, b: symmetry.distance(points[a], points[b])),
        ("farthest_as_found", lambda a, b: np.linalg.norm(images[a] - images[b])),
    ):
        pair = select(context, 2, name).minima
        largest = max(d(a, b) for a in range(n) for b in range(a))
        assert d(*pair) == pytest.approx(largest, rel=1e-12)
    assert not np.array_equal(images, points)
    # An image is the minimum in another order: nothing is left of it after alignment.
    assert symmetry.distance(images[4], points[4]) < 1e-12
    other = [
        tuple(select(replace(context, seed=s), 2, "farthest_as_found").minima) for s in range(9)
    ]
    assert len(set(other)) > 1, "as found the pair is a matter of chance"


def test_topography_spreads_the_choice_over_the_landscape(context):
    network = context.network
    basins = tw.analysis.monotonic_sequence_basins(network)
    funnels = select(context, 3, "funnels").minima
    np.testing.assert_array_equal(funnels, basins.bottoms[:3])
    groups = tw.analysis.communities(network, seed=context.seed).assignment
    chosen = select(context, 4, "communities").minima
    assert groups[chosen].tolist() == [0, 1, 2, 3]
    for k, minimum in enumerate(chosen):
        assert network.losses[minimum] == network.losses[groups == k].min()
    slow = select(context, 2, "slow_rates").minima
    # The chains are not joined: the lowest minimum of another one is never reached.
    apart = network.component != network.component[network.global_minimum]
    assert slow[0] == network.global_minimum
    assert network.losses[slow[1]] == network.losses[apart].min()
    assert select(context, 2, "slow_rates:0.01").method == "slow_rates:0.01"
    bare = replace(context, network=tw.Network.from_arrays([0.0, 1.0], coordinates=np.eye(2)))
    for name in ("funnels", "communities", "slow_rates"):
        with pytest.raises(ValueError, match="needs transition states"):
            select(bare, 1, name)
    with pytest.raises(ValueError, match="temperature"):
        select(context, 2, "communities:0")


def test_slow_rates_choose_what_takes_longest_to_reach_the_rest(context):
    network = tw.Network.from_arrays(
        [0.0, 0.1, 0.2, 0.15], edges=[(0, 1), (1, 2), (0, 3)], barrier_losses=[0.3, 0.9, 0.4]
    )
    context = replace(context, network=network)
    assert METHODS["slow_rates"].with_argument("0.05").choose(context, 2).minima.tolist() == [0, 2]


def test_a_method_of_your_own_is_known_by_its_name(context, monkeypatch):
    class Highest(SelectionMethod):
        name = "highest"

        def choose(self, context, n):
            return tw.learn.Selection(np.argsort(-context.network.losses)[:n], self.name)

    monkeypatch.setitem(METHODS, "highest", Highest())
    assert select(context, 1, "highest").minima[0] == np.argmax(context.network.losses)
    assert len(select(context, 4, "highest+best_loss").minima) == 4


def test_pairs_have_three_distances(context, distances):
    pairs = pair_distances(context, most=7)
    lowest = np.argsort(context.network.losses)[:7]
    a, b = np.triu_indices(7, 1)
    np.testing.assert_allclose(pairs.misclassification, distances[lowest[a], lowest[b]], atol=1e-6)
    points = context.network.coordinates[lowest]
    aligned = [context.symmetry.distance(points[i], points[j]) for i, j in zip(a, b, strict=True)]
    np.testing.assert_allclose(pairs.aligned, aligned, rtol=1e-12)
    assert (pairs.as_found >= pairs.aligned - 1e-9).all()
    expected = np.corrcoef(pairs.as_found, pairs.misclassification)[0, 1]
    assert pairs.correlation_as_found == pytest.approx(expected)
    assert np.isnan(pair_distances(context, most=2).correlation_aligned)
