"""What the outcome of a run says of the network, and of transition states that are still to be expected."""

import dataclasses
import math

from ...landscape.coverage import Coverage
from ...landscape.end_reason import EndReason
from ...landscape.euler_characteristic import missing_transition_state_images
from ...landscape.landscape import Landscape
from ...landscape.outcome import RunOutcome


def with_network(outcome: RunOutcome, landscape: Landscape) -> RunOutcome:
    """The outcome of a search for transition states, with what is joined and what is to be expected.

    Joining stops once everything is joined, so that it passes by most of the other transition states.
    """
    network = landscape.network()
    has_relations = landscape.problem.growth_doubt is None
    outcome = dataclasses.replace(
        outcome,
        joined=int(network.is_joined.sum()),
        joinable=network.n_minima,
        transition_states=network.n_transition_states,
        missing_images=missing_transition_state_images(network) if has_relations else None,
    )
    if outcome.reason not in (EndReason.COMPLETE, EndReason.SATURATED_EDGES):
        latest = landscape.search_yield()
        outcome = dataclasses.replace(
            outcome,
            searches=latest.searches,
            new_transition_states=latest.new_transition_states,
        )
    if outcome.reason is EndReason.MINIMA:
        # Joining has found more.
        outcome = dataclasses.replace(outcome, minima=network.n_minima)
    return _with_estimate(outcome, landscape.transition_state_coverage())


def _with_estimate(outcome: RunOutcome, coverage: Coverage | None) -> RunOutcome:
    if coverage is None or not coverage.chao1_interval.is_known:
        return outcome
    least, most = coverage.chao1_interval[0], coverage.chao1_interval[1]
    return dataclasses.replace(
        outcome,
        expected=coverage.chao1,
        expected_least=least,
        expected_most=most if math.isfinite(most) else None,
    )
