"""From the coordinates that are searched to full records of stationary points, and back."""

from dataclasses import dataclass
from typing import TypeVar

import jax
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ..landscape.records import Minimum, TransitionState
from ..precision import with_float64
from ..problems.problem import Problem
from .steps.evaluation import n_zero_modes
from .walks.result import WalkResult

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

    Attributes:
        full: the problem as the user knows it, d parameters: all that is recorded.
        problem: the equivalent problem in m coordinates: all that is walked on.
    """

    def __init__(self, problem: Problem) -> None:
        self.full = problem
        self._reduction = problem.reduction()
        self.problem = self._reduction.problem
        self._symmetry = problem.symmetry

    @property
    def dimension(self) -> int:
        """m, the number of coordinates that are searched."""
        return self.problem.dimension

    @with_float64
    def starts(self, keys: PRNGKeyArray | Array) -> Float[np.ndarray, "walkers m"]:
        """Random starts [walkers m], one for each key."""
        return self.contract(np.asarray(_starts(self.full, keys)))

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

    def minima(self, result: WalkResult) -> list[Minimum | None]:
        """The minimum that each walker reached, None for a walker that reached none."""
        return self._points(result, Minimum)

    def transition_states(self, result: WalkResult) -> list[TransitionState | None]:
        """The transition state that each walker reached, None for a walker that reached none."""
        return self._points(result, TransitionState)

    def _points(self, result: WalkResult, kind: type[_Point]) -> list[_Point | None]:
        full = self.expand(result.x)
        return [
            self._point(result, i, x, kind) if converged else None
            for i, (x, converged) in enumerate(zip(full, result.converged, strict=True))
        ]

    def _point(
        self, result: WalkResult, i: int, x: Float[np.ndarray, " d"], kind: type[_Point]
    ) -> _Point:
        # The gradient is the same vector in both; its mean square is over more components in full.
        share = np.sqrt(result.x.shape[1] / len(x))
        spectrum = self._spectrum(result, i)
        return kind(
            loss=float(result.loss[i]),
            coordinates=self._symmetry.canonical(x),
            spectrum=spectrum.values,
            rms_gradient=float(share * result.rms_gradient[i]),
            tolerance=float(result.tolerance[i]),
            stabiliser_order=self._symmetry.stabiliser_order(x),
            kappa=spectrum.kappa,
            log_product=spectrum.log_product,
            lpphe_error=spectrum.lpphe_error,
            index_doubt=spectrum.index_doubt,
        )

    def _spectrum(self, result: WalkResult, i: int) -> _StoredSpectrum:
        """The spectrum in all parameters, or its lowest end with the log-product of the whole."""
        removed_spectrum, known_spectrum = self._reduction.complement_spectrum, result.spectrum[i]
        spectrum = np.sort(np.concatenate([known_spectrum, removed_spectrum]))
        kappa = self.dimension - n_zero_modes(self.problem, self.dimension)
        if len(known_spectrum) == kappa:
            return _StoredSpectrum(spectrum)
        return _StoredSpectrum(
            spectrum[: len(known_spectrum)],
            kappa=kappa + len(removed_spectrum),
            log_product=float(result.log_product[i] + np.log(removed_spectrum).sum()),
            lpphe_error=float(result.log_product_error[i]),
            index_doubt=float(result.index_doubt[i]),
        )


@jax.jit
def _starts(problem: Problem, keys: Array) -> Float[Array, "walkers d"]:
    return jax.vmap(problem.start)(keys)
