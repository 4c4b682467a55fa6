"""Which minima are chosen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import thalweg as tw
from thalweg.learn import (
    METHODS,
    SelectionContext,
    misclassification_distances,
    predicted_classes,
    select,
    selection,
)


@pytest.fixture(scope="module")
def context(spiral_network):
    landscape = tw.explore(spiral_network, minima=30, connect=False, workers=1)
    inputs = np.asarray(spiral_network.inputs[:-1]).T
    network = landscape.network()
    return SelectionContext(network, spiral_network, spiral_network.symmetry, inputs)


@given(st.integers(1, 30), st.integers(1, 40), st.integers(2, 4), st.integers(0, 1000))
def test_distances_are_shares_of_points_that_get_different_classes(minima, points, classes, seed):
    rng = np.random.default_rng(seed)
    predicted = rng.integers(0, classes, size=(minima, points)).astype(np.int8)
    distances = misclassification_distances(predicted)
    exact = (predicted[:, None] != predicted[None]).mean(axis=2)
    # Sums of whole numbers over points are exact in float32; their quotients are rounded once.
    np.testing.assert_allclose(distances, exact, atol=1e-6)


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


def test_two_are_the_best_and_the_one_that_differs_most(context):
    pair = select(context, 2, "misclassification").minima
    distances = misclassification_distances(
        predicted_classes(context.network, context.problem, context.inputs)
    )
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


def test_methods_take_turns(spiral_network):
    network = tw.explore(spiral_network, minima=20, connect=False, workers=1).network()
    context = SelectionContext(
        network, spiral_network, spiral_network.symmetry, np.asarray(spiral_network.inputs[:-1]).T
    )
    first = select(context, 4, "misclassification").minima
    second = select(context, 4, "flattest").minima
    both = select(context, 4, "misclassification+flattest").minima
    assert both[0] == first[0] and both[1] == next(i for i in second if i != first[0])
    assert len(set(both)) == 4 and set(both) <= {*first, *second}
    same = select(context, 4, "best_loss+best_loss").minima
    np.testing.assert_array_equal(np.sort(same), np.sort(select(context, 4, "best_loss").minima))
    with pytest.raises(ValueError, match="must be one of"):
        select(context, 2, "best_loss+worst")
