"""The spectrum of a stationary point in high dimensions: whole, factored, or its lower end alone."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ...confidence_interval import FEWEST_UNITS
from ...problems.problem import Problem
from ..steps.evaluation import n_zero_modes
from ..steps.pace import never
from .cholesky import factored_spectrum, whole_spectrum
from .lanczos import LogProduct, log_product, lowest_modes
from .point_spectrum import PointSpectrum


@dataclass(frozen=True)
class SpectrumPolicy:
    """Which part of the spectrum of a stationary point to compute, and how.

    Attributes:
        whole_up_to: coordinates up to which the whole spectrum is computed, from a Hessian formed column by
            column: it costs no more than estimates do.
        factored_up_to: coordinates up to which that Hessian is factored: index and log-product are exact,
            and of the eigenvalues only those next to zero are known. Takes 8 m² bytes.
        probes: random vectors of the stochastic Lanczos quadrature beyond.
    """

    whole_up_to: int = 4000
    factored_up_to: int = 12_000
    probes: int = 32

    def __post_init__(self) -> None:
        if self.probes < FEWEST_UNITS:
            raise ValueError(
                f"probes must be at least {FEWEST_UNITS}, got {self.probes}: the error of the log-product "
                "is read from their scatter."
            )

    def n_eigenvalues(self, problem: Problem, index: int) -> int:
        """Number of eigenvalues that are computed."""
        m = problem.dimension
        return m - n_zero_modes(problem, m) if m <= self.whole_up_to else index + 1

    def spectrum_at(
        self,
        problem: Problem,
        x: Float[np.ndarray, " m"],
        index: int,
        mode: Float[np.ndarray, " m"] | None = None,
        should_stop: Callable[[], bool] = never,
    ) -> PointSpectrum:
        """The spectrum at the stationary point `x` [m], where `index` negative eigenvalues are expected.

        Args:
            problem: the problem, on the device.
            x: a stationary point [m].
            index: 0 or 1.
            mode: the lowest mode [m] as far as it is known.
            should_stop: asked from time to time.

        Raises:
            SearchStopped: once `should_stop` says so.
        """
        if len(x) <= self.whole_up_to:
            return whole_spectrum(problem, x, should_stop)
        if len(x) <= self.factored_up_to:
            if index and mode is None:
                mode = lowest_modes(problem, x, 1, should_stop).vectors[:, 0]
            spectrum = factored_spectrum(problem, x, mode if index else None, should_stop)
            return _refused(problem, x, index, should_stop) if spectrum is None else spectrum
        return self._estimated(problem, x, index, should_stop)

    def _estimated(
        self,
        problem: Problem,
        x: Float[np.ndarray, " m"],
        index: int,
        should_stop: Callable[[], bool],
    ) -> PointSpectrum:
        modes = lowest_modes(problem, x, index + 1, should_stop)
        estimate = LogProduct(np.nan, np.nan)
        if int(np.sum(modes.values < 0)) == index and modes.values[-1] > 0:
            estimate = log_product(
                problem,
                x,
                self.probes,
                modes.vectors[:, :index],
                float(modes.values[-1]),
                should_stop=should_stop,
            )
        return PointSpectrum(
            values=modes.values,
            errors=modes.residuals,
            largest=modes.largest,
            mode=modes.vectors[:, 0],
            index_doubt=modes.doubt,
            log_product=estimate.value,
            log_product_error=estimate.error,
        )


def _refused(
    problem: Problem, x: Float[np.ndarray, " m"], index: int, should_stop: Callable[[], bool]
) -> PointSpectrum:
    """The lower end of a spectrum that the factorisation has shown not to have the wanted index.

    A Lanczos run that does not see why is not believed: its eigenvalues count as unknown.
    """
    modes = lowest_modes(problem, x, index + 1, should_stop)
    is_blind = int(np.sum(modes.values < 0)) == index
    return PointSpectrum(
        values=modes.values,
        errors=np.abs(modes.values) if is_blind else modes.residuals,
        largest=modes.largest,
        mode=modes.vectors[:, 0],
        index_doubt=1.0 if is_blind else modes.doubt,
        log_product=np.nan,
        log_product_error=np.nan,
    )
