"""How small a gradient a stored point has, and how near in loss two points may be the same."""

from dataclasses import dataclass, replace

from ..numbers import Real, real_number
from ..problems.problem import RMS_TOLERANCE
from .identity import EDIFFTOL


@dataclass(frozen=True)
class Tolerances:
    """The two tolerances by which a landscape was made; a file has one pair for all its points.

    Attributes:
        edifftol: loss difference below which two stationary points may be the same, in units of the
            problem's `loss_unit`. They are one only if they lie at one place, too.
        rms_tolerance: RMS gradient below which a point is stationary, unless rounding forbids so small a one
            or the softest curvature asks for a smaller one. Exact searches, as those of K-means, have their
            own.

    Raises:
        ValueError: if one is not positive and finite.
    """

    edifftol: float = EDIFFTOL
    rms_tolerance: float = RMS_TOLERANCE

    def __post_init__(self) -> None:
        for name in ("edifftol", "rms_tolerance"):
            object.__setattr__(self, name, real_number(getattr(self, name), name, above=0))

    @classmethod
    def of(cls, edifftol: Real | None, rms_tolerance: Real | None) -> "Tolerances":
        """The given ones, the defaults for None."""
        return cls().replaced(edifftol, rms_tolerance)

    def replaced(self, edifftol: Real | None, rms_tolerance: Real | None) -> "Tolerances":
        """These, but for those that are given."""
        given = {"edifftol": edifftol, "rms_tolerance": rms_tolerance}
        return replace(
            self, **{k: real_number(v, k, above=0) for k, v in given.items() if v is not None}
        )

    def __str__(self) -> str:
        return f"edifftol = {self.edifftol:g}, rms_tolerance = {self.rms_tolerance:g}"
