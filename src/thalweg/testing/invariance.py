"""What must leave the loss alone: symmetry images, zero modes, a reduction, a parameter's own value."""

import itertools
from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from .checklist import Checklist
from .evaluation import Evaluation, Subject
from .symmetry import require_symmetry

_ENUMERABLE = 5000
"""Order of a group up to which images are taken from all over it."""

_N_IMAGES = 24

_ROUNDING = 1e-11
"""Relative difference of the losses of two images: the same numbers added in another order."""

_ZERO = 1e-8
"""Share of the gradient along a zero mode that is rounding."""


def check_invariance(checklist: Checklist, subject: Subject, evaluation: Evaluation) -> None:
    """Every symmetry image of a point has its loss, and the group is one."""
    remedy = (
        "override `symmetry`: the group claims more than the loss has (sign flips need an odd activation, "
        "exchanges need equal parts)"
    )
    triples = list(zip(subject.points, evaluation.loss, evaluation.gradient, strict=True))
    for number, (x, loss, gradient) in enumerate(triples):
        images = np.array(list(_images(subject, x)))
        losses = subject.losses(images)
        reach = np.abs(gradient).max() * (1 + np.abs(x).max()) * np.sqrt(len(x))
        allowance = _ROUNDING * (abs(float(loss)) + float(reach)) + 1e-300
        off = np.abs(losses - loss)
        if not (off <= allowance).all():
            worst = int(np.argmax(np.nan_to_num(off, nan=np.inf)))
            checklist.require(
                False,
                "loss of symmetry images",
                f"an image of point {number} has the loss {losses[worst]:.12g} instead of {float(loss):.12g}",
                remedy,
            )
            break
    is_finite = evaluation.zero_modes is None
    require_symmetry(checklist, subject.problem.symmetry, subject.points, is_finite=is_finite)


def _images(subject: Subject, x: Float[np.ndarray, " d"]) -> Iterator[np.ndarray]:
    """Images by every route: representatives, alignments to random points, and the group's own list."""
    symmetry = subject.problem.symmetry
    yield symmetry.canonical(x)
    size = np.abs(x).max() + 1e-3
    for _ in range(_N_IMAGES // 3):
        yield symmetry.align(x, size * subject.random.normal(size=len(x)))
    stride = max(1, symmetry.order // _N_IMAGES) if symmetry.order <= _ENUMERABLE else 1
    yield from itertools.islice(symmetry.images(x), 0, stride * _N_IMAGES, stride)


def check_zero_modes(checklist: Checklist, evaluation: Evaluation) -> None:
    """Zero modes are orthonormal, and the gradient has no part along them."""
    if evaluation.zero_modes is None:
        return
    remedy = "mend `zero_modes`: orthonormal directions along which the loss does not change"
    for number, (modes, gradient) in enumerate(
        zip(evaluation.zero_modes, evaluation.gradient, strict=True)
    ):
        off = float(np.abs(modes.T @ modes - np.eye(modes.shape[1])).max(initial=0.0))
        checklist.require(
            off <= 1e-10,
            "zero modes are orthonormal",
            f"off by {off:.3g} at point {number}",
            remedy,
        )
        along, size = np.abs(modes.T @ gradient).max(initial=0.0), np.linalg.norm(gradient)
        checklist.require(
            bool(along <= _ZERO * size + 1e-300),
            "gradient along zero modes",
            f"{along:.3g} of a gradient of norm {size:.3g} at point {number}",
            remedy,
        )


def check_reduction(
    checklist: Checklist, subject: Subject, evaluation: Evaluation, tolerance: float
) -> None:
    """Losses, gradients and spectra in fewer coordinates are those in all."""
    reduction = subject.problem.reduction()
    if reduction.problem is subject.problem:
        return
    remedy = "mend `reduction`; its contract stands in `Reduction`"
    z = reduction.contract(subject.points)
    x = reduction.expand(z)
    off = max(
        float(np.abs(reduction.contract(x) - z).max()),
        float(np.abs(np.linalg.norm(x, axis=1) - np.linalg.norm(z, axis=1)).max()),
        float(np.abs(reduction.expand(2 * z[:1] - z[-1:]) - (2 * x[:1] - x[-1:])).max()),
    )
    checklist.require(
        off <= 1e-11 * (1 + np.abs(x).max()),
        "reduction is linear and keeps distances",
        f"off by {off:.3g}",
        remedy,
    )
    full = Subject(subject.problem, x, subject.seed).evaluate()
    reduced_values = Subject(reduction.problem, z, subject.seed).evaluate()
    slack = tolerance * (np.abs(full.gradient).max() + np.abs(full.loss).max())
    for item, one, other in (
        ("loss of the reduction", reduced_values.loss, full.loss),
        (
            "gradient of the reduction",
            reduction.expand(np.asarray(reduced_values.gradient)),
            full.gradient,
        ),
    ):
        off = float(np.abs(one - other).max())
        checklist.require(off <= slack, item, f"off by {off:.3g}, at most {slack:.1g}", remedy)
    if full.hessian_parts is None or reduced_values.hessian_parts is None:
        return
    complement = np.asarray(reduction.complement_spectrum)
    for whole, part in zip(full.hessian_parts[2], reduced_values.hessian_parts[2], strict=True):
        spectrum = np.concatenate([np.linalg.eigvalsh(part), complement])
        # What costs nothing along a removed direction has no curvature and is left out.
        spectrum = np.sort(np.pad(spectrum, (0, len(whole) - len(spectrum))))
        off, size = float(np.abs(np.linalg.eigvalsh(whole) - spectrum).max()), np.abs(whole).max()
        checklist.require(
            bool(off <= 10 * tolerance * size),
            "spectrum of the reduction",
            f"eigenvalues off by {off:.3g} of {size:.3g}",
            remedy,
        )


def check_parameters(checklist: Checklist, subject: Subject, evaluation: Evaluation) -> None:
    """A parameter set to the value it has changes nothing."""
    for name, value in subject.problem.parameters.items():
        other = subject.problem.with_parameter(name, value)
        losses = Subject(other, subject.points, subject.seed).losses(subject.points)
        off = float(np.abs(losses - evaluation.loss).max())
        allowance = 1e-9 * float(np.abs(evaluation.loss).max()) + 1e-12
        checklist.require(
            value >= 0 and off <= allowance,
            f"parameter {name!r}",
            f"set to its own value {value:g}, the loss changes by {off:.3g}",
            "mend `parameters` and `with_parameter`; parameters are numbers, not negative",
        )
