"""Conversions between PyTorch tensors and arrays."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..validation import validated_array


def to_numpy(tensor: Tensor) -> np.ndarray:
    """The values of a tensor, wherever it lies."""
    array: np.ndarray = tensor.detach().cpu().numpy()
    return array


def to_tensor(values: Any) -> Tensor:
    """A new tensor with the values of a tensor or an array, reals in float64.

    Raises:
        ValueError: as `validated_array`.
    """
    if isinstance(values, Tensor):
        # NumPy knows no bfloat16.
        values = to_numpy(values.cpu().double() if values.is_floating_point() else values)
    # A copy: tensors must be writable, and the user's arrays stay as they are.
    return torch.from_numpy(np.array(validated_array(values)))
