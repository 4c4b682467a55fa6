"""Precision, repeatability, batches, and what a point without a finite loss does to the others."""

from typing import Any

import jax
import numpy as np

from ..search.search_space import SearchSpace
from .checklist import Checklist
from .evaluation import Evaluation, Lone, Subject

_RISE = 1e-9
"""Relative rise of the loss that double precision resolves to five digits and single precision not at all."""

_ROUNDING = 1e-11
"""Relative difference of the same sums added in another order."""

_ROUNDING_OF_HESSIAN = 1e-7
"""The same for a Hessian, in which an inverse of a matrix may stand twice."""


def check_precision(checklist: Checklist, subject: Subject, evaluation: Evaluation) -> None:
    """Everything is float64, inside too: the loss resolves a rise of 1e-9 of itself."""
    widths = {
        "start": subject.starts.dtype,
        "loss": evaluation.loss.dtype,
        "gradient": evaluation.gradient.dtype,
        "hessian_vector": evaluation.product.dtype,
    }
    if evaluation.hessian_parts is not None:
        widths["Hessian"] = evaluation.hessian_parts[2].dtype
    narrow = {name: str(dtype) for name, dtype in widths.items() if dtype != np.float64}
    checklist.require(
        not narrow,
        "float64",
        f"{narrow}",
        "calculate in double precision: keep data in float64 and take out conversions to float32",
    )
    resolutions = [
        _resolves(subject, x, float(loss), gradient)
        for x, loss, gradient in zip(
            subject.points, evaluation.loss, evaluation.gradient, strict=True
        )
    ]
    judgements = [one for one in resolutions if one is not None]
    checklist.require(
        not judgements or any(judgements),
        "float64 inside",
        f"a step that raises the loss by {_RISE:g} of itself is lost in rounding at all "
        f"{len(judgements)} points",
        "calculate in double precision: something inside rounds to float32 or coarser",
    )


def _resolves(subject: Subject, x: np.ndarray, loss: float, gradient: np.ndarray) -> bool | None:
    """Whether short steps uphill raise the loss by what the gradient says; None where it is too flat."""
    slope = float(np.linalg.norm(gradient))
    rise = _RISE * max(abs(loss), slope * subject.scale)
    if not slope * 1e-4 * subject.scale > rise:
        return None
    steps = np.arange(9) * (rise / slope)
    losses = subject.losses(x + steps[:, None] * (gradient / slope))
    off = np.abs(losses - losses[0] - steps * slope)
    return bool(off.max() <= 0.1 * steps[-1] * slope)


def check_repeatability(checklist: Checklist, subject: Subject, evaluation: Evaluation) -> None:
    """The same point gives the same bits, and the same values on its own as in a batch."""
    again = subject.evaluate()
    differing = [
        name
        for name in ("loss", "gradient", "product")
        if not np.array_equal(getattr(again, name), getattr(evaluation, name), equal_nan=True)
    ]
    checklist.require(
        not differing,
        "determinism",
        f"{', '.join(differing)} differ from one call to the next at the same points",
        "take out what is random or has a state: dropout, sampling, batch statistics",
    )
    for index in range(len(subject.points)):
        alone = subject.evaluate_alone(index)
        for name, one, whole in _pairs(alone, evaluation):
            size = float(np.nan_to_num(np.abs(one)).max(initial=0.0)) + abs(float(alone.loss))
            off = float(np.abs(one - whole[index]).max(initial=0.0))
            rounding = _ROUNDING_OF_HESSIAN if name == "Hessian" else _ROUNDING
            allowance = rounding * size + 10 * float(evaluation.noise[index])
            if not off <= allowance:
                checklist.require(
                    False,
                    f"batch = single: {name}",
                    f"point {index} gives {off:.3g} more or less on its own, at most {allowance:.1g} allowed",
                    "let nothing depend on the batch: methods act on one point and are mapped by the search",
                )
                return


def _pairs(alone: Lone, batch: Evaluation) -> list[tuple[str, Any, Any]]:
    pairs: list[tuple[str, Any, Any]] = [
        ("loss", alone.loss, batch.loss),
        ("gradient", alone.gradient, batch.gradient),
    ]
    if batch.hessian_parts is not None:
        pairs.append(("Hessian", alone.hessian, batch.hessian_parts[2]))
    return pairs


