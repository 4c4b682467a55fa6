"""Until everything is known: searches around minima, and walks towards points of any index, in turn."""

from collections.abc import Sequence
from dataclasses import replace

from ...landscape.end_reason import EndReason
from ...landscape.euler_characteristic import EulerCharacteristic, euler_characteristic
from ...landscape.landscape import Landscape
from ...landscape.outcome import RunOutcome
from ..steps.batching import has_full_hessian
from .planner import TaskPlanner
from .rounds import EVERYWHERE, Epoch, RoundSource, UnderWay
from .stationary_tasks import StationarySearch
from .tasks import Task

_MOST_WALKS = 200_000
_MOST_TRIES = 400
"""Walks, and searches around each minimum, after which a landscape counts as too large to complete."""

_LEAST_TRIES = 4
_IDLE_TRIES, _IDLE_TRIES_PER_MINIMUM = 100, 10
"""Searches without a new point after which no more are expected, if no sum can tell: so many, or so many a
known minimum; with a sum, `_LEAST_TRIES` around each."""

_IDLE_WALKS, _IDLE_WALKS_PER_POINT = 512, 8
"""Walks without a new point after which no more are expected of them: so many, or so many a known point.

A point that a walk comes to with probability p stays unseen in n with probability (1 − p)^n: 512 leave one in
twenty of those with p = 0.6 %, and the sum has to be right besides.
"""
_MORE_WALKS = 4
"""Times as many where the sum says that something is missing."""


class AroundRounds(RoundSource):
    """Searches around all minima, until transition states have come up so often that few can be missing."""

    def __init__(self, planner: TaskPlanner, landscape: Landscape, index: int) -> None:
        super().__init__(planner, EVERYWHERE, index)
        self._landscape = landscape

    def tasks(self, number: int, epoch: Epoch, under_way: UnderWay) -> Sequence[Task]:
        return self.searches(epoch, under_way)

    def is_at_end(self, epoch: Epoch) -> bool:
        return self.is_done()

    def saturated_laws(self) -> tuple[str, ...]:
        return ()

    def is_done(self) -> bool:
        """Whether the landscape, as it is, needs no more of them."""
        landscape, n_minima = self._landscape, self._landscape.n_minima
        n_tries = self.planner.tries_around_each()
        if n_tries >= _MOST_TRIES:
            return True
        n_idle = landscape.idle_effort(StationarySearch.LAW).attempts
        if relations_hold(landscape):
            # The sum has the last word.
            is_idle = n_idle >= _LEAST_TRIES * n_minima
            return n_tries >= _LEAST_TRIES and (is_idle or self._coverage() >= 0.99)
        return n_idle >= max(_IDLE_TRIES, _IDLE_TRIES_PER_MINIMUM * n_minima) and self.is_saturated

    @property
    def is_saturated(self) -> bool:
        """Whether the known transition states have come up so often that hardly any can be missing."""
        coverage = self._landscape.transition_state_coverage()
        return coverage is None or not coverage.draws or coverage.is_saturated

    def _coverage(self) -> float:
        coverage = self._landscape.transition_state_coverage()
        return coverage.good_turing if coverage is not None and coverage.draws else 0.0


class WalkRounds(RoundSource):
    """Walks towards points of some indices, or of any, until nothing new comes and their sum is one."""

    def __init__(
        self, planner: TaskPlanner, landscape: Landscape, indices: tuple[int, ...], index: int
    ) -> None:
        super().__init__(planner, EVERYWHERE, index)
        self._landscape, self._indices = landscape, indices

    def tasks(self, number: int, epoch: Epoch, under_way: UnderWay) -> Sequence[Task]:
        return self.planner.walks(self._indices, under_way.tasks)

    def rest_of(self, law: str) -> Sequence[Task]:
        return self.planner.walks(self._indices)

    def is_at_end(self, epoch: Epoch) -> bool:
        return self.is_done()

    def saturated_laws(self) -> tuple[str, ...]:
        return ()

    @property
    def n_idle(self) -> int:
        """Walks since the last point that was new."""
        return self._landscape.idle_effort(StationarySearch.law_of(self._indices)).walks

    def is_done(self) -> bool:
        """Whether the landscape, as it is, needs no more of them."""
        landscape, n_idle = self._landscape, self.n_idle
        n_points = landscape.n_minima + landscape.n_transition_states + landscape.n_saddles
        enough = max(_IDLE_WALKS, _IDLE_WALKS_PER_POINT * n_points)
        if landscape.n_stationary_walks() >= _MOST_WALKS:
            return True
        if n_idle < enough or self._indices:
            return n_idle >= enough
        return n_idle >= _MORE_WALKS * enough or euler_characteristic(landscape).is_one


class Completion:
    """What a run does after joining to know all minima and transition states, with saddles as a test.

    Args:
        landscape: what is added to.
        planner: makes the tasks.
        first: index of the first of its two sources of rounds, after those of the strategies.
        at_work: index of the source at work when a run was broken off that is gone on with, if any.
        is_within_round: whether that was within a round: it is finished before anything is asked.
    """

    def __init__(
        self,
        landscape: Landscape,
        planner: TaskPlanner,
        first: int,
        *,
        at_work: int | None,
        is_within_round: bool,
    ) -> None:
        self._landscape = landscape
        self._around = AroundRounds(planner, landscape, first)
        # Where no sum can tell, walks uphill along one mode are a second source of transition states.
        indices = () if relations_hold(landscape) else (1,)
        self._walks = WalkRounds(planner, landscape, indices, first + 1)
        self._at_work, self._is_within_round = at_work, is_within_round

    def next_rounds(self) -> RoundSource | None:
        """The source of the rounds that are next; None once there is nothing left to do."""
        at_work, self._at_work = self._at_work, None
        for source in (self._around, self._walks):
            if source.index == at_work and (self._is_within_round or not source.is_done()):
                return source
        if not self._around.is_done():
            return self._around
        needs_walks = _can_be_walked(self._landscape) and not self._walks.is_done()
        return self._walks if needs_walks else None

    def outcome(self) -> RunOutcome:
        """Why it ended, when there is nothing left to do."""
        known = RunOutcome(
            EndReason.INCOMPLETE,
            minima=self._landscape.n_minima,
            transition_states=self._landscape.n_transition_states,
            saddles=self._landscape.n_saddles,
        )
        relations: EulerCharacteristic = euler_characteristic(self._landscape)
        if relations.is_one:
            return replace(known, reason=EndReason.COMPLETE, quenches=self._walks.n_idle)
        if relations.refusal is None:
            doubt = "; ".join(relations.missing)
            return replace(known, sum_over_points=relations.total, doubt=doubt)
        if self._around.is_saturated:
            return replace(known, reason=EndReason.SATURATED_EDGES, doubt=relations.refusal)
        return replace(
            known, doubt="some transition states came up so rarely that others may be unseen"
        )


def relations_hold(landscape: Landscape) -> bool:
    """Whether Morse's relations hold for the loss, and saddles of it can be walked to."""
    return landscape.problem.growth_doubt is None and _can_be_walked(landscape)


def _can_be_walked(landscape: Landscape) -> bool:
    problem = landscape.problem
    return problem.native_search is None and has_full_hessian(problem)
