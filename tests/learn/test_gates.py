"""Gates, and the vote that is no gate."""

import numpy as np
import pytest

from thalweg.learn import GATES, GateSettings, NetworkGate, majority_vote
from thalweg.learn.gates import gate_named
from thalweg.learn.gates.averages import least_tandem_weights


def test_the_published_gate_has_three_units_and_its_penalty():
    gate = gate_named("mlsup", (7,), 1.0)
    assert (gate.hidden, gate.l2, gate.is_soft) == ((3,), 1e-5, False)


def test_a_gate_by_name_takes_any_size_and_penalty():
    gate = gate_named("soft", (4, 2), 1e-3)
    assert (gate.hidden, gate.l2, gate.is_soft) == ((4, 2), 1e-3, True)
    assert isinstance(GATES["network"](GateSettings()), NetworkGate)
    with pytest.raises(ValueError, match="gate_l2"):
        gate_named("network", (3,), -1.0)


def probabilities(classes, n_classes):
    """Of minima that are sure of the classes [minima N]."""
    return np.eye(n_classes)[np.array(classes)]


def test_ties_count_as_right_or_are_shared():
    # Rows: both right, a tie, both wrong, a tie.
    vote = majority_vote(probabilities([[0, 0, 1, 1], [0, 1, 1, 0]], 2), np.zeros(4, int))
    assert vote.accuracy_ties_correct == 0.75
    assert vote.accuracy_ties_shared == 0.5
    assert vote.share_tied == 0.5


def test_a_tie_between_wrong_classes_is_wrong_and_three_share_a_third():
    vote = majority_vote(probabilities([[1, 0], [2, 1], [1, 2]], 3), np.array([0, 0]))
    assert vote.accuracy_ties_correct == 0.5
    assert vote.accuracy_ties_shared == pytest.approx(1 / 6)


def test_a_vote_of_nobody_is_refused():
    with pytest.raises(ValueError, match="no rows"):
        majority_vote(np.zeros((2, 0, 2)), np.zeros(0, int))


def test_tandem_weights_are_those_of_the_least_tandem_loss():
    rng = np.random.default_rng(0)
    is_wrong = rng.random((3, 60)) < np.array([[0.2], [0.3], [0.6]])
    is_wrong[1, :40] = is_wrong[0, :40]  # The first two err together.
    tandem = (is_wrong[:, None] & is_wrong[None]).mean(axis=2)
    weights = least_tandem_weights(is_wrong)
    assert weights.sum() == pytest.approx(1) and (weights >= 0).all()
    others = rng.dirichlet(np.ones(3), size=5000)
    best = np.einsum("ka,ab,kb->k", others, tandem, others).min()
    # SLSQP stops at a change of 1e-6 of the value.
    assert weights @ tandem @ weights <= best + 1e-5


def test_minima_that_err_apart_share_the_say():
    weights = least_tandem_weights(np.array([[True, False], [False, True]]))
    np.testing.assert_allclose(weights, 0.5, atol=1e-6)
