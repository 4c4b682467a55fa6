"""Losses against plain sums over points and pairs."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from thalweg.problems import losses
from thalweg.problems.losses import pair_sums

SURROGATES = {
    "sigmoid": lambda z, beta, margin: -1 / (1 + np.exp(-beta * z)),
    "tanh": lambda z, beta, margin: -np.tanh(beta * z),
    "hinge": lambda z, beta, margin: np.maximum(0, margin - z),
    "quadratic": lambda z, beta, margin: (margin - z) ** 2,
    "exponential": lambda z, beta, margin: np.exp(-beta * z),
}


def softmax(y):
    e = np.exp(y - y.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def double_sum(outputs, targets, kernel):
    """The mean over pairs, of one class against the rest, as it is written."""
    p = softmax(outputs)
    classes = [1] if p.shape[1] == 2 else range(p.shape[1])
    each = [kernel(p[targets == c, c][:, None] - p[targets != c, c][None]).mean() for c in classes]
    return np.mean(each)


def value(loss, outputs, targets):
    with jax.enable_x64(True):
        return float(loss(jnp.asarray(outputs), jnp.asarray(targets)))


@settings(max_examples=15)  # Each is compiled anew.
@given(
    st.sampled_from(sorted(SURROGATES)),
    st.sampled_from([None, 1.0, 7.0, 120.0]),
    st.sampled_from([1.0, 1.5, 0.4]),
    st.integers(2, 4),
    st.integers(0, 1000),
)
def test_sums_over_pairs_are_the_double_sum(surrogate, beta, margin, n_classes, seed):
    if surrogate == "exponential" and beta == 120.0:
        beta = 20.0
    loss = losses.ApproximateAUC(surrogate, beta=beta, margin=margin)
    rng = np.random.default_rng(seed)
    outputs = 3 * rng.normal(size=(60, n_classes))
    targets = np.concatenate([np.arange(n_classes), rng.integers(0, n_classes, 60 - n_classes)])
    exact = double_sum(outputs, targets, lambda z: SURROGATES[surrogate](z, loss.steepness, margin))
    # The stated accuracy: 1e-10 of the largest value of the surrogate.
    largest = np.abs(SURROGATES[surrogate](np.array([-1.0, 1.0]), loss.steepness, margin)).max()
    assert abs(value(loss, outputs, targets) - exact) < 1e-10 * max(1.0, largest)


@pytest.mark.parametrize("z", [0.0, 1.0])
def test_saturated_probabilities_are_no_exception(z):
    outputs = np.array([[0.0, 800.0], [800.0, 0.0], [0.0, z], [0.0, 0.0]])
    targets = np.array([1, 0, 1, 0])
    loss = losses.ApproximateAUC()
    exact = double_sum(outputs, targets, lambda d: SURROGATES["sigmoid"](d, 50.0, 1.0))
    assert value(loss, outputs, targets) == pytest.approx(exact, abs=1e-10)


def test_a_steep_sigmoid_comes_near_the_area_under_the_curve():
    rng = np.random.default_rng(0)
    targets = rng.integers(0, 2, 200)
    outputs = np.stack([np.zeros(200), rng.normal(size=200) + targets], axis=1)
    auc = roc_auc_score(targets, outputs[:, 1])
    far, near = (
        abs(-value(losses.ApproximateAUC(beta=beta), outputs, targets) - auc)
        for beta in (5.0, 500.0)
    )
    assert near < 0.01 < far


def test_smoothed_losses_lie_within_their_smoothing():
    rng = np.random.default_rng(1)
    y, t = rng.normal(size=(30, 1)), rng.normal(size=30)
    sharp, smooth = losses.MeanAbsoluteError(), losses.MeanAbsoluteError(smoothing=0.01)
    assert 0 <= value(sharp, y, t) - value(smooth, y, t) <= 0.01
    targets, outputs = rng.integers(0, 2, 30), rng.normal(size=(30, 2))
    sharp = losses.ApproximateAUC("hinge", margin=0.2)
    smooth = losses.ApproximateAUC("hinge", margin=0.2, smoothing=0.02)
    assert 0 <= value(smooth, outputs, targets) - value(sharp, outputs, targets) <= 0.01 + 1e-9


def test_the_error_of_an_expansion_is_measured():
    sigmoid = losses.PairKernel(lambda z: -1 / (1 + np.exp(-50 * z)), np.pi / 50)
    expansion = pair_sums.expand(sigmoid)
    assert (expansion.cells, expansion.order) == (32, 12) and 1e-13 < expansion.error <= 3e-11
    with pytest.raises(ValueError, match="too steep"):
        pair_sums.expand(losses.PairKernel(np.sign))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"beta": 0.0}, "beta must be positive"),
        ({"beta": -3.0}, "beta must be positive"),
        ({"surrogate": "step"}, "surrogate must be one of"),
        ({"smoothing": -1.0}, "smoothing"),
        ({"margin": np.inf}, "margin"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(settings, said):
    with pytest.raises(ValueError, match=said):
        losses.ApproximateAUC(**settings)


@pytest.mark.parametrize(
    "loss", [losses.ApproximateAUC("tanh", beta=3.0), losses.MeanAbsoluteError(smoothing=0.5)]
)
def test_a_loss_is_rebuilt_from_its_choices(loss):
    assert losses.from_choices(loss.choices()) == loss


def test_a_surrogate_of_the_table_is_the_same_by_name_and_as_an_object():
    by_name, by_object = (losses.ApproximateAUC(s) for s in ("tanh", losses.SURROGATES["tanh"]))
    assert by_name == by_object and by_object.choices()["surrogate"] == "tanh"


def test_a_surrogate_of_a_stranger_is_summed_over_pairs():
    mine = losses.Surrogate(
        "logistic", lambda s: losses.PairKernel(lambda z: np.logaddexp(0, -s.beta * z)), 4.0
    )
    loss = losses.ApproximateAUC(mine)
    assert loss.steepness == 4.0 and loss.name == "appAUC logistic (beta 4)"
    rng = np.random.default_rng(2)
    outputs, targets = rng.normal(size=(40, 3)), np.arange(40) % 3
    exact = double_sum(outputs, targets, lambda z: np.logaddexp(0, -4 * z))
    assert value(loss, outputs, targets) == pytest.approx(exact, abs=1e-10)
    with pytest.raises(ValueError, match="or a Surrogate object, got 'logistic'"):
        losses.from_choices(loss.choices())


@pytest.mark.parametrize("loss", [losses.CrossEntropy(), losses.MeanSquaredError()])
def test_terms_by_hand_are_those_by_autodiff(loss):
    rng = np.random.default_rng(3)
    targets = np.arange(20) % 3 if loss.is_classification else rng.normal(size=(3, 20))
    with jax.enable_x64(True):
        outputs = jnp.asarray(rng.normal(size=(3, 20)))
        by_hand = loss.terms(outputs, jnp.asarray(targets))
        by_autodiff = losses.PointLoss.terms(loss, outputs, jnp.asarray(targets))
    for a, b in zip(by_hand, by_autodiff, strict=True):
        # Some roundings of numbers of order one.
        np.testing.assert_allclose(a, b, atol=1e-14)
