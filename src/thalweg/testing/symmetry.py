"""The contract of a symmetry group."""

import itertools
import math

import numpy as np
from jaxtyping import Float

from ..problems.symmetry import Symmetry
from .checklist import Checklist

_BRUTE_FORCE_UP_TO = 1500
"""Order of a group up to which all of its images are compared."""

_ROUNDING = 1e-8
"""Relative distance of two points that are the same: a rotation costs a few roundings."""

_N_IMAGES = 12


def check_symmetry(
    symmetry: Symmetry, points: Float[np.ndarray, "points d"], *, is_finite: bool = True
) -> None:
    """Check the contract of `symmetry` at some points [points d]; points of high symmetry are welcome.

    That the *loss* is left unchanged, `check_problem` checks.

    Args:
        symmetry: the group.
        points: where.
        is_finite: whether the group has no continuous part (shifts, rotations) beside the images that
            `images` lists; the order of a stabiliser is then counted image by image.

    Raises:
        ContractError: listing every item that fails.
    """
    with Checklist(f"the symmetry {type(symmetry).__name__}") as checklist:
        require_symmetry(checklist, symmetry, np.asarray(points, float), is_finite=is_finite)


def require_symmetry(
    checklist: Checklist,
    symmetry: Symmetry,
    points: Float[np.ndarray, "points d"],
    *,
    is_finite: bool,
) -> None:
    """The items of `check_symmetry`, noted in `checklist`."""
    with checklist.item("order", "return |G| as an exact integer"):
        checklist.require(
            symmetry.order >= 1 and math.isclose(symmetry.log_order, math.log(symmetry.order)),
            "order",
            f"order {symmetry.order}, log_order {symmetry.log_order:.12g}",
            "log_order is ln(order), and order at least one",
        )
    with checklist.item("symmetry at many points", "mend the method that raises"):
        _check_many_points(checklist, symmetry, points)
    for number, x in enumerate(points):
        others = np.delete(points, number, axis=0)
        with checklist.item(f"symmetry at point {number}", "mend the method that raises"):
            _check_canonical(checklist, symmetry, x, number)
            _check_alignment(checklist, symmetry, x, others, number)
            _check_random_image(checklist, symmetry, x, number)
            _check_bounds(checklist, symmetry, x, others, number)
            _check_stabiliser(checklist, symmetry, x, number, is_finite=is_finite)


def _near(x: Float[np.ndarray, " d"]) -> float:
    return _ROUNDING * (1 + float(np.linalg.norm(x)))


