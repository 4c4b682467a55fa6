"""The page on search methods: its examples run as they stand there, one after the other."""

import re
from pathlib import Path

import numpy as np
import pytest

import thalweg as tw
from thalweg.landscape.end_reason import EndReason

PAGE = (Path(__file__).parents[2] / "docs" / "search-methods.md").read_text()
# Müller & Brown's table gives three decimals; the loss itself more.
MINIMA = [-146.6995, -108.1667, -80.7678]


@pytest.fixture(scope="module")
def names():
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL))
    names = {}
    exec(compile(code, "search-methods.md", "exec"), names)
    return names


def test_every_quench_ends_in_a_minimum_and_what_stays_in_the_basin_in_the_same(names):
    for method in ("newton", "lbfgs", "steepest", "mixed", "by_momentum", "saddle_free"):
        for minimum in names[method].minima:
            assert np.abs(minimum.loss - np.array(MINIMA)).min() < 1e-3
    lbfgs, steepest = (
        [round(minimum.loss, 6) for minimum in names[method].minima]
        for method in ("lbfgs", "steepest")
    )
    assert lbfgs == steepest


def test_minimisers_are_compared_and_a_run_lies_above_minima(names):
    assert (names["comparison"].table()["same basin"] == 1).all()
    assert len(names["path"].minima) == 6
    reached = names["path"].minima >= 0
    assert reached.any()
    assert (names["path"].minimum_losses <= names["path"].losses + 1e-12)[reached].all()


def test_every_exploration_knows_the_three_minima(names):
    for name in ("landscape", "hopped", "parallel", "alone", "counted"):
        np.testing.assert_allclose(np.sort(names[name].network().losses), MINIMA, atol=1e-3)
    assert names["run"].outcome.reason in (EndReason.COVERAGE, EndReason.SATURATED)
    assert names["hopped"].coverage().draws == 0


def test_the_searches_join_what_the_page_says(names):
    network = names["landscape"].network()
    assert network.is_joined.all() and network.n_transition_states == 2
    assert names["counting"].n_tasks > 1
    assert names["alone"].attempts(tw.search.SingleEnded().label)


def test_the_page_shows_every_method(names):
    shown = set(re.findall(r"[A-Za-z]\w+", PAGE))
    protocols = {
        "Minimiser",
        "Pair",
        "Progress",
        "QuenchMethod",
        "QuenchResult",
        "SearchState",
        "Status",
        "StepRule",
    }
    inner = {"Task", "Trial"}
    assert set(tw.search.__all__) - shown <= protocols | inner
