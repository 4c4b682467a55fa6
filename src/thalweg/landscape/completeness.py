"""Whether more stationary points are to be expected: one statement of all that is known about it."""

from .certificates import ProofCounts
from .end_reason import EndReason
from .euler_characteristic import euler_characteristic
from .landscape import Landscape
from .outcome import RunOutcome
from .search_yield import SearchYield


def fulfils_relations(landscape: Landscape) -> bool:
    """Whether the relations of Morse hold for the loss, and for the points that are known."""
    # Their numbers first: only of those that fit is the problem asked, which may take seconds to load.
    return (
        euler_characteristic(landscape, grows=True).is_one
        and euler_characteristic(landscape).is_one
    )


def completeness(
    outcome: RunOutcome, latest: SearchYield, proofs: ProofCounts, *, fulfils: bool
) -> str:
    """Whether more transition states are to be expected, in words.

    Args:
        outcome: of the latest run.
        latest: what the latest searches gave.
        proofs: how many points are proved.
        fulfils: whether the known points fulfil the relations that the loss obeys; this says more than what
            searches gave, and stands in its place.
    """
    if fulfils:
        said = "none is missing as far as the sum over all stationary points tells"
        return f"{said}, and all are proved" if proofs.are_all_proved else said
    if outcome.reason in (EndReason.COMPLETE, EndReason.SATURATED_EDGES):
        return "searched for until no more were to be expected"
    return latest.in_words() or "none were searched for"