def _some_images(symmetry: Symmetry, x: Float[np.ndarray, " d"]) -> list[np.ndarray]:
    stride = max(1, symmetry.order // _N_IMAGES) if symmetry.order <= _BRUTE_FORCE_UP_TO else 7
    return list(itertools.islice(symmetry.images(x), 0, stride * _N_IMAGES, stride))


def _check_many_points(
    checklist: Checklist, symmetry: Symmetry, points: Float[np.ndarray, "points d"]
) -> None:
    alone = np.array([symmetry.canonical(x) for x in points])
    checklist.require(
        np.array_equal(symmetry.canonical_images(points), alone),
        "canonical_images are those of canonical",
        "some of the points have other representatives together than alone",
        "override both, or neither",
    )
    orders = [symmetry.stabiliser_order(x) for x in points]
    checklist.require(
        list(symmetry.stabiliser_orders(points)) == orders,
        "stabiliser_orders are those of stabiliser_order",
        f"together {symmetry.stabiliser_orders(points)}, alone {orders}",
        "let is_moved_by_all say so only of points that no element but the identity fixes",
    )


def _check_canonical(
    checklist: Checklist, symmetry: Symmetry, x: Float[np.ndarray, " d"], number: int
) -> None:
    canonical = symmetry.canonical(x)
    checklist.require(
        canonical.shape == x.shape and canonical.dtype == np.float64,
        "canonical keeps shape and precision",
        f"{canonical.shape} {canonical.dtype} at point {number}",
        "return a float64 vector [d]",
    )
    off = float(np.linalg.norm(symmetry.canonical(canonical) - canonical))
    checklist.require(
        off <= _near(x),
        "canonical is idempotent",
        f"applied twice it moves point {number} by {off:.3g}",
        "map the representative onto itself",
    )
    if symmetry.stabiliser_order(x) > 1:
        # Only generic points have one representative for all of their images.
        return
    for image in _some_images(symmetry, x):
        off = float(np.linalg.norm(symmetry.canonical(image) - canonical))
        if not off <= _near(x):
            checklist.require(
                False,
                "canonical is the same for all images",
                f"two images of point {number} have representatives {off:.3g} apart",
                "choose the representative by what all images share",
            )
            return


def _check_alignment(
    checklist: Checklist,
    symmetry: Symmetry,
    x: Float[np.ndarray, " d"],
    others: Float[np.ndarray, "points d"],
    number: int,
) -> None:
    for image in _some_images(symmetry, x):
        off = symmetry.distance(image, x)
        if not off <= _near(x):
            checklist.require(
                False,
                "align recognises images",
                f"an image of point {number} stays {off:.3g} away from it",
                "return the nearest image; images of one point must coincide",
            )
            break
    for other in others:
        aligned_point = symmetry.align(x, other)
        off = symmetry.distance(aligned_point, x)
        checklist.require(
            off <= _near(x),
            "align returns an image",
            f"what it returns for point {number} is {off:.3g} from every image of it",
            "return an image of the first argument",
        )
        before, after = (
            float(np.linalg.norm(x - other)),
            float(np.linalg.norm(aligned_point - other)),
        )
        checklist.require(
            after <= before + _near(x),
            "align brings nearer",
            f"it takes point {number} from {before:.6g} to {after:.6g} from another point",
            "return the nearest image; the point itself is one",
        )


def _check_random_image(
    checklist: Checklist, symmetry: Symmetry, x: Float[np.ndarray, " d"], number: int
) -> None:
    if symmetry.order > _BRUTE_FORCE_UP_TO:
        # The base counts through the images, which for such a group takes for ever.
        return
    off = symmetry.distance(symmetry.random_image(x, np.random.default_rng(number)), x)
    checklist.require(
        off <= _near(x),
        "random_image returns an image",
        f"what it draws for point {number} is {off:.3g} from every image of it",
        "draw an element of the group and apply it",
    )


def _check_bounds(
    checklist: Checklist,
    symmetry: Symmetry,
    x: Float[np.ndarray, " d"],
    others: Float[np.ndarray, "points d"],
    number: int,
) -> None:
    bounds = symmetry.distance_bounds(x, others)
    distances = np.array([symmetry.distance(x, other) for other in others])
    over = float((bounds - distances).max(initial=0.0))
    checklist.require(
        bounds.shape == distances.shape and over <= _near(x),
        "distance_bounds are lower bounds",
        f"at point {number} a bound is {over:.3g} above the distance",
        "return bounds that no image can undercut, zero if need be",
    )
    invariants = symmetry.invariants(np.vstack([x[None], others]))
    apart = np.linalg.norm(invariants[1:] - invariants[0], axis=1)
    over = float((apart - distances).max(initial=0.0))
    checklist.require(
        len(invariants) == len(others) + 1 and over <= _near(x),
        "invariants are no farther apart than the points",
        f"at point {number} those of another point differ by {over:.3g} more than its distance",
        "return numbers that no element changes and that move no faster than the point, or a zero",
    )


def _check_stabiliser(
    checklist: Checklist,
    symmetry: Symmetry,
    x: Float[np.ndarray, " d"],
    number: int,
    *,
    is_finite: bool,
) -> None:
    stabiliser = symmetry.stabiliser_order(x)
    checklist.require(
        stabiliser >= 1 and symmetry.order % max(stabiliser, 1) == 0,
        "stabiliser_order divides order",
        f"{stabiliser} and {symmetry.order} at point {number}",
        "count the elements of the group that map the point onto itself",
    )
    if symmetry.order > _BRUTE_FORCE_UP_TO:
        return
    images = np.array(list(symmetry.images(x)))
    checklist.require(
        len(images) == symmetry.order,
        "images lists the whole group",
        f"{len(images)} images, order {symmetry.order}",
        "yield one image for each element",
    )
    fixing = int((np.abs(images - images[0]).max(axis=1) <= _near(x)).sum())
    if is_finite:
        fixing = int((np.abs(images - x).max(axis=1) <= _near(x)).sum())
    checklist.require(
        fixing == stabiliser if is_finite else fixing <= stabiliser,
        "stabiliser_order counts",
        f"{stabiliser} at point {number}, but {fixing} images coincide with it",
        "count the elements of the group that map the point onto itself",
    )
