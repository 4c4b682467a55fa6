"""Measures of conservation: the published one, and others under names of their own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import thalweg as tw
from thalweg.learn import MEASURES, ShareOfSpread, StandardDeviation, conserved_weights
from thalweg.problems import HiddenUnitSymmetry

POINTS = np.array([[1.0, 2.0, -3.0, 0.0], [1.0, 4.0, 3.0, 0.0], [1.0, 0.0, 3.0, 0.0]])
EVERYTHING = np.concatenate([POINTS, 10 * POINTS])


def test_each_measure_is_what_its_name_says():
    sd = np.sqrt([0, 8 / 3, 8, 0])
    values = {name: measure(POINTS, EVERYTHING) for name, measure in MEASURES.items()}
    np.testing.assert_allclose(values["standard"], sd)
    np.testing.assert_allclose(values["relative"], [0, sd[1] / 2, sd[2], 0])
    np.testing.assert_allclose(values["spread"], [0, *(sd / EVERYTHING.std(axis=0).clip(1e-9))[1:]])
    # 80 % of three members: from a tenth to nine tenths of the way, over two steps.
    np.testing.assert_allclose(values["quantile"], [0, 3.2, 4.8, 0])
    np.testing.assert_allclose(values["sign"], [0, 1 / 3, 1 / 3, 0], atol=1e-15)


@given(st.integers(0, 100), st.sampled_from(sorted(MEASURES)))
def test_a_measure_is_zero_for_shared_weights_and_blind_to_the_order(seed, name):
    random = np.random.default_rng(seed)
    points = random.normal(size=(5, 6))
    points[:, :2] = points[0, :2]
    everything = np.concatenate([points, random.normal(size=(3, 6))])
    values = MEASURES[name](points, everything)
    assert np.all(values[:2] == 0) and np.all(values >= 0)
    again = MEASURES[name](random.permutation(points), everything)
    np.testing.assert_allclose(again, values, atol=1e-14)


def test_the_default_is_the_published_standard_deviation_at_most_epsilon():
    points = np.zeros((2, 14))
    points[:, :3] = [[5.0, 1.0, 1.0], [5.0, 1 + 2**-6, 1.2]]
    network = tw.Network.from_arrays([0.0, 1.0], coordinates=points)
    (group,) = conserved_weights(network, None, {"3_1": np.array([0, 1])}, epsilon=2**-7)
    assert group.name == "3_1" and group.measure == StandardDeviation()
    np.testing.assert_allclose(group.deviation[:3], [0, 2**-7, 0.1])
    assert group.is_conserved[:3].tolist() == [True, True, False]
    assert conserved_weights(network, None, [np.array([0, 1])])[0].epsilon == 0.01
    measure = ShareOfSpread()
    (relative,) = conserved_weights(network, None, [np.array([0, 1])], measure=measure)
    assert relative.name == "1" and relative.epsilon == measure.epsilon


def test_images_of_one_minimum_share_their_weights_only_once_they_are_aligned():
    symmetry = HiddenUnitSymmetry((3, 2, 2), is_odd=True)
    x = np.random.default_rng(0).normal(size=14)
    points = np.array([x, *(image for image in symmetry.images(x) if (image != x).any())])
    network = tw.Network.from_arrays(np.arange(float(len(points))), coordinates=points)
    everyone = {"1_1": np.arange(len(points))}
    (aligned,) = conserved_weights(network, symmetry, everyone, epsilon=0.0)
    assert aligned.is_conserved.all()
    (as_found,) = conserved_weights(network, None, everyone, epsilon=0.0)
    # The output biases belong to no hidden unit.
    assert np.flatnonzero(as_found.is_conserved).tolist() == [10, 13]
    with pytest.raises(ValueError, match="epsilon must be positive"):
        conserved_weights(network, symmetry, everyone, epsilon=-1.0)
