"""Frozen records that a search makes and the landscape stores."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float

from ..problems.problem import RMS_TOLERANCE
from .outcome import Flatness, RunOutcome

STATIONARY_LAW = "searches for stationary points"
"""With what the names of laws of walks towards points of higher index begin."""


@dataclass(frozen=True, eq=False)
class Minimum:
    """A local minimum: RMS gradient below `tolerance` and no negative Hessian eigenvalue.

    Attributes:
        loss: loss, in its own unit.
        coordinates: parameters [d].
        spectrum: Hessian eigenvalues [κ], ascending, zero modes left out; in very many coordinates the
            lowest of them.
        rms_gradient: ‖g‖/√d at `coordinates`.
        tolerance: the RMS gradient that was required.
        stabiliser_order: order of the stabiliser in the problem's symmetry group.
        kappa: κ, the number of coordinates without zero modes; None if the spectrum has them all.
        log_product: Σ ln λ over the positive eigenvalues where the spectrum has not all of them.
        lpphe_error: standard error of that; zero where the LPPHE is exact.
        index_doubt: bound on the probability that an eigenvalue of another sign was missed; zero where the
            index is exact.
    """

    loss: float
    coordinates: Float[np.ndarray, " d"]
    spectrum: Float[np.ndarray, " kappa"]
    rms_gradient: float
    tolerance: float = RMS_TOLERANCE
    stabiliser_order: int = 1
    kappa: int | None = None
    log_product: float | None = None
    lpphe_error: float = 0.0
    index_doubt: float = 0.0

    @property
    def n_modes(self) -> int:
        """κ, the number of coordinates without zero modes."""
        return len(self.spectrum) if self.kappa is None else self.kappa

    @property
    def lpphe(self) -> float:
        """Log-product of positive Hessian eigenvalues, Σ ln λ over λ > 0."""
        if self.log_product is not None:
            return self.log_product
        return float(np.log(self.spectrum[self.spectrum > 0]).sum())

    @property
    def index(self) -> int:
        """Number of negative Hessian eigenvalues."""
        return int((self.spectrum < 0).sum())

    @property
    def softest_curvature(self) -> float:
        """The eigenvalue of smallest magnitude: the softest direction."""
        return float(np.abs(self.spectrum).min())


@dataclass(frozen=True, eq=False)
class TransitionState(Minimum):
    """A stationary point of index one: as a `Minimum`, but with one negative eigenvalue, `spectrum[0]`."""


@dataclass(frozen=True, eq=False)
class Saddle(Minimum):
    """A stationary point of index two or more: as a `Minimum`, but with negative eigenvalues.

    One of index one is a saddle here as long as no minima are known on its sides.
    """


@dataclass(frozen=True, eq=False)
class Pathway:
    """A transition state and the two minima reached by pushing off along its unstable mode.

    Attributes:
        transition_state: the transition state.
        ends: the minima.
        arrivals: how many searches of the batch came to it.
    """

    transition_state: TransitionState
    ends: tuple[Minimum, Minimum]
    arrivals: int = 1


@dataclass(frozen=True)
class Attempt:
    """One attempt to join two known minima (`b` is None for a single-ended search from `a`).

    Attributes:
        a, b: ids of the minima in the landscape, a < b for a pair.
        method: name and settings of the search: no pair is tried twice with the same ones.
        n_transition_states: how many transition states the attempt gave.
    """

    a: int
    b: int | None
    method: str
    n_transition_states: int = 0


@dataclass(frozen=True)
class QuenchCounts:
    """How quenches ended; only `minima` are ever stored as minima.

    Attributes:
        quenches: descents in all, and `minima` of them in a minimum.
        wrong_index: at rest where an eigenvalue is negative.
        at_bounds: at rest at a bound of the parameters.
        flat: where the gradient is small, but no stationary point near, or a curvature no more than rounding.
        not_converged: out of steps.
        non_finite: where the loss or its derivatives are not finite.
        steps: of all quenches together.
    """

    quenches: int = 0
    minima: int = 0
    wrong_index: int = 0
    at_bounds: int = 0
    flat: int = 0
    not_converged: int = 0
    non_finite: int = 0
    steps: int = 0

    @property
    def not_stored(self) -> dict[str, int]:
        """How many quenches ended without a minimum, by reason."""
        reasons = ("wrong_index", "at_bounds", "flat", "not_converged", "non_finite")
        return {reason: getattr(self, reason) for reason in reasons}


@dataclass(frozen=True)
class LargestGradients:
    """Largest stored RMS gradient of the minima, and of the transition states; zero if there are none."""

    minima: float
    transition_states: float


@dataclass(frozen=True)
class Planned:
    """How a task was planned; with the seed it is all that is needed to plan it again.

    Attributes:
        round: of the tasks that were planned together, counted from 0 in its run; a run that goes on with a
            broken-off one counts on.
        epoch: how many rounds had been merged into the landscape from which it was planned.
        tasks: of that round.
        strategy: index of the strategy that proposed it; None while minima were looked for.
        saturated: laws of random starts with nothing more to give when this round was the next to be merged.
    """

    round: int
    epoch: int
    tasks: int
    strategy: int | None = None
    saturated: tuple[str, ...] = ()

    def to_text(self) -> str:
        """The JSON text that a file holds."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> "Planned":
        """What a file holds.

        Raises:
            ValueError: if the text is something else.
        """
        fields = json.loads(text)
        match fields:
            case {
                "round": int(),
                "epoch": int(),
                "tasks": int(),
                "strategy": int() | None,
                "saturated": [*laws],
            } if len(fields) == 5:
                return cls(**{**fields, "saturated": tuple(map(str, laws))})
        raise ValueError(f"{text!r:.80} does not say how a task was planned")


