"""The arrays of a model read as a chain of dense layers."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from ..neural_networks.layout import Layout
from .origin import Parameter


@dataclass(frozen=True, eq=False)
class DenseChain:
    """Dense layers, each feeding the next, and where their entries stand in the parameter vector.

    Attributes:
        sizes: units of every layer, inputs first.
        positions: for each entry of a vector with the `Layout` of these sizes, its position in the
            parameter vector; −1 for a bias that the model does not have [layered].
    """

    sizes: tuple[int, ...]
    positions: Int[np.ndarray, " layered"]


def dense_chains(parameters: Sequence[Parameter]) -> Iterator[DenseChain]:
    """Every way to read all arrays as dense layers, each feeding the next; at least one is hidden."""
    as_given = list(range(len(parameters)))
    by_name = sorted(as_given, key=lambda i: _natural(parameters[i].name))
    # Flax names layers as they are made, and dense(2)(dense(4)(x)) makes the last one first.
    orders = (as_given, by_name, by_name[::-1])
    for n, order in enumerate(orders):
        if order not in orders[:n]:
            yield from _chains_in(order, parameters)


def _chains_in(order: list[int], parameters: Sequence[Parameter]) -> Iterator[DenseChain]:
    matrices = [i for i in order if len(parameters[i].shape) == 2]
    vectors = [i for i in order if len(parameters[i].shape) == 1]
    if len(matrices) + len(vectors) < len(parameters) or len(matrices) < 2:
        return
    biases = _biases(parameters, matrices, vectors)
    if biases is None:
        return
    ends = np.cumsum([p.size for p in parameters])
    positions = [
        np.arange(end - p.size, end).reshape(p.shape)
        for p, end in zip(parameters, ends, strict=True)
    ]
    # [units, inputs] as PyTorch and Equinox have them, or transposed as Flax and scikit-learn do.
    for weights in ([positions[i] for i in matrices], [positions[i].T for i in matrices]):
        offsets = [
            np.full(len(w), -1) if bias is None else positions[bias]
            for w, bias in zip(weights, biases, strict=True)
        ]
        if _is_chain(weights, offsets):
            layers = [np.column_stack(pair) for pair in zip(weights, offsets, strict=True)]
            sizes = (weights[0].shape[1], *(len(w) for w in weights))
            yield DenseChain(sizes, Layout.join(layers))


def _is_chain(weights: list[Int[np.ndarray, "_ _"]], offsets: list[Int[np.ndarray, " _"]]) -> bool:
    """Whether every layer has as many inputs as the one before has units, and a bias for each unit."""
    return all(a.shape[0] == b.shape[1] for a, b in itertools.pairwise(weights)) and all(
        len(w) == len(offset) for w, offset in zip(weights, offsets, strict=True)
    )


def _biases(
    parameters: Sequence[Parameter], matrices: list[int], vectors: list[int]
) -> list[int | None] | None:
    """The bias of each matrix: the vector of the same parent, or else the vector at the same position."""
    if len(vectors) == len(matrices):
        return list(vectors)
    of_parent = {_parent(parameters[i].name): i for i in vectors}
    biases = [of_parent.get(_parent(parameters[i].name)) for i in matrices]
    n_used = sum(bias is not None for bias in biases)
    return biases if n_used == len(vectors) == len(of_parent) else None


def _parent(name: str) -> str:
    return re.sub(r"(\.[^.\[\]]+|\[[^\[\]]*\])$", "", name)


def _natural(name: str) -> list[tuple[int, str]]:
    """Sort key in which layer 10 comes after layer 9."""
    return [
        (int(part), "") if part.isdigit() else (-1, part)
        for part in re.split(r"(\d+)", name)
        if part
    ]
