"""Double precision in PyTorch code that was written for another: constants, conversions, defaults."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

_NARROW = (torch.float32, torch.float16, torch.bfloat16)
_NARROWING: dict[Callable[..., Any], Callable[..., Any]] = {
    Tensor.float: Tensor.double,
    Tensor.half: Tensor.double,
    Tensor.bfloat16: Tensor.double,
    Tensor.cuda: Tensor.cpu,
}


class Widening(TorchFunctionMode):
    """While it is active, every floating-point tensor that an operation takes is in float64, on the CPU.

    `double()` converts what a module registers: parameters and buffers. Class weights of a loss, tensors
    that a function closes over, `float()` and `dtype=torch.float32` in `forward` escape it.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        function: Callable[..., Any] = _NARROWING.get(func, func)
        return function(*map(_wide, args), **{k: _wide(v) for k, v in (kwargs or {}).items()})


@contextlib.contextmanager
def widened() -> Iterator[None]:
    """PyTorch in double precision: `Widening`, and float64 for what is made without a type."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        with Widening():
            yield
    finally:
        torch.set_default_dtype(before)


def _wide(value: Any) -> Any:
    if isinstance(value, Tensor):
        # Some devices have no float64: to the CPU first. `.dtype` and `.is_cpu` are asked of every
        # tensor of every operation; nothing else is done to those that are wide already.
        if value.dtype in _NARROW or not value.is_cpu:
            value = value.cpu()
            return value.double() if value.dtype in _NARROW else value
        return value
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(_wide(v) for v in value)
    if isinstance(value, torch.dtype) and value in _NARROW:
        return torch.float64
    if isinstance(value, torch.device):
        return torch.device("cpu")
    return value
