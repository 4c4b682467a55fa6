"""From the coordinates that are searched to full records of stationary points, and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeVar

import jax
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ..landscape.outcome import Flatness
from ..landscape.records import Minimum, Saddle, TransitionState
from ..precision import with_float64
from ..problems.loss_unit import InLossUnits
from ..problems.problem import RMS_TOLERANCE, Problem
from .steps.batching import BatchSizes
from .steps.evaluation import n_zero_modes
from .steps.rule import Status
from .walks.result import WalkResult

_NAMED, _SHARE, _MOST = 3, 0.05, 0.5
"""Coordinates of a direction that are named; the least share of one, and the share that is most of it."""

_Point = TypeVar("_Point", bound=Minimum)


@dataclass(frozen=True, eq=False)
class _StoredSpectrum:
    """The spectrum in all parameters, as a record stores it."""

    values: Float[np.ndarray, " n"]
    kappa: int | None = None
    log_product: float | None = None
    lpphe_error: float = 0.0
    index_doubt: float = 0.0


class SearchSpace:
    """A problem in the coordinates that are searched, which may be fewer than its parameters.

    Args:
        problem: the problem as the user knows it.
        rms_tolerance: RMS gradient below which points count as stationary, as in `Tolerances`.
        batches: what is computed together; by the device if None.

    Attributes:
        full: the problem as the user knows it, d parameters: all that is recorded.
        problem: the equivalent problem in m coordinates, its loss in its own unit: all that is walked on.
        unit: of the loss that is walked on; points are recorded in that of the user (`losses`).
    """

    def __init__(
        self,
        problem: Problem,
        rms_tolerance: float = RMS_TOLERANCE,
        batches: BatchSizes | None = None,
    ) -> None:
        self.full = problem
        self._reduction = problem.reduction()
        self.unit = problem.loss_unit
        reduced = self._reduction.problem
        # An exact search comes to rest by itself, and has no use for a tolerance.
        is_usual = rms_tolerance == RMS_TOLERANCE or reduced.native_search is not None
        if self.unit == 1 and is_usual:
            self.problem = reduced
        else:
            self.problem = InLossUnits(reduced, self.unit, rms_tolerance)
        self._symmetry = problem.symmetry
        self._batches = batches

    @cached_property
    def batches(self) -> BatchSizes:
        """What is computed together. Only where it is asked for: on an accelerator a program tells."""
        return BatchSizes.usual(self.problem) if self._batches is None else self._batches

    @property
    def dimension(self) -> int:
        """m, the number of coordinates that are searched."""
        return self.problem.dimension

    @with_float64
    def starts(
        self, keys: PRNGKeyArray | Array, law: str | None = None
    ) -> Float[np.ndarray, "walkers m"]:
        """Random starts [walkers m], one for each key, of one of the problem's `start_laws`."""
        is_usual = law is None or law == self.full.start_law
        return self.contract(np.asarray(_starts(self.full, keys, None if is_usual else law)))

    def contract(self, x: Float[np.ndarray, "... d"]) -> Float[np.ndarray, "... m"]:
        """Full vectors [... d] in the coordinates that are searched [... m]."""
        return np.asarray(self._reduction.contract(x), dtype=np.float64)

    def expand(self, z: Float[np.ndarray, "... m"]) -> Float[np.ndarray, "... d"]:
        """Parameter vectors [... d] of searched coordinates [... m]."""
        return np.asarray(self._reduction.expand(z), dtype=np.float64)

    def aligned(
        self, x: Float[np.ndarray, " d"], to: Float[np.ndarray, " d"]
    ) -> Float[np.ndarray, " d"]:
        """The symmetry image of `x` [d] nearest to the point `to` [d]."""
        return self._symmetry.align(x, to)

    def losses(self, result: WalkResult) -> Float[np.ndarray, " walkers"]:
        """Losses [walkers] at the ends of walks, in the user's unit."""
        return np.asarray(self.unit * result.loss)

    def flatness(self, result: WalkResult) -> Flatness | None:
        """How the loss is flat where a walk ended; one along which it falls, if there is any."""
        is_known = (result.status == Status.FLAT) & np.isfinite(result.flat_direction).all(axis=1)
        flat = np.flatnonzero(is_known)
        if not len(flat):
            return None
        i = flat[np.argmax(result.falls[flat])]
        return Flatness(self._along(result.flat_direction[i]), bool(result.falls[i]))

    def _along(self, direction: Float[np.ndarray, " m"]) -> str:
        """The coordinates in which a direction mostly lies, in words."""
        shares = self.expand(direction) ** 2
        shares = shares / shares.sum()
        first = [int(i) for i in np.argsort(-shares, kind="stable")[:_NAMED] if shares[i] > _SHARE]
        names = " and ".join(self.full.coordinate_name(i) for i in first)
        if not first:
            return "many parameters together"
        if shares[first].sum() < _MOST:
            return f"many parameters together, {names} most"
        return names

    def minima(self, result: WalkResult) -> list[Minimum | None]:
        """The minimum that each walker reached, None for a walker that reached none."""
        return self.points(result, Minimum)

    def transition_states(self, result: WalkResult) -> list[TransitionState | None]:
        """The transition state that each walker reached, None for a walker that reached none."""
        return self.points(result, TransitionState)

    def stationary_points(self, result: WalkResult) -> list[Minimum | Saddle | None]:
        """The point that each walker of a rule for any index reached: a `Minimum`, or else a `Saddle`.

        What has one negative eigenvalue is a saddle as well: its minima have yet to be looked for.
        """
        kinds = [Saddle if np.any(spectrum < 0) else Minimum for spectrum in result.spectrum]
        return self._points_of(result, kinds)

    def points(self, result: WalkResult, kind: type[_Point]) -> list[_Point | None]:
        """The point that each walker reached, as one of a kind; None for a walker that reached none."""
        return self._points_of(result, [kind] * len(result))

    def _points_of(self, result: WalkResult, kinds: Sequence[type[_Point]]) -> list[_Point | None]:
        points: list[_Point | None] = [None] * len(result)
        at_rest = np.flatnonzero(result.converged)
        full = self.expand(result.x)[at_rest]
        images = self._symmetry.canonical_images(full)
        orders = self._symmetry.stabiliser_orders(full)
        for i, image, order in zip(at_rest.tolist(), images, orders, strict=True):
            points[i] = self._point(result, i, image, order, kinds[i])
        return points

    def _point(
        self,
        result: WalkResult,
        i: int,
        image: Float[np.ndarray, " d"],
        stabiliser_order: int,
        kind: type[_Point],
    ) -> _Point:
        # The gradient is the same vector in both; its mean square is over more components in full.
        share = np.sqrt(result.x.shape[1] / len(image))
        spectrum = self._spectrum(result, i)
        return kind(
            loss=float(self.unit * result.loss[i]),
            coordinates=image,
            spectrum=spectrum.values,
            rms_gradient=float(share * self.unit * result.rms_gradient[i]),
            tolerance=float(self.unit * result.tolerance[i]),
            stabiliser_order=stabiliser_order,
            kappa=spectrum.kappa,
            log_product=spectrum.log_product,
            lpphe_error=spectrum.lpphe_error,
            index_doubt=spectrum.index_doubt,
        )

    @cached_property
    def _n_zero_modes(self) -> int:
        # Once: it traces the problem, which takes longer than to store a point.
        return n_zero_modes(self.problem, self.dimension)

    def _spectrum(self, result: WalkResult, i: int) -> _StoredSpectrum:
        """The spectrum in all parameters, or its lowest end with the log-product of the whole."""
        removed_spectrum = self._reduction.complement_spectrum
        known_spectrum = self.unit * result.spectrum[i]
        spectrum = np.sort(np.concatenate([known_spectrum, removed_spectrum]))
        kappa = self.dimension - self._n_zero_modes
        if len(known_spectrum) == kappa:
            return _StoredSpectrum(spectrum)
        n_positive = kappa - int((known_spectrum < 0).sum())
        log_product = float(result.log_product[i]) + n_positive * float(np.log(self.unit))
        return _StoredSpectrum(
            spectrum[: len(known_spectrum)],
            kappa=kappa + len(removed_spectrum),
            log_product=log_product + float(np.log(removed_spectrum).sum()),
            lpphe_error=float(result.log_product_error[i]),
            index_doubt=float(result.index_doubt[i]),
        )


@partial(jax.jit, static_argnames="law")
def _starts(problem: Problem, keys: Array, law: str | None) -> Float[Array, "walkers d"]:
    return jax.vmap(problem.start if law is None else problem.start_laws[law])(keys)
