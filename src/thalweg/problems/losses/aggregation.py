"""How a loss is summed over blocks of data, whether it is a mean over points or over pairs of points.

A model sums blocks without asking which it has. A loss over pairs needs a first pass over all data
(`totals`, `field`) before any block has derivatives.
"""

import abc
from collections.abc import Callable
from typing import Any

from jaxtyping import Array, Float, Num

Share = Float[Array, ""] | Float[Array, " B"]
"""What each data point contributes to the mean: one number for all, or one for each; 0 for padding."""

PointGradients = Callable[[Float[Array, "k B"]], Float[Array, "B d"]]
"""Gradients by the parameters [B d] of one scalar a point, from its derivatives by the outputs [k B]."""


class LossAggregation(abc.ABC):
    """The loss of outputs [k B] and targets of a block, and its derivatives by the outputs.

    For a mean over points `value_and_residuals` and `curvatures` are all there is to it.
    """

    @property
    def needs_first_pass(self) -> bool:
        """Whether `field` is needed, from a pass over all data, before anything else."""
        return False

    @property
    def needs_all_points(self) -> bool:
        """Whether all points must come in one block."""
        return False

    def totals(
        self, outputs: Float[Array, "k B"], targets: Num[Array, "... B"], share: Share
    ) -> Any:
        """What the first pass sums over blocks; nothing by default."""
        return ()

    def field(self, totals: Any, targets: Num[Array, "... N"]) -> Any:
        """What each point needs from all the others, computed in a first pass."""
        return None

    @abc.abstractmethod
    def value_and_residuals(
        self,
        outputs: Float[Array, "k B"],
        targets: Num[Array, "... B"],
        share: Share,
        field: Any,
    ) -> tuple[Float[Array, ""], Float[Array, "k B"]]:
        """This block's part of the loss, and its derivatives by the outputs [k B]."""

    @abc.abstractmethod
    def curvatures(
        self,
        outputs: Float[Array, "k B"],
        targets: Num[Array, "... B"],
        share: Share,
        field: Any,
    ) -> Float[Array, "k k B"]:
        """Second derivatives by the outputs of one point each [k k B]."""

    def slope_totals(
        self,
        outputs: Float[Array, "k B"],
        targets: Num[Array, "... B"],
        share: Share,
        point_gradients: PointGradients,
    ) -> Any:
        """What `coupling` needs of this block; nothing by default."""
        return ()

    def coupling(self, slope_totals: Any, field: Any) -> Float[Array, "d d"] | float:
        """Contribution of pairs of different points to the Hessian; nothing by default."""
        return 0.0
