"""PyTorch's own derivatives, for modules that cannot be rewritten."""

from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from ..host_model import CALL, Host
from .module_loss import ModuleLoss
from .tensors import to_numpy


class TorchHost(Host):
    """PyTorch's own derivatives: of all points at once, or one after the other where that fails."""

    def __init__(self, module_loss: ModuleLoss) -> None:
        self._loss, self._module_loss = module_loss.value_at, module_loss
        self._one = torch.func.grad_and_value(self._loss)
        self._all = torch.func.vmap(self._one)
        try:
            self._all(torch.zeros(2, module_loss.dimension, dtype=torch.float64))
            self._is_batched = True
        except RuntimeError:
            # Some operations have no rule for batches; recurrent layers are among them.
            self._is_batched = False

    @cached_property
    def loss_operations(self) -> float:
        with torch.no_grad(), FlopCounterMode(display=False) as counter:
            # At the module's own parameters: elsewhere, as at zero, it may not be defined.
            self._module_loss.value(self._module_loss.parameters)
        return float(CALL + counter.get_total_flops())

    def evaluate(
        self, x: Float[np.ndarray, "points d"]
    ) -> tuple[Float[np.ndarray, " points"], Float[np.ndarray, "points d"]]:
        points = torch.from_numpy(np.array(x))
        if self._is_batched:
            gradients, values = self._all(points)
            return to_numpy(values), to_numpy(gradients)
        results = [self._one(point) for point in points]
        return (
            np.array([float(value) for _, value in results]),
            np.array([to_numpy(gradient) for gradient, _ in results]),
        )

    def hessians(self, x: Float[np.ndarray, "points d"]) -> Float[np.ndarray, "points d d"]:
        function = torch.func.jacrev(torch.func.grad(self._loss))
        return np.array([to_numpy(function(torch.from_numpy(np.array(p)))) for p in x])

    def products(
        self, x: Float[np.ndarray, "points d"], v: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, "points d"]:
        return np.array([self._product(*pair) for pair in zip(x, v, strict=True)])

    def _product(
        self, x: Float[np.ndarray, " d"], v: Float[np.ndarray, " d"]
    ) -> Float[np.ndarray, " d"]:
        point: Tensor = torch.from_numpy(np.array(x)).requires_grad_()
        (gradient,) = torch.autograd.grad(self._loss(point), point, create_graph=True)
        return to_numpy(torch.autograd.grad(gradient, point, torch.from_numpy(np.array(v)))[0])
