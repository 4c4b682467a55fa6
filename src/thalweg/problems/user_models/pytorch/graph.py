"""Operations of a PyTorch loss at which its gradient or the loss itself jumps, read from its graph."""

import re
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

_CORNERS = {
    "Relu": "relu", "LeakyRelu": "leaky_relu", "PreluKernel": "prelu", "RreluWithNoise": "rrelu",
    "Threshold": "threshold", "Hardtanh": "hardtanh", "Hardshrink": "hardshrink",
    "Softshrink": "softshrink", "Hardsigmoid": "hardsigmoid", "Hardswish": "hardswish", "Abs": "abs",
    "Clamp": "clamp", "ClampMin": "clamp", "ClampMax": "clamp", "Maximum": "maximum",
    "Minimum": "minimum", "Amax": "amax", "Amin": "amin", "Max": "max", "Min": "min", "Sort": "sort",
    "Topk": "topk", "Median": "median", "Nanmedian": "nanmedian", "Kthvalue": "kthvalue",
    "MaxPool2DWithIndices": "max_pool", "MaxPool3DWithIndices": "max_pool", "MaxPool2D": "max_pool",
    "AdaptiveMaxPool2D": "max_pool", "AdaptiveMaxPool3D": "max_pool",
    "FractionalMaxPool2D": "max_pool", "FractionalMaxPool3D": "max_pool",
    "MultiMarginLoss": "multi_margin_loss", "MultilabelMarginLoss": "multilabel_margin_loss",
}  # fmt: skip
"""Nodes of a graph, without their ending, by the names of the functions that make them."""

_STEPS = {"Round": "round", "Floor": "floor", "Ceil": "ceil", "Sign": "sign", "Trunc": "trunc"}


def breaks_in_graph(one: Tensor, other: Tensor) -> tuple[set[str], set[str]]:
    """Operations at which the gradient of a loss jumps, and those at which the loss may.

    Args:
        one: the loss at one point, with its graph.
        other: at another point.
    """
    corners, steps = set(), set()
    nodes = [list(_nodes(value.grad_fn)) for value in (one, other)]
    for node in nodes[0]:
        name = _name(node)
        if name in _CORNERS:
            corners.add(_CORNERS[name])
        elif name in _STEPS:
            steps.add(_STEPS[name])
        elif name == "Elu" and not _is_smooth_elu(node):
            corners.add("elu")
    choices = [[n._saved_condition for n in part if _name(n) == "Where"] for part in nodes]
    # A mask of the data is the same at every point.
    if len(choices[0]) != len(choices[1]) or not all(map(torch.equal, *choices)):
        corners.add("where")
    return corners, steps


def _is_smooth_elu(node: Any) -> bool:
    """Whether both slopes at zero are one: alpha = 1, times the scale of a SELU on both sides."""
    return bool(node._saved_alpha == 1.0 and node._saved_input_scale == 1.0)


def _name(node: Any) -> str:
    return re.sub(r"Backward\d*$", "", node.name())


def _nodes(root: Any) -> Iterator[Any]:
    """Every node of a graph once, in an order that depends on the graph alone."""
    seen, waiting = set(), [root]
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        yield node
        waiting += [parent for parent, _ in node.next_functions]
