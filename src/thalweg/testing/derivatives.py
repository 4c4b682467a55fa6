"""Gradient, Hessian and Hessian-vector products against differences and against one another."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Array, Float

from .checklist import Checklist
from .differences import LEVELS, Differences, differentiate
from .evaluation import Evaluation, Subject

_EVERY_COORDINATE_UP_TO = 24
_N_DIRECTIONS = 12
"""Random directions where there are more coordinates than that."""

_LONGEST_STEP = 0.1
"""Of the differences, in units of the length scale."""

_SAFETY = 10.0
"""Times the estimated error of a difference that a derivative may be off."""

_CONCLUSIVE = 1e-4
"""A difference whose error is a larger share of the derivative says nothing."""

_GRADIENT = "mend `value_and_gradient`; without one of your own it comes from `loss` by autodiff"
_HESSIAN = "mend `value_gradient_hessian`; without one of your own it comes from the gradient"
_PRODUCTS = "mend `hessian_vector` or `gradient_and_products`, or leave them to the base class"


def check_derivatives(
    checklist: Checklist, subject: Subject, evaluation: Evaluation, tolerance: float
) -> None:
    """Gradient against differences of the loss, Hessian and products against those of the gradient."""
    directions = _directions(subject)
    gradients, losses = np.asarray(evaluation.gradient), np.abs(evaluation.loss)
    _compare(
        checklist,
        "gradient",
        [
            (_differences(subject, subject.losses, x, directions), directions @ g, size, noise)
            for x, g, size, noise in zip(
                subject.points, gradients, losses, evaluation.noise, strict=True
            )
        ],
        subject,
        tolerance,
        _GRADIENT,
    )
    along = subject.vector[None] if evaluation.hessian_parts is None else directions
    if evaluation.hessian_parts is None:
        expected_products = np.asarray(evaluation.product)[:, None]
    else:
        expected_products = directions @ np.asarray(evaluation.hessian_parts[2])
    sizes = np.abs(gradients).max(axis=1)
    _compare(
        checklist,
        "Hessian" if evaluation.hessian_parts is not None else "Hessian-vector product",
        [
            (_differences(subject, subject.gradients, x, along), rows, size, noise)
            for x, rows, size, noise in zip(
                subject.points, expected_products, sizes, evaluation.noise, strict=True
            )
        ],
        subject,
        tolerance,
        _HESSIAN if evaluation.hessian_parts is not None else _PRODUCTS,
    )
    _check_agreement(checklist, subject, evaluation, tolerance)


def _directions(subject: Subject) -> Float[np.ndarray, "directions d"]:
    d = subject.problem.dimension
    if d <= _EVERY_COORDINATE_UP_TO:
        return np.eye(d)
    draws = subject.random.normal(size=(_N_DIRECTIONS, d))
    return np.asarray(draws / np.linalg.norm(draws, axis=1, keepdims=True))


def _differences(
    subject: Subject,
    function: Callable[[Float[np.ndarray, "points d"]], Float[np.ndarray, "points ..."]],
    x: Float[np.ndarray, " d"],
    directions: Float[np.ndarray, "directions d"],
) -> Differences:
    return differentiate(function, x, directions, _LONGEST_STEP * subject.scale)


def _compare(
    checklist: Checklist,
    item: str,
    pairs: list[tuple[Differences, Float[np.ndarray, "directions ..."], float, float]],
    subject: Subject,
    tolerance: float,
    remedy: str,
) -> None:
    """A violation for the point and direction that is farthest off, and one if nothing could be judged.

    A derivative may differ by ten times the estimated error of the difference, by `tolerance` times the
    largest derivative, and by what the rounding of the function makes of the shortest step.
    """
    shortest = _LONGEST_STEP * subject.scale / 2.0 ** (LEVELS - 1)
    n_conclusive = n = 0
    worst: tuple[float, str] | None = None
    for number, (differences, expected_slopes, size, noise) in enumerate(pairs):
        usable = differences.slopes[np.isfinite(differences.errors)]
        largest = float(np.abs(usable).max(initial=0.0))
        rounding = 16 * np.finfo(np.float64).eps * size / shortest
        allowance = _SAFETY * (differences.errors + noise) + tolerance * largest + rounding
        is_conclusive = (allowance <= _CONCLUSIVE * largest) & (largest > 0)
        n, n_conclusive = n + is_conclusive.size, n_conclusive + int(is_conclusive.sum())
        off = np.abs(differences.slopes - expected_slopes)
        is_wrong = is_conclusive & ~(off <= allowance)
        if is_wrong.any():
            excess = np.where(is_wrong, np.nan_to_num(off / allowance, nan=np.inf), 0.0)
            index = np.unravel_index(int(np.argmax(excess)), excess.shape)
            if worst is None or excess[index] > worst[0]:
                worst = (
                    float(excess[index]),
                    (
                        f"at point {number}, direction {index[0]}, it is {expected_slopes[index]:.12g}; "
                        f"differences give {differences.slopes[index]:.12g} ± {allowance[index]:.1g}"
                    ),
                )
    checklist.require(worst is None, item, worst[1] if worst else "", remedy)
    checklist.require(
        2 * n_conclusive >= n,
        f"{item} can be judged",
        f"of {n} differences only {n_conclusive} settle to a relative {_CONCLUSIVE:g}",
        "the function has kinks or noise at these points, or is flat; if the points are badly chosen, pass "
        "`points=` where it is smooth and bends",
    )


def _check_agreement(
    checklist: Checklist, subject: Subject, evaluation: Evaluation, tolerance: float
) -> None:
    gradient, size = evaluation.gradient, np.abs(evaluation.gradient).max(axis=1)
    loss = np.abs(evaluation.loss)
    near = 100 * np.finfo(np.float64).eps

    def agrees(
        item: str,
        one: Array | np.ndarray,
        other: Array | np.ndarray,
        within: Float[np.ndarray, " points"],
        remedy: str,
    ) -> None:
        off = np.abs(np.asarray(one) - np.asarray(other)).reshape(len(one), -1).max(axis=1)
        index = int(np.argmax(np.nan_to_num(off - within, nan=np.inf)))
        checklist.require(
            bool((off <= within).all()),
            item,
            f"they differ by {off[index]:.3g} at point {index}, more than {within[index]:.1g}",
            remedy,
        )

    floor = near * (loss + subject.scale * size) + 10 * evaluation.noise
    agrees("value of value_and_gradient = loss", evaluation.value, evaluation.loss,
           floor * subject.scale + near * loss, _GRADIENT)  # fmt: skip
    slack = tolerance * size + floor
    agrees("gradient of gradient_and_products = gradient", evaluation.linear_gradient, gradient,
           slack, _PRODUCTS)  # fmt: skip
    if evaluation.hessian_parts is None or evaluation.noise_parts is None:
        agrees("products of gradient_and_products = hessian_vector", evaluation.linear_product,
               evaluation.product, tolerance * np.abs(evaluation.product).max(axis=1), _PRODUCTS)  # fmt: skip
        return
    value, same_gradient, hessian = evaluation.hessian_parts
    stiffness = np.abs(hessian).max(axis=(1, 2))
    slack_of_products = tolerance * stiffness + floor / subject.scale
    agrees("value of value_gradient_hessian = loss", value, evaluation.loss,
           floor * subject.scale + near * loss, _HESSIAN)  # fmt: skip
    agrees(
        "gradient of value_gradient_hessian = gradient", same_gradient, gradient, slack, _HESSIAN
    )
    agrees("Hessian is symmetric", hessian, hessian.transpose(0, 2, 1), slack_of_products, _HESSIAN)
    product = hessian @ subject.vector
    agrees("hessian_vector = Hessian times vector", evaluation.product, product,
           slack_of_products, _PRODUCTS)  # fmt: skip
    agrees("products of gradient_and_products = Hessian times vector", evaluation.linear_product,
           product, slack_of_products, _PRODUCTS)  # fmt: skip
    of_noise = "mend `value_gradient_hessian_noise`: it is `value_gradient_hessian` and the noise"
    agrees("value_gradient_hessian_noise has the same gradient", evaluation.noise_parts[1],
           gradient, slack, of_noise)  # fmt: skip
    agrees("value_gradient_hessian_noise has the same Hessian", evaluation.noise_parts[2], hessian,
           slack_of_products, of_noise)  # fmt: skip
    for name, noise in (
        ("gradient_noise", evaluation.noise),
        ("noise of value_gradient_hessian_noise", evaluation.noise_parts[3]),
    ):
        checklist.require(
            bool(np.isfinite(noise).all() and (np.asarray(noise) >= 0).all()),
            f"{name} is a finite number, not negative",
            f"it is {np.asarray(noise).tolist()}",
            "return the rounding floor of the RMS gradient, zero if it is not known",
        )
