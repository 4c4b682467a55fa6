"""One landscape in numbers."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from ..confidence_interval import ConfidenceInterval
from ..display import shown_fields, table
from ..numbers import Real
from .certificates import ProofCounts
from .completeness import completeness, fulfils_relations
from .coverage import Coverage, least_covered
from .integer_text import integer_to_text
from .landscape import Landscape
from .loss_counts import LossCounts, counts_by_loss
from .merge_tree import merge_tree
from .network import Network
from .outcome import RunOutcome
from .search_yield import SearchYield

_JSON_KEYS = {"lowest_loss": "best_loss"}
"""Fields whose key in JSON is that of earlier versions."""


@dataclass(frozen=True)
class Summary:
    """What a landscape holds.

    Attributes:
        problem, fingerprint, dimension: of the problem.
        minima, transition_states: how many are known.
        degenerate_rearrangements: transition states with the same minimum on both sides.
        connected_minima: minima joined to the global minimum by transition states, itself included.
        components: groups of minima that transition states join, lone minima included.
        lowest_loss: loss of the global minimum; None without minima.
        max_rms_gradient_minima, max_rms_gradient_transition_states: the largest stored.
        quenches: descents of all sorts, and `not_stored`: how those that gave no minimum ended.
        sampling_law: the law of independent starts that the next five refer to: of several the one that
            covers least.
        flat_starts: starts that ended where the loss is flat; they do not enter the coverage.
        coverage, coverage_interval: Good–Turing coverage, with its 95 % interval; None without draws.
            An interval may not be known (`ConfidenceInterval.unknown_because`).
        chao1, chao1_interval: estimated number of minima that the law can reach, a lower bound.
        coverages: of every law of independent starts, the one most drawn from first.
        latest_searches: what the latest searches for transition states gave.
        completeness: whether more transition states are to be expected, in words.
        symmetry_order: |G| as text, and `log_symmetry_order` its natural logarithm.
        wall_seconds: time of all runs.
        outcome: why the latest run ended; without the transition states that it expected, where the known
            points fulfil Morse's relations by now.
        edifftol, rms_tolerance: the tolerances by which the points were told apart and found.
        proofs: how many points are proved (`thalweg.certificate.certify`), and why others are not.
        by_loss_alone: counts under the rule of the published ones, for each tolerance that was asked for.
    """

    problem: str
    fingerprint: str
    dimension: int
    minima: int
    transition_states: int
    degenerate_rearrangements: int
    connected_minima: int
    components: int
    lowest_loss: float | None
    max_rms_gradient_minima: float
    max_rms_gradient_transition_states: float
    quenches: int
    not_stored: dict[str, int]
    sampling_law: str
    coverage: float | None
    coverage_interval: ConfidenceInterval | None
    chao1: float | None
    chao1_interval: ConfidenceInterval | None
    flat_starts: int
    coverages: tuple[Coverage, ...]
    latest_searches: SearchYield
    completeness: str
    symmetry_order: str
    log_symmetry_order: float
    wall_seconds: float
    outcome: RunOutcome
    edifftol: float
    rms_tolerance: float
    proofs: ProofCounts
    by_loss_alone: tuple[LossCounts, ...] = ()

    def _repr_html_(self) -> str:
        return table("summary", {**shown_fields(self), "outcome": str(self.outcome)})

    def as_dict(self) -> dict[str, Any]:
        """The fields by name, as JSON can hold them: the outcome in words, and `end_reason` beside it."""
        fields = {_JSON_KEYS.get(name, name): value for name, value in asdict(self).items()}
        intervals = {"coverage": self.coverage_interval, "chao1": self.chao1_interval}
        known = {one: i for one, i in intervals.items() if i is not None}
        reasons = {i.unknown_because for i in known.values() if not i.is_known}
        return {
            **fields,
            **{f"{one}_interval": None for one in intervals},
            **{f"{one}_interval": i.as_pair() for one, i in known.items()},
            **({"no_interval_because": "; ".join(sorted(reasons))} if reasons else {}),
            "by_loss_alone": {
                f"{one.edifftol:g}": {
                    "minima": one.minima,
                    "transition_states": one.transition_states,
                }
                for one in self.by_loss_alone
            },
            "coverages": {one.law: _of_law(one) for one in self.coverages},
            "outcome": str(self.outcome),
            "end_reason": self.outcome.reason.value,
        }


def _proofs(landscape: Landscape, network: Network) -> ProofCounts:
    """How many points are proved, and passes of the lowest paths."""
    counts = landscape.certificates().counts
    bounded = {one.transition_state for one in landscape.proved_passes()}
    if not bounded:
        return counts
    tree = merge_tree(network).transition_states.tolist()
    return replace(counts, passes=len(bounded.intersection(tree)), of_passes=len(tree))


def _of_law(coverage: Coverage) -> dict[str, Any]:
    """The coverage of one law, as JSON can hold it."""
    return {
        "starts": coverage.draws,
        "flat": coverage.flat,
        "minima": coverage.distinct,
        "coverage": coverage.good_turing if coverage.draws else None,
        "coverage_interval": coverage.good_turing_interval.as_pair(),
        "chao1": coverage.chao1,
        "chao1_interval": coverage.chao1_interval.as_pair(),
    }


def summarise(landscape: Landscape, edifftol: Iterable[Real] = ()) -> Summary:
    """Count what a landscape holds; an empty one is no error.

    Args:
        landscape: which is counted.
        edifftol: loss differences at which minima and transition states are also counted by loss alone
            (`counts_by_loss`), so that published counts can be compared.

    Raises:
        ValueError: if one of these is not positive.
    """
    network = landscape.network()
    coverages, counts = landscape.coverages(), landscape.counts()
    coverage = least_covered(coverages)
    gradients = landscape.worst_rms_gradient()
    has_draws = coverage.draws > 0
    has_minima = network.n_minima > 0
    outcome, latest = landscape.outcome(), landscape.search_yield()
    proofs, fulfils = _proofs(landscape, network), fulfils_relations(landscape)
    return Summary(
        problem=landscape.problem_name,
        fingerprint=landscape.fingerprint,
        dimension=landscape.dimension,
        minima=network.n_minima,
        transition_states=network.n_transition_states,
        degenerate_rearrangements=int(network.is_degenerate.sum()),
        connected_minima=int(network.is_joined.sum()),
        components=network.n_components,
        lowest_loss=network.lowest_loss if has_minima else None,
        max_rms_gradient_minima=gradients.minima,
        max_rms_gradient_transition_states=gradients.transition_states,
        quenches=counts.quenches,
        not_stored=counts.not_stored,
        sampling_law=coverage.law,
        coverage=coverage.good_turing if has_draws else None,
        coverage_interval=coverage.good_turing_interval if has_draws else None,
        chao1=coverage.chao1 if has_draws else None,
        chao1_interval=coverage.chao1_interval if has_draws else None,
        flat_starts=coverage.flat,
        coverages=coverages,
        latest_searches=latest,
        completeness=completeness(outcome, latest, proofs, fulfils=fulfils),
        symmetry_order=integer_to_text(landscape.symmetry_order),
        log_symmetry_order=landscape.log_symmetry_order,
        wall_seconds=landscape.wall_seconds(),
        outcome=outcome.without_expectations() if fulfils else outcome,
        edifftol=landscape.tolerances.edifftol,
        rms_tolerance=landscape.tolerances.rms_tolerance,
        proofs=proofs,
        by_loss_alone=tuple(counts_by_loss(network, tolerance) for tolerance in edifftol),
    )