def check_non_finite(checklist: Checklist, subject: Subject) -> None:
    """A point without a finite loss shows it in its loss, and affects no other of its batch."""
    points = subject.points[np.zeros(3, int)]
    losses, gradients = subject.losses_and_gradients(points)
    points = points.copy()
    points[1] = np.nan
    beside, slopes = subject.losses_and_gradients(points)
    checklist.require(
        not np.isfinite(beside[1]),
        "a lost walker shows",
        f"the loss of a point of NaN is {beside[1]:g}",
        "let NaN pass through `loss`: a search counts the walker as lost by it",
    )
    others = [0, 2]
    checklist.require(
        np.array_equal(beside[others], losses[others])
        and np.array_equal(slopes[others], gradients[others]),
        "a lost walker takes no other with it",
        f"beside a point of NaN the loss {losses[0]:.12g} becomes {beside[0]:.12g}",
        "let nothing depend on the other points of a batch",
    )


def check_starts(checklist: Checklist, subject: Subject) -> None:
    """Starts follow their keys, differ from one another and lie inside the bounds."""
    problem, starts = subject.problem, subject.starts
    checklist.require(
        starts.shape[1:] == (problem.dimension,) and bool(np.isfinite(starts).all()),
        "start",
        f"starts have shape {starts.shape[1:]} and must be {problem.dimension} finite numbers",
        "mend `start`",
    )
    checklist.require(
        np.array_equal(subject.draw(len(starts)), starts),
        "start follows its key",
        "the same key gives another start",
        "draw from the key alone, with jax.random",
    )
    checklist.require(
        problem.dimension == 0 or not np.array_equal(starts[0], starts[-1]),
        "starts differ",
        "two keys give the same start, so that a coverage means nothing",
        "draw from the key",
    )
    law = problem.start_law
    checklist.require(
        isinstance(law, str) and bool(law) and law == problem.start_law,
        "start_law",
        f"it is {law!r}",
        "name the law of `start` with its parameters: hits are counted per law",
    )
    laws = problem.start_laws
    checklist.require(
        law in laws and all(isinstance(name, str) and name for name in laws),
        "start_laws",
        f"they are {sorted(map(str, laws))}, and `start_law` is {law!r}",
        "name every law; the first one is `start`",
    )
    for name in laws.keys() - {law}:
        _check_law(checklist, subject, name)
    if problem.bounds is not None:
        _check_bounds(checklist, subject)


def _check_law(checklist: Checklist, subject: Subject, name: str) -> None:
    """Starts of one law follow their keys, differ, and lie inside the bounds."""
    problem = subject.problem
    space = SearchSpace(problem)
    keys = jax.random.split(jax.random.key(0), 16)
    starts, again = (space.expand(space.starts(keys, name)) for _ in range(2))
    lower, upper = problem.bounds or (-np.inf, np.inf)
    checklist.require(
        starts.shape == (16, problem.dimension)
        and bool(np.isfinite(starts).all() and (starts >= lower).all() and (starts <= upper).all())
        and np.array_equal(starts, again)
        and (problem.dimension == 0 or not np.array_equal(starts[0], starts[-1])),
        f"starts of the law '{name}'",
        "they are not finite, lie outside the bounds, do not follow their keys, or are all the same",
        "mend the function that `start_laws` gives for it",
    )


def _check_bounds(checklist: Checklist, subject: Subject) -> None:
    lower, upper = (np.asarray(bound) for bound in subject.problem.bounds or ())
    shape = (subject.problem.dimension,)
    checklist.require(
        lower.shape == upper.shape == shape and bool((lower < upper).all()),
        "bounds",
        f"they have shapes {lower.shape} and {upper.shape}, {shape} is needed, lower below upper",
        "mend `bounds`",
    )
    starts = subject.draw(64)
    outside = int(((starts < lower) | (starts > upper)).any(axis=1).sum())
    checklist.require(
        outside == 0,
        "start inside the bounds",
        f"{outside} of 64 starts lie outside",
        "draw starts between `bounds`",
    )
