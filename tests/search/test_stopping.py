"""Searches that are told to stop: what had come to its end is handed back, the rest counts as not drawn."""

import time

import numpy as np
import pytest

import thalweg as tw
from thalweg.landscape.end_reason import EndReason
from thalweg.landscape.records import cut_law
from thalweg.problems import muller_brown
from thalweg.search.elastic_band import DoublyNudgedBand, relax_bands
from thalweg.search.exploration.tasks import RandomStarts
from thalweg.search.exploration.transition_state_tasks import DoubleEnded, PairSearch
from thalweg.search.steps.newton import Newton
from thalweg.search.steps.pace import Pace, SearchStopped
from thalweg.search.steps.rule import Status
from thalweg.search.transition_states import PathwaySearch
from thalweg.search.walks.krylov import krylov_walk
from thalweg.search.walks.lbfgs import LBFGS
from thalweg.search.walks.walk import SPECTRUM_POLICY, walk

STARTS = np.random.default_rng(0).uniform(-1.0, 1.5, size=(24, 2))


def after(n):
    """Tells to stop from the n-th question on."""
    answers = iter(range(n))
    return lambda: next(answers, None) is None


def one_at_a_time(monkeypatch):
    monkeypatch.setattr(Pace, "_adapt", lambda self, n, seconds: None)


def quenched():
    result = walk(muller_brown(), STARTS, Newton())
    return result.x, result.spectrum, result.steps, result.status


def descended():
    descent = LBFGS(max_steps=100).descend(muller_brown(), STARTS)
    return descent.x, descent.evaluations


def banded():
    bands = relax_bands(muller_brown(), STARTS[:3], STARTS[3:6], DoublyNudgedBand(steps=9))
    return bands.images, bands.losses


def in_krylov_spaces():
    result = krylov_walk(muller_brown(), STARTS[:2], Newton(), spectrum=SPECTRUM_POLICY)
    return result.x, result.spectrum, result.steps


@pytest.mark.parametrize("search", [quenched, descended, banded, in_krylov_spaces])
def test_how_steps_are_cut_into_calls_makes_no_difference(search, monkeypatch):
    # Bit by bit: the same seed gives the same landscape on a slow machine as on a fast one.
    usual = search()
    one_at_a_time(monkeypatch)
    for array, again in zip(usual, search(), strict=True):
        np.testing.assert_array_equal(array, again)


def test_walkers_under_way_are_stopped_and_the_others_are_what_they_would_be():
    whole = walk(muller_brown(), STARTS, Newton())
    cut = walk(muller_brown(), STARTS, Newton(), should_stop=after(8))
    is_finished = cut.status != Status.STOPPED
    assert 0 < is_finished.sum() < len(STARTS)
    np.testing.assert_array_equal(cut.x[is_finished], whole.x[is_finished])
    np.testing.assert_array_equal(cut.status[is_finished], whole.status[is_finished])


def test_nothing_is_compiled_once_it_is_time_to_stop(monkeypatch):
    monkeypatch.setattr("thalweg.search.walks.dense._advance", None)
    monkeypatch.setattr("thalweg.search.walks.lbfgs._advance", None)
    result = tw.quench(muller_brown(), STARTS, "lbfgs", should_stop=lambda: True)
    assert set(result.minima) == {None} and result.counts.quenches == 0


def test_a_band_that_is_cut_short_gives_no_candidates():
    with pytest.raises(SearchStopped):
        relax_bands(muller_brown(), STARTS[:3], STARTS[3:6], should_stop=after(3))


def test_starts_that_are_cut_short_are_not_drawn_and_say_nothing_about_coverage():
    whole = RandomStarts(0, 0, 0, 40, None).run(muller_brown())
    cut = RandomStarts(0, 0, 0, 40, None, should_stop=after(8)).run(muller_brown())
    assert 0 < cut.counts.quenches < whole.counts.quenches == 40
    assert cut.law == cut_law(whole.law) and not cut.is_independent
    losses = [minimum.loss for minimum in whole.minima]
    assert all(minimum.loss in losses for minimum in cut.minima)
    none = RandomStarts(0, 0, 0, 40, None, should_stop=lambda: True).run(muller_brown())
    assert none.is_empty and not cut.is_empty and not whole.is_empty


def test_a_pair_whose_search_is_cut_short_has_not_been_tried(monkeypatch):
    one_at_a_time(monkeypatch)
    minima = np.array([(-0.558, 1.442), (0.623, 0.028), (-0.050, 0.467)])
    pairs, ids = minima[[[0, 2], [1, 2], [0, 1]]], ((1, 3), (2, 3), (1, 2))
    asked = []

    def search(last):
        def is_late():
            asked.append(last)
            return len(asked) > last

        asked.clear()
        method = DoubleEnded(pathways=PathwaySearch(descent=Newton.within_basin()))
        task = PairSearch(0, 0, 0, ids, pairs, method, should_stop=is_late)
        return task.run(muller_brown())

    whole = search(10**6)
    assert [(a.a, a.b) for a in whole.attempts] == list(ids)
    n_in_all, attempts = len(asked), []
    # Here and there on the way, so that bands, climbs and descents are all cut short.
    for last in np.linspace(0, n_in_all, 6, dtype=int).tolist():
        cut = search(last)
        assert cut.law == (whole.law if last == n_in_all else cut_law(whole.law))
        attempts.append(len(cut.attempts))
    assert attempts == sorted(attempts) and attempts[0] == 0 and attempts[-1] == 3


def slow(x):
    """Rosenbrock's valley, two milliseconds an evaluation, as a small simulation takes."""
    time.sleep(0.002)
    a, b = x[:-1], x[1:]
    gradient = np.zeros_like(x)
    gradient[:-1] += -400 * a * (b - a**2) - 2 * (1 - a)
    gradient[1:] += 200 * (b - a**2)
    return float(np.sum(100 * (b - a**2) ** 2 + (1 - a) ** 2)), gradient


def test_time_limits_hold_for_slow_losses(tmp_path):
    problem = tw.problems.from_numpy(slow, np.zeros(6))
    landscape = tw.Landscape.create(problem, tmp_path / "a.db")
    stop = tw.search.Stop(seconds=1.5)
    with tw.search.Explorer(landscape, stop, workers=1) as run:
        began = time.monotonic()
        run.find_minima()
        # One batch takes half a minute and more; the first compilation, a few seconds, cannot be cut short.
        assert time.monotonic() - began < 12
    assert run.outcome.reason is EndReason.SECONDS
    # Its starts are not drawn, and its number is used up.
    assert landscape.coverage(problem.start_law).draws == 0
    cut = landscape.next_task(cut_law(problem.start_law), 0)
    assert landscape.next_task(problem.start_law, 0) == 0 and cut in (0, 1)