@dataclass(frozen=True)
class Batch:
    """The results of one task.

    Attributes:
        law: name of the law that made the batch: of the random starts, or of the searches.
        is_independent: whether the draws are independent of each other and of what is known (only
            those may enter Chao1 and Good–Turing).
        seed, stream, task: the numbers whose key made the batch; with the law they identify it.
        minima: one record a hit, in order; the same minimum may occur many times.
        pathways: transition states with their two ends, which count as hits of the batch's law.
        saddles: stationary points of higher index, each once.
        attempts: pairs tried.
        counts: how the quenches of this batch ended.
        flatness: how the loss is flat where one of them ended; None if none ended so. It is not stored.
        redone: eigensystems of walks that an accelerator got wrong, and that were computed again on the host.
            It is stored with the outcome of the run.
        seconds: time the task took.
        is_cut: whether the task was stopped before all of its searches had come to their end.
        planned: how an exploration had planned it; None for what was not planned.
    """

    law: str
    is_independent: bool = False
    seed: int = 0
    stream: int = 0
    task: int = 0
    minima: tuple[Minimum, ...] = ()
    pathways: tuple[Pathway, ...] = ()
    saddles: tuple[Saddle, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    counts: QuenchCounts = field(default_factory=QuenchCounts)
    flatness: Flatness | None = None
    redone: int = 0
    seconds: float = 0.0
    is_cut: bool = False
    planned: Planned | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the task was stopped before anything had come to its end."""
        return self.is_cut and not (self.counts.quenches or self.pathways or self.attempts)


def cut_law(law: str) -> str:
    """The law of what had come to its end when a task of `law` was cut short: of those that end soonest."""
    return f"{law}, cut short"


@dataclass(frozen=True)
class Recorded:
    """Where the points of a batch stand in the landscape after it was written.

    Attributes:
        minimum_ids: id of each of the batch's `minima`, in order.
        is_new: whether that minimum was unknown before it, in order.
        transition_state_ids: id of each pathway's transition state, in order.
        n_new_minima: new minima in all, ends of pathways included.
        n_new_transition_states: new transition states.
        n_new_saddles: new saddles of higher index.
        is_repeat: whether the batch had been recorded before; nothing was written then.
    """

    minimum_ids: tuple[int, ...]
    is_new: tuple[bool, ...]
    transition_state_ids: tuple[int, ...]
    n_new_minima: int
    n_new_transition_states: int
    n_new_saddles: int = 0
    is_repeat: bool = False


@dataclass(frozen=True)
class RecordedTask:
    """A task as the landscape holds it.

    Attributes:
        id: ascends in the order in which tasks were recorded.
        law, number: of the task.
        new_minima: minima that were unknown before it.
        quenches, flat, steps: as in its `QuenchCounts`.
        planned: as in its `Batch`; None in files of earlier versions.
    """

    id: int
    law: str
    number: int
    new_minima: int
    quenches: int
    flat: int
    steps: int
    planned: Planned | None = None


@dataclass(frozen=True)
class Run:
    """One run over a landscape.

    Attributes:
        command: what was done.
        settings: stop rules and methods.
        seed: of all its random choices.
        version: of thalweg.
        started: seconds since 1970-01-01, UTC.
        seconds: wall time up to its last batch.
        outcome: why it ended.
    """

    command: str
    settings: dict[str, Any]
    seed: int
    version: str
    started: float
    seconds: float
    outcome: RunOutcome
