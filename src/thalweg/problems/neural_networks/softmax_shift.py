"""Networks with softmax outputs without the shift of all logits that softmax does not see."""

import equinox as eqx
import numpy as np
from jaxtyping import Float

from ..losses.base import shift_free_basis
from ..problem import Reduction


class ShiftFreeReduction(Reduction):
    """Output weights and biases in an orthonormal basis of the logits that sum to zero.

    Softmax does not see the removed directions; only the penalty does, with curvature 2·l2 along
    each of them: LPPHE of the full vector has (units + 1) ln(2·l2) more if biases are penalised.

    Attributes:
        problem: the network with contrasts for outputs.
        n_classes: logits of the full network.
        columns: inputs + 1 of its last layer.
        curvatures: of the penalty along what is removed, zero modes left out.
    """

    n_classes: int = eqx.field(static=True)
    columns: int = eqx.field(static=True)
    curvatures: Float[np.ndarray, " removed"]

    def expand(self, z: Float[np.ndarray, "... m"]) -> Float[np.ndarray, "... d"]:
        body, output = self._split(z, self.n_classes - 1)
        return self._join(body, self._basis @ output)

    def contract(self, x: Float[np.ndarray, "... d"]) -> Float[np.ndarray, "... m"]:
        body, output = self._split(x, self.n_classes)
        return self._join(body, self._basis.T @ output)

    @property
    def complement_spectrum(self) -> Float[np.ndarray, " removed"]:
        return np.asarray(self.curvatures)

    @property
    def _basis(self) -> Float[np.ndarray, "classes contrasts"]:
        return shift_free_basis(self.n_classes)

    def _split(
        self, x: Float[np.ndarray, "... d"], rows: int
    ) -> tuple[Float[np.ndarray, "... b"], Float[np.ndarray, "... rows columns"]]:
        x = np.asarray(x, dtype=np.float64)
        at = x.shape[-1] - rows * self.columns
        return x[..., :at], x[..., at:].reshape(*x.shape[:-1], rows, self.columns)

    @staticmethod
    def _join(
        body: Float[np.ndarray, "... b"], output: Float[np.ndarray, "... rows columns"]
    ) -> Float[np.ndarray, "... d"]:
        flat = output.reshape(*body.shape[:-1], output.shape[-2] * output.shape[-1])
        return np.concatenate([body, flat], axis=-1)
