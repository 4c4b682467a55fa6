"""The contract of a problem: one call checks a built-in one or a user's own."""

from collections.abc import Callable, Sequence

import jax
import numpy as np
from jaxtyping import Float

from ..problems.problem import Problem
from . import derivatives, enclosure, invariance, record, robustness
from .checklist import Checklist
from .evaluation import Evaluation, Subject
from .native_search import check_native_search


def check_problem(
    problem: Problem,
    *,
    points: Float[np.ndarray, "points d"] | None = None,
    variants: Sequence[Problem] = (),
    tolerance: float = 1e-8,
    seed: int = 0,
) -> None:
    """Check that `problem` keeps the contract that search and landscape rely on.

    Gradient, Hessian and Hessian-vector products against differences; symmetry images, zero modes and the
    reduction against the loss; an enclosure of its own against the derivatives in many bits; one point
    against a batch; repeatability; double precision, inside too; lost walkers; starts and bounds; the record
    of every field, the fingerprint, the journey to another process.

    Args:
        problem: the problem.
        points: where derivatives are checked [points d]; starts of the problem's own by default. Pass
            your own where starts lie in flat regions, and one of high symmetry if there is one.
        variants: problems with other data or other choices: their fingerprints must all differ.
        tolerance: how far, relative to the largest, derivatives may be off beyond the error of the
            differences. 1e-6 is right for a Hessian that is itself made of differences.
        seed: of the starts and directions.

    Raises:
        ContractError: an `AssertionError` that lists every item that fails, with the numbers and what to
            do about it.
    """
    with Checklist(f"the problem '{_name(problem)}'") as checklist:
        subject, evaluation = _evaluated(checklist, problem, points, seed)
        if subject is None or evaluation is None:
            return
        items: list[tuple[str, Callable[[], None]]] = [
            ("derivatives", lambda: derivatives.check_derivatives(
                checklist, subject, evaluation, tolerance)),
            ("precision", lambda: robustness.check_precision(checklist, subject, evaluation)),
            ("repeatability", lambda: robustness.check_repeatability(
                checklist, subject, evaluation)),
            ("non-finite points", lambda: robustness.check_non_finite(checklist, subject)),
            ("starts", lambda: robustness.check_starts(checklist, subject)),
            ("enclosure", lambda: enclosure.check_enclosure(checklist, subject)),
            ("symmetry", lambda: invariance.check_invariance(checklist, subject, evaluation)),
            ("zero modes", lambda: invariance.check_zero_modes(checklist, evaluation)),
            ("reduction", lambda: invariance.check_reduction(
                checklist, subject, evaluation, tolerance)),
            ("parameters", lambda: invariance.check_parameters(checklist, subject, evaluation)),
            ("record", lambda: record.check_record(checklist, subject)),
            ("fingerprint", lambda: record.check_fingerprint(checklist, problem)),
            ("variants", lambda: record.check_variants(checklist, problem, variants)),
            ("native search", lambda: check_native_search(checklist, subject)),
        ]  # fmt: skip
        for name, check in items:
            with checklist.item(name, "mend the method that raises"):
                check()


def _name(problem: Problem) -> str:
    try:
        return problem.name
    except Exception:
        return type(problem).__name__


def _evaluated(
    checklist: Checklist,
    problem: Problem,
    points: Float[np.ndarray, "points d"] | None,
    seed: int,
) -> tuple[Subject | None, Evaluation | None]:
    """The problem at its points; None with a violation where nothing else can be checked."""
    leaves = jax.tree_util.tree_leaves_with_path(problem)
    strangers = [
        jax.tree_util.keystr(path)
        for path, leaf in leaves
        if not hasattr(leaf, "dtype") and not isinstance(leaf, int | float | complex)
    ]
    if not checklist.require(
        not strangers,
        "a problem is a pytree of arrays",
        f"{', '.join(strangers)} are no arrays",
        "mark choices and functions with `equinox.field(static=True)`",
    ):
        return None, None
    subject = evaluation = None
    with checklist.item("evaluation", "the methods must be pure JAX functions of one point"):
        subject = Subject(problem, points, seed)
        subject.starts  # noqa: B018  (their shape, also where points are given)
        evaluation = subject.evaluate()
    if evaluation is not None and not checklist.require(
        bool(np.isfinite(evaluation.loss).all() and np.isfinite(evaluation.gradient).all()),
        "loss and gradient are finite where they are checked",
        f"losses {np.asarray(evaluation.loss).tolist()}",
        "pass `points=` at which they are, or mend the loss",
    ):
        return None, None
    return subject, evaluation
