"""Outcomes of runs: stored with their numbers, and read from the words of older files."""

import pytest

from thalweg.landscape.end_reason import EndReason
from thalweg.landscape.outcome import RunOutcome

OUTCOMES = {
    # As thalweg 0.1 wrote them.
    "unfinished": RunOutcome(EndReason.UNFINISHED),
    "failed": RunOutcome(EndReason.FAILED),
    "interrupted": RunOutcome(EndReason.INTERRUPTED),
    "interrupted; 3 of 5 minima joined to the lowest": RunOutcome(
        EndReason.INTERRUPTED, joined=3, joinable=5
    ),
    "finished; 5 of 5 minima joined to the lowest": RunOutcome(
        EndReason.FINISHED, joined=5, joinable=5
    ),
    "reached 300 minima; 712 of 741 minima joined to the lowest": RunOutcome(
        EndReason.MINIMA, minima=300, joined=712, joinable=741
    ),
    "reached coverage 0.9512": RunOutcome(EndReason.COVERAGE, coverage=0.9512),
    "reached 64 random starts": RunOutcome(EndReason.STARTS, starts=64),
    "reached 0.01 s": RunOutcome(EndReason.SECONDS, seconds=0.01),
    "no more minima to be expected: 320 random starts found 6, coverage 1.0000, Chao1 6.0": RunOutcome(
        EndReason.SATURATED, starts=320, minima=6, coverage=1.0, chao1=6.0
    ),
    "nothing new in 2001 quenches": RunOutcome(EndReason.NOTHING_NEW, quenches=2001),
    "transition states lead to ever more minima, 81 from 20 (`thalweg connect` goes on); "
    "9 of 81 minima joined to the lowest": RunOutcome(
        EndReason.GROWTH, minima=81, minima_at_first=20, joined=9, joinable=81
    ),
    "the cat sat on the keyboard": RunOutcome(EndReason.OTHER, note="the cat sat on the keyboard"),
}


@pytest.mark.parametrize(("words", "outcome"), OUTCOMES.items())
def test_the_words_of_older_files_are_understood_and_said_again(words, outcome):
    assert RunOutcome.from_text(words) == outcome
    assert str(outcome) == words


@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=lambda outcome: outcome.reason.name)
def test_what_is_stored_comes_back(outcome):
    assert RunOutcome.from_text(outcome.to_text()) == outcome


def test_every_reason_has_words_without_a_number_left_out():
    reasons = {outcome.reason for outcome in (*OUTCOMES.values(), *SAID.values())}
    reasons |= {EndReason.NO_RUN, EndReason.FLAT}
    assert reasons == set(EndReason)


@pytest.mark.parametrize("text", ['{"reason": "eclipse"}', '{"reason": "minima", "moons": 2}'])
def test_a_reason_of_a_newer_version_is_kept_as_it_stands(text):
    outcome = RunOutcome.from_text(text)
    assert outcome.reason is EndReason.OTHER and str(outcome) == text


def test_only_a_stop_rule_completes_a_run():
    incomplete = {outcome.reason for outcome in OUTCOMES.values() if not outcome.is_complete}
    assert incomplete == {EndReason.UNFINISHED, EndReason.FAILED, EndReason.INTERRUPTED}
    assert not RunOutcome(EndReason.NO_RUN).is_complete


SAID = {
    "reached 30 minima": RunOutcome(EndReason.MINIMA, minima=30, wanted=30),
    "reached the 30 minima that were wanted, 68 are known": RunOutcome(
        EndReason.MINIMA, minima=68, wanted=30
    ),
    "no more minima to be expected from starts of this law (uniform): 320 random starts found 6, coverage "
    "1.0000, Chao1 6.0; 12 more ended where the loss is flat, and do not count": RunOutcome(
        EndReason.SATURATED,
        starts=320,
        minima=6,
        coverage=1.0,
        chao1=6.0,
        flat_starts=12,
        laws=("uniform",),
    ),
    "reached coverage 0.9512 of starts of each of these laws (a; b)": RunOutcome(
        EndReason.COVERAGE, coverage=0.9512, flat_starts=0, laws=("a", "b")
    ),
    "finished; 5 of 5 minima joined to the lowest; the latest 128 searches gave 3 new transition states: "
    "more are to be expected": RunOutcome(
        EndReason.FINISHED, joined=5, joinable=5, searches=128, new_transition_states=3
    ),
    "finished; 5 of 5 minima joined to the lowest; the latest 100 searches gave no new transition states: at "
    "most 0.03 a search (95 %)": RunOutcome(
        EndReason.FINISHED, joined=5, joinable=5, searches=100, new_transition_states=0
    ),
    "paused after 60 s, the same command goes on": RunOutcome(EndReason.PAUSED, seconds=60.0),
    "nothing new in 1200 walks": RunOutcome(EndReason.NOTHING_NEW_WALKS, quenches=1200),
    "complete by the sum over stationary points, which is 1: 7 minima, 20 transition states, 10 saddles of "
    "higher index; nothing new in 1408 walks": RunOutcome(
        EndReason.COMPLETE, minima=7, transition_states=20, saddles=10, quenches=1408
    ),
    "no more transition states to be expected of these searches: 8 minima, 42 transition states; no sum over "
    "stationary points can tell: atoms go": RunOutcome(
        EndReason.SATURATED_EDGES, minima=8, transition_states=42, saddles=0, doubt="atoms go"
    ),
    "not complete: 3 minima, 7 transition states, 3 saddles of higher index, whose sum is -7 and should be "
    "1; points are missing": RunOutcome(
        EndReason.INCOMPLETE,
        minima=3,
        transition_states=7,
        saddles=3,
        sum_over_points=-7,
        doubt="points are missing",
    ),
    "finished; 6 of 6 minima joined to the lowest; the latest 20 searches gave 11 new transition states: "
    "more are to be expected; 11 transition states are known, and 13 or more to be expected (Chao1 of the "
    "searches that came to each, 95 %: 11 to 26); by Morse's inequality 4 or more images of transition "
    "states are missing": RunOutcome(
        EndReason.FINISHED,
        joined=6,
        joinable=6,
        searches=20,
        new_transition_states=11,
        transition_states=11,
        expected=12.9,
        expected_least=11.2,
        expected_most=26.5,
        missing_images=4,
    ),
    "finished; 2 of 2 minima joined to the lowest; the latest 4 searches gave 1 new transition state, too "
    "few to tell how many there are": RunOutcome(
        EndReason.FINISHED, joined=2, joinable=2, searches=4, new_transition_states=1
    ),
}


@pytest.mark.parametrize(("words", "outcome"), SAID.items())
def test_an_outcome_says_what_it_holds_for_and_comes_back_from_a_file(words, outcome):
    assert str(outcome) == words
    assert RunOutcome.from_text(outcome.to_text()) == outcome
