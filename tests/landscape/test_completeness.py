"""What is said of points that are still to be expected is one statement, wherever it stands."""

import dataclasses

import thalweg as tw
from thalweg.certificate import certify
from thalweg.landscape.completeness import completeness
from thalweg.landscape.end_reason import EndReason
from thalweg.landscape.outcome import RunOutcome
from thalweg.landscape.search_yield import SearchYield
from thalweg.report import html_report


class Wells(tw.problems.Function):
    """A double well, of which it is known that it grows without bound."""

    @property
    def growth_doubt(self):
        return None


EXPECTS = RunOutcome(
    EndReason.MINIMA,
    minima=2,
    searches=100,
    new_transition_states=3,
    transition_states=1,
    expected=5.0,
    expected_least=2.0,
    missing_images=1,
)


def test_it_is_said_that_more_are_to_be_expected_only_where_the_relations_leave_room():
    landscape = tw.explore(
        Wells(lambda x: (x[0] ** 2 - 1) ** 2 + x[1] ** 2, dimension=2), minima=2, workers=1
    )
    landscape.finish_run(landscape.start_run("test", {}, 0), EXPECTS)
    result = tw.summarise(landscape)
    assert "none is missing" in result.completeness and "proved" not in result.completeness
    assert "to be expected" not in str(result.outcome) and "missing" not in str(result.outcome)
    page = html_report(landscape)
    assert result.completeness in page and "to be expected" not in page
    # Commands are marked as code, not by the signs that a terminal shows.
    assert "<code>thalweg certify</code>" in page and "`" not in page.split("<svg")[0]
    certify(landscape)
    assert tw.summarise(landscape).completeness.endswith("all are proved")


def test_without_expectations_no_number_of_them_is_left():
    outcome = dataclasses.replace(EXPECTS, expected_most=9.0).without_expectations()
    assert outcome == RunOutcome(EndReason.MINIMA, minima=2, transition_states=1)


def test_without_the_relations_it_is_what_searches_gave():
    landscape = tw.explore(tw.problems.double_well(), minima=2, workers=1)
    result = tw.summarise(landscape)
    proofs = result.proofs
    assert result.completeness == landscape.search_yield().in_words()
    assert "none were" in completeness(EXPECTS, SearchYield(0, 0), proofs, fulfils=False)
    complete = RunOutcome(EndReason.COMPLETE, minima=2, transition_states=1)
    assert "no more" in completeness(complete, SearchYield(9, 9), proofs, fulfils=False)
