"""Where walkers came to rest, and what is known of those points."""

import dataclasses
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from ...problems.problem import RMS_TOLERANCE
from ..steps.rule import Status


@dataclass(frozen=True, eq=False)
class WalkEnd:
    """Where one walker came to rest, and what is known of that point.

    Attributes:
        x: end point [m].
        loss, rms_gradient: loss and RMS gradient there.
        tolerance: RMS gradient below which it counts as at rest.
        steps: steps taken.
        status: how the walk ended.
        spectrum: Hessian eigenvalues as in `WalkResult` [κ], NaN where they are not known.
        mode: eigenvector of the lowest eigenvalue [m], NaN where it is not known.
        log_product, log_product_error, index_doubt: as in `WalkResult`.
        sides: a point on each side of a transition state [2 m], NaN where the mode gives them.
    """

    x: Float[np.ndarray, " m"]
    loss: float
    rms_gradient: float
    tolerance: float
    steps: int
    status: Status
    spectrum: Float[np.ndarray, " kappa"] | float = np.nan
    mode: Float[np.ndarray, " m"] | float = np.nan
    log_product: float = np.nan
    log_product_error: float = 0.0
    index_doubt: float = 0.0
    sides: Float[np.ndarray, "2 m"] | float = np.nan


@dataclass(frozen=True, eq=False)
class WalkResult:
    """Where walkers came to rest, in the order of their starts.

    Attributes:
        x: end points [walkers m].
        loss: losses [walkers].
        rms_gradient: RMS gradients [walkers].
        spectrum: Hessian eigenvalues without zero modes [walkers κ], ascending; the lowest of them in
            very many coordinates.
        mode: eigenvectors of the lowest eigenvalues [walkers m].
        tolerance: RMS gradient below which each counts as at rest [walkers].
        log_product: Σ ln λ over the positive eigenvalues [walkers].
        log_product_error: standard error of that where it is an estimate, zero where it is exact [walkers].
        index_doubt: bound on the probability that the index is another [walkers], zero where it is exact.
        sides: a point on each side of a transition state [walkers 2 m]; NaN where the mode gives them.
        flat_direction: unit vector along which the loss is flat, of walkers that ended so [walkers m].
        falls: whether the loss falls without end along it [walkers].
        steps: steps taken [walkers].
        redone: eigensystems that failed their check on an accelerator, and were taken on the host [walkers].
        status: values of `Status` [walkers].
    """

    x: Float[np.ndarray, "walkers m"]
    loss: Float[np.ndarray, " walkers"]
    rms_gradient: Float[np.ndarray, " walkers"]
    spectrum: Float[np.ndarray, "walkers kappa"]
    mode: Float[np.ndarray, "walkers m"]
    tolerance: Float[np.ndarray, " walkers"]
    log_product: Float[np.ndarray, " walkers"]
    log_product_error: Float[np.ndarray, " walkers"]
    index_doubt: Float[np.ndarray, " walkers"]
    sides: Float[np.ndarray, "walkers 2 m"]
    flat_direction: Float[np.ndarray, "walkers m"]
    falls: Bool[np.ndarray, " walkers"]
    steps: Int[np.ndarray, " walkers"]
    redone: Int[np.ndarray, " walkers"]
    status: Int[np.ndarray, " walkers"]

    @classmethod
    def nothing(cls, walkers: int, m: int, kappa: int) -> "WalkResult":
        """Results for `walkers` walkers none of which has begun."""
        return cls(
            x=np.full((walkers, m), np.nan),
            loss=np.full(walkers, np.nan),
            rms_gradient=np.full(walkers, np.nan),
            spectrum=np.full((walkers, kappa), np.nan),
            mode=np.full((walkers, m), np.nan),
            tolerance=np.full(walkers, RMS_TOLERANCE),
            log_product=np.full(walkers, np.nan),
            log_product_error=np.zeros(walkers),
            index_doubt=np.zeros(walkers),
            sides=np.full((walkers, 2, m), np.nan),
            flat_direction=np.full((walkers, m), np.nan),
            falls=np.zeros(walkers, bool),
            steps=np.zeros(walkers, int),
            redone=np.zeros(walkers, int),
            status=np.full(walkers, int(Status.STOPPED)),
        )

    @property
    def is_cut(self) -> bool:
        """Whether the walks were stopped before every walker had come to its end."""
        return bool((self.status == Status.STOPPED).any())

    @property
    def converged(self) -> Bool[np.ndarray, " walkers"]:
        """Whether each walker reached a point of the wanted index."""
        return np.asarray(self.status == Status.CONVERGED)

    def __len__(self) -> int:
        return len(self.loss)

    def put(self, walker: int, end: WalkEnd) -> None:
        """Set what is known of one walker, while the results are being gathered."""
        for field in dataclasses.fields(end):
            getattr(self, field.name)[walker] = getattr(end, field.name)

    def replaced(self, which: Int[np.ndarray, " some"], by: "WalkResult") -> "WalkResult":
        """These results, those of the chosen walkers replaced by `by`; what they cost is added up."""
        arrays = {name: array.copy() for name, array in vars(self).items()}
        for name, array in arrays.items():
            array[which] = getattr(by, name)
        for name in ("steps", "redone"):
            arrays[name][which] += getattr(self, name)[which]
        return WalkResult(**arrays)
