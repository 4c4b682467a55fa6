"""Losses and activations of PyTorch as JAX operations, where torch2jax lacks them."""

import contextlib
import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from torch import Tensor, nn


@contextlib.contextmanager
def more_operations() -> Iterator[None]:
    """Teach torch2jax losses and activations that it lacks, for as long as the context lasts."""
    import torch2jax

    handled_functions = torch2jax.HANDLED_FUNCTIONS
    before = dict(handled_functions)
    try:
        for operation, function in _operations().items():
            torch2jax.implements(operation)(_on_arrays(function))
        yield
    finally:
        handled_functions.clear()
        handled_functions.update(before)


def _on_arrays(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` applied to the JAX arrays behind torch2jax's tensors."""

    def call(*arguments: Any, **keywords: Any) -> Any:
        arrays = [getattr(a, "value", a) for a in arguments]
        return function(*arrays, **{k: getattr(v, "value", v) for k, v in keywords.items()})

    return call


def _operations() -> dict[Any, Callable[..., Any]]:
    functional = nn.functional
    return {
        functional.cross_entropy: _cross_entropy,
        functional.nll_loss: _nll_loss,
        functional.mse_loss: _mse_loss,
        functional.binary_cross_entropy_with_logits: _bce_with_logits,
        functional.gelu: lambda x, approximate="none": jax.nn.gelu(x, approximate == "tanh"),
        functional.softplus: lambda x, beta=1.0, threshold=20.0: jnp.where(
            beta * x > threshold, x, jax.nn.softplus(beta * jnp.minimum(x, threshold / beta)) / beta
        ),
        functional.silu: lambda x, inplace=False: jax.nn.silu(x),
        functional.elu: lambda x, alpha=1.0, inplace=False: jax.nn.elu(x, alpha),
        functional.mish: lambda x, inplace=False: jax.nn.mish(x),
        functional.softsign: jax.nn.soft_sign,
        functional.logsigmoid: jax.nn.log_sigmoid,
        functional.log_softmax: lambda x, dim, **_: jax.nn.log_softmax(x, dim),
        functional.softmax: lambda x, dim, **_: jax.nn.softmax(x, dim),
        functional.selu: lambda x, inplace=False: jax.nn.selu(x),
        functional.celu: lambda x, alpha=1.0, inplace=False: jax.nn.celu(x, alpha),
        functional.tanhshrink: lambda x: x - jnp.tanh(x),
        functional.conv1d: _conv1d,
        functional.avg_pool1d: partial(_avg_pool, 1),
        functional.avg_pool2d: partial(_avg_pool, 2),
        functional.avg_pool3d: partial(_avg_pool, 3),
        functional.adaptive_avg_pool1d: partial(_adaptive_avg_pool, 1),
        functional.adaptive_avg_pool2d: partial(_adaptive_avg_pool, 2),
    }


def _conv1d(x: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0,
            dilation: Any = 1, groups: int = 1) -> Any:  # fmt: skip
    stride, dilation = _sizes(stride, 1), _sizes(dilation, 1)
    edges = padding.upper() if isinstance(padding, str) else [(k, k) for k in _sizes(padding, 1)]
    batch = x if x.ndim == 3 else x[None]
    out = jax.lax.conv_general_dilated(
        batch,
        weight,
        stride,
        edges,
        rhs_dilation=dilation,
        dimension_numbers=("NCH", "OIH", "NCH"),
        feature_group_count=groups,
    )
    out = out if bias is None else out + bias[:, None]
    return out if x.ndim == 3 else out[0]


def _avg_pool(n_axes: int, x: Any, kernel_size: Any, stride: Any = None, padding: Any = 0,
              ceil_mode: bool = False, count_include_pad: bool = True,
              divisor_override: int | None = None) -> Any:  # fmt: skip
    """Means over windows of the last axes, padding counted."""
    edges = _sizes(padding, n_axes)
    if ceil_mode or (any(edges) and not count_include_pad):
        raise NotImplementedError("windows of different sizes")
    window = _sizes(kernel_size, n_axes)
    before = (0,) * (x.ndim - n_axes)
    ones = (1,) * len(before)
    sums = jax.lax.reduce_window(
        x,
        0.0,
        jax.lax.add,
        (*ones, *window),
        (*ones, *(_sizes(stride, n_axes) if stride else window)),
        [(k, k) for k in (*before, *edges)],
    )
    return sums / (divisor_override or math.prod(window))


def _adaptive_avg_pool(n_axes: int, x: Any, output_size: Any) -> Any:
    """Means over the windows, all of one size, that give an output of a certain size."""
    given = x.shape[-n_axes:]
    wanted = output_size if isinstance(output_size, tuple | list) else (output_size,) * n_axes
    sizes = [n if m is None else m for n, m in zip(given, wanted, strict=True)]
    if any(n % m for n, m in zip(given, sizes, strict=True)):
        raise NotImplementedError("windows of different sizes")
    return _avg_pool(n_axes, x, tuple(n // m for n, m in zip(given, sizes, strict=True)))


def _sizes(size: Any, n_axes: int) -> tuple[int, ...]:
    """A size for each axis, of one for all, or of as many."""
    sizes = tuple(size) if isinstance(size, tuple | list) else (size,)
    return sizes * n_axes if len(sizes) == 1 else sizes


def _reduce(losses: Any, reduction: str) -> Any:
    return {"mean": jnp.mean, "sum": jnp.sum, "none": lambda a: a}[reduction](losses)


def _values(constant: Any) -> Any:
    """A constant of the loss, such as class weights, as an array in float64."""
    if isinstance(constant, Tensor):
        constant = constant.detach().cpu().double().numpy()
    return jnp.asarray(constant, dtype=jnp.float64)


def _refuse_options(**options: Any) -> None:
    """Raise NotImplementedError if options are given: the loss is then left to PyTorch itself."""
    names = [name for name, value in options.items() if value is not None]
    if names:
        raise NotImplementedError(f"options {names}")


def _nll_loss(logs: Any, target: Any, weight: Any = None, size_average: Any = None,
              ignore_index: int = -100, reduce: Any = None, reduction: str = "mean") -> Any:  # fmt: skip
    _refuse_options(size_average=size_average, reduce=reduce)
    if logs.ndim != 2 or target.ndim != 1:
        raise NotImplementedError("more than one position a row")
    losses = -jnp.take_along_axis(logs, target[:, None], axis=1)[:, 0]
    if weight is None:
        return _reduce(losses, reduction)
    weights = _values(weight)[target]
    total = _reduce(weights * losses, "sum" if reduction == "mean" else reduction)
    return total / jnp.sum(weights) if reduction == "mean" else total


def _cross_entropy(outputs: Any, target: Any, weight: Any = None, size_average: Any = None,
                   ignore_index: int = -100, reduce: Any = None, reduction: str = "mean",
                   label_smoothing: float = 0.0) -> Any:  # fmt: skip
    _refuse_options(smoothing=label_smoothing or None)
    logs = jax.nn.log_softmax(outputs, axis=1)
    if jnp.issubdtype(target.dtype, jnp.floating):
        _refuse_options(weight=weight, size_average=size_average, reduce=reduce)
        return _reduce(-jnp.sum(target * logs, axis=1), reduction)
    return _nll_loss(logs, target, weight, size_average, ignore_index, reduce, reduction)


def _mse_loss(outputs: Any, target: Any, size_average: Any = None, reduce: Any = None,
              reduction: str = "mean", weight: Any = None) -> Any:  # fmt: skip
    _refuse_options(size_average=size_average, reduce=reduce, weight=weight)
    return _reduce((outputs - target) ** 2, reduction)


def _bce_with_logits(outputs: Any, target: Any, weight: Any = None, size_average: Any = None,
                     reduce: Any = None, reduction: str = "mean", pos_weight: Any = None) -> Any:  # fmt: skip
    _refuse_options(size_average=size_average, reduce=reduce)
    positive = 1.0 if pos_weight is None else _values(pos_weight)
    losses = positive * target * jax.nn.softplus(-outputs)
    losses += (1 - target) * jax.nn.softplus(outputs)
    return _reduce(losses if weight is None else _values(weight) * losses, reduction)
