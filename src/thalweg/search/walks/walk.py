"""Walk from many points to stationary ones: with full Hessians, without, or by the problem's own search."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from ...problems.problem import Problem
from ..spectra.spectrum import SpectrumPolicy
from ..steps.batching import FULL_HESSIAN_UP_TO, BatchSizes, has_full_hessian
from ..steps.pace import never
from ..steps.rule import StepRule
from .dense import spectral_walk
from .flat_ends import examine_flat_ends
from .krylov import krylov_walk
from .native import native_walk
from .result import WalkResult

SPECTRUM_POLICY = SpectrumPolicy()
"""Which part of the spectrum to compute when no dense Hessian is formed."""


def require_any_index(problem: Problem) -> None:
    """Refuse a problem of which only minima and transition states can be walked to.

    Raises:
        ValueError: if its loss is piecewise smooth, or it has too many parameters for Hessians at every step.
    """
    if problem.native_search is not None:
        raise ValueError(
            f"'{problem.name}' is searched in its own way, for minima and transition states alone; "
            "saddles of higher index need a smooth loss."
        )
    if not has_full_hessian(problem):
        raise ValueError(
            f"'{problem.name}' has {problem.dimension} parameters; saddles of higher index are looked for "
            f"with full Hessians, in up to {FULL_HESSIAN_UP_TO}."
        )


def walk(
    problem: Problem,
    starts: Float[np.ndarray, "walkers m"],
    rule: StepRule,
    *,
    batches: BatchSizes | None = None,
    should_stop: Callable[[], bool] = never,
    follow: Callable[[int, WalkResult], Float[np.ndarray, " m"] | None] | None = None,
    first: int | None = None,
) -> WalkResult:
    """Walk from every start until it converges, runs out of steps, or is told to stop (`should_stop`).

    Args:
        problem: what is walked on (already reduced, if it has a reduction).
        starts: starting points [walkers m].
        rule: how walkers move.
        batches: what is computed together, where full Hessians are taken; by the device if None.
        should_stop: asked every fraction of a second, or every step if one takes longer, and before the
            loop is compiled, which cannot be interrupted. Walkers under way then, and those that have not
            begun, are STOPPED.
        follow: makes chains: asked once walker i has come to rest, it gives the start of walker
            i + `first` from the results so far, or None to end the chain.
        first: how many walkers begin at once (the number of chains); the other rows of `starts` are
            not read. All of them if None.
    """
    index = rule.index
    is_dense = has_full_hessian(problem)
    if index not in (0, 1):
        require_any_index(problem)
    if problem.native_search is not None:
        assert index is not None
        return native_walk(
            problem.native_search,
            starts,
            index,
            should_stop=should_stop,
            follow=follow,
            first=first,
        )
    if is_dense:
        result = spectral_walk(
            problem,
            starts,
            rule,
            batches=batches,
            should_stop=should_stop,
            follow=follow,
            first=first,
        )
    else:
        result = krylov_walk(
            problem,
            starts,
            rule,
            spectrum=SPECTRUM_POLICY,
            should_stop=should_stop,
            follow=follow,
            first=first,
        )
    return examine_flat_ends(problem, result, with_full_hessian=is_dense)
