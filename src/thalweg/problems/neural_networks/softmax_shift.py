"""Networks with softmax outputs, reduced by the shift of all logits that leaves softmax unchanged."""

import equinox as eqx
import numpy as np
from jaxtyping import Float

from ..losses.contrasts import shift_free_basis
from ..problem import Reduction
from .layout import Layout


class ShiftFreeReduction(Reduction):
    """Output weights and biases in an orthonormal basis of the logits that sum to zero.

    Softmax is constant along the removed directions; only the penalty changes, with curvature 2·l2 along
    each of them: LPPHE of the full vector has (units + 1) ln(2·l2) more if biases are penalised.

    Attributes:
        problem: the network with contrasts for outputs.
        layout: of the full network, with a logit for each class.
        curvatures: of the penalty along what is removed, zero modes left out.
    """

    layout: Layout = eqx.field(static=True)
    curvatures: Float[np.ndarray, " removed"]

    def expand(self, z: Float[np.ndarray, "... m"]) -> Float[np.ndarray, "... d"]:
        *body, contrasts = self._reduced.split(np.asarray(z, dtype=np.float64))
        return np.asarray(self.layout.join([*body, self._basis @ contrasts]))

    def contract(self, x: Float[np.ndarray, "... d"]) -> Float[np.ndarray, "... m"]:
        *body, logits = self.layout.split(np.asarray(x, dtype=np.float64))
        return np.asarray(self.layout.join([*body, self._basis.T @ logits]))

    @property
    def complement_spectrum(self) -> Float[np.ndarray, " removed"]:
        return np.asarray(self.curvatures)

    @property
    def _reduced(self) -> Layout:
        *below, n_classes = self.layout.sizes
        return Layout((*below, n_classes - 1))

    @property
    def _basis(self) -> Float[np.ndarray, "classes contrasts"]:
        return shift_free_basis(self.layout.sizes[-1])
