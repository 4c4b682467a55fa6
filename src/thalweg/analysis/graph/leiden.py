"""The Leiden algorithm: communities of an undirected weighted graph that maximise modularity.

Written here because the libraries that have it do not serve: igraph is under the GPL, and scikit-network
draws from C's `rand`, whose state no seed sets, and works in single precision.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int
from scipy.sparse import coo_array, csr_array

_RANDOMNESS = 0.01
"""θ of the refinement, as a share of the weight of the vertex that is merged."""
_ROUNDING = 1e-12
"""A gain smaller than this share of a vertex's weight is rounding."""
_SMALLEST_GAIN = 1e-4
"""Gain of modularity below which no further iteration is made: less than what two seeds differ by."""


def leiden(weights: csr_array, *, seed: int = 0) -> Int[np.ndarray, " vertices"]:
    """The community of each vertex [vertices]; the same seed gives the same communities.

    Iterated while the modularity grows. Gains are compared relative to a vertex's own weight, so
    that weights may differ by any number of decades.

    Args:
        weights: of the edges, symmetric, none negative, with an empty diagonal [vertices vertices].
        seed: of the order in which vertices are visited, and of the refinement.

    Reference: Traag, Waltman & van Eck, Sci. Rep. 9, 5233 (2019).
    """
    rng = np.random.default_rng(seed)
    labels, quality = np.arange(weights.shape[0]), modularity(weights, np.arange(weights.shape[0]))
    while weights.sum() > 0:
        improved = _iterate(weights, labels, rng)
        gain = modularity(weights, improved) - quality
        if gain <= _SMALLEST_GAIN:
            break
        labels, quality = improved, quality + gain
    return labels


def modularity(weights: csr_array, labels: Int[np.ndarray, " vertices"]) -> float:
    """Share of the weight inside communities less what chance would put there; zero without edges.

    Q = Σ_c [w_c/2m − (K_c/2m)²] with the weight w_c inside, counted from both ends, the summed weight K_c
    of the vertices, and the sum 2m over all.

    Reference: Newman & Girvan, Phys. Rev. E 69, 026113 (2004).
    """
    total = float(weights.sum())
    if total == 0:
        return 0.0
    edges = weights.tocoo()
    inside = float(edges.data[labels[edges.row] == labels[edges.col]].sum())
    strengths = np.bincount(labels, weights=weights.sum(axis=1))
    return inside / total - float(np.sum((strengths / total) ** 2))


@dataclass(frozen=True, eq=False)
class _Graph:
    """A graph as lists, which plain loops read faster than arrays.

    Attributes:
        neighbours: of each vertex, without itself, and `weights` of the edges to them.
        strengths: summed weight of each vertex, with what lies inside it.
        total: summed strengths, 2m.
    """

    neighbours: list[list[int]]
    weights: list[list[float]]
    strengths: list[float]
    total: float

    @classmethod
    def of(cls, matrix: csr_array) -> "_Graph":
        edges = matrix.tocoo()
        joins_two = edges.row != edges.col
        ends = (edges.row[joins_two], edges.col[joins_two])
        between = coo_array((edges.data[joins_two], ends), shape=matrix.shape).tocsr()
        starts = between.indptr[1:-1]
        strengths = np.asarray(matrix.sum(axis=1))
        return cls(
            [part.tolist() for part in np.split(between.indices, starts)],
            [part.tolist() for part in np.split(between.data, starts)],
            strengths.tolist(),
            float(strengths.sum()),
        )

    def weights_to(self, vertex: int, labels: list[int]) -> dict[int, float]:
        """Weight from a vertex to each community that a neighbour is in."""
        weights: dict[int, float] = {}
        for other, weight in zip(self.neighbours[vertex], self.weights[vertex], strict=True):
            weights[labels[other]] = weights.get(labels[other], 0.0) + weight
        return weights


def _iterate(
    matrix: csr_array, labels: Int[np.ndarray, " vertices"], rng: np.random.Generator
) -> Int[np.ndarray, " vertices"]:
    """One iteration from a partition: move vertices, refine, make each part a vertex, and again."""
    part_of = np.arange(len(labels))
    while True:
        graph = _Graph.of(matrix)
        labels = _consecutive(_move(graph, labels, rng))
        parts = _consecutive(_refine(graph, labels, rng))
        if parts.max() + 1 == len(labels):
            parts = labels
        n_parts = int(parts.max()) + 1
        if n_parts == len(labels):
            return labels[part_of]
        ones = np.ones(len(parts))
        members = coo_array((ones, (np.arange(len(parts)), parts)), (len(parts), n_parts)).tocsr()
        matrix = (members.T @ matrix @ members).tocsr()
        label_of_part = np.empty(n_parts, dtype=np.int64)
        label_of_part[parts] = labels
        part_of, labels = parts[part_of], label_of_part


def _move(
    graph: _Graph, labels: Int[np.ndarray, " vertices"], rng: np.random.Generator
) -> list[int]:
    """Move single vertices to the community where each gains most, until none gains."""
    n = len(labels)
    community: list[int] = labels.tolist()
    size = np.bincount(labels, minlength=n).tolist()
    strength = np.bincount(labels, weights=graph.strengths, minlength=n).tolist()
    unused = [label for label in range(n) if size[label] == 0]
    queue, is_queued = deque(rng.permutation(n).tolist()), [True] * n
    while queue:
        vertex = queue.popleft()
        is_queued[vertex] = False
        current, weight = community[vertex], graph.strengths[vertex]
        size[current] -= 1
        strength[current] = strength[current] - weight if size[current] else 0.0
        inwards = graph.weights_to(vertex, community)
        stay = inwards.pop(current, 0.0) - weight * strength[current] / graph.total
        best, best_gain = current, stay + _ROUNDING * weight
        for label, inward in inwards.items():
            gain = inward - weight * strength[label] / graph.total
            if gain > best_gain:
                best, best_gain = label, gain
        if best_gain < 0:
            best = unused.pop()
        if best != current:
            if size[current] == 0:
                unused.append(current)
            community[vertex] = best
            for other in graph.neighbours[vertex]:
                if community[other] != best and not is_queued[other]:
                    is_queued[other] = True
                    queue.append(other)
        size[best] += 1
        strength[best] += weight
    return community


def _refine(
    graph: _Graph, labels: Int[np.ndarray, " vertices"], rng: np.random.Generator
) -> list[int]:
    """Parts of the communities, each well connected: single vertices merged at random by their gain."""
    n = len(labels)
    community = labels.tolist()
    whole = np.bincount(labels, weights=graph.strengths, minlength=n).tolist()
    part, strength, is_alone = list(range(n)), list(graph.strengths), [True] * n
    # Weight from each part to the remainder of its community.
    outward = [graph.weights_to(v, community).get(community[v], 0.0) for v in range(n)]

    def is_well_connected(label: int, total: float) -> bool:
        return outward[label] >= strength[label] * (total - strength[label]) / graph.total

    for vertex in rng.permutation(n).tolist():
        total, weight = whole[community[vertex]], graph.strengths[vertex]
        if not (is_alone[vertex] and outward[vertex] and is_well_connected(vertex, total)):
            continue
        gains = {vertex: 0.0}
        inwards = graph.weights_to(vertex, part)
        for label, inward in inwards.items():
            # A part is named after its first vertex, so the community of that one is the part's.
            if community[label] == community[vertex] and is_well_connected(label, total):
                gain = inward - weight * strength[label] / graph.total
                if gain >= 0:
                    gains[label] = gain
        chosen = _draw(gains, _RANDOMNESS * weight, rng)
        if chosen != vertex:
            part[vertex] = chosen
            is_alone[vertex] = is_alone[chosen] = False
            strength[chosen] += weight
            outward[chosen] += outward[vertex] - 2 * inwards[chosen]
    return part


def _draw(gains: dict[int, float], scale: float, rng: np.random.Generator) -> int:
    """One label with a probability that grows with its gain, as exp(gain/scale)."""
    odds = np.exp((np.fromiter(gains.values(), float) - max(gains.values())) / scale)
    cumulated = np.cumsum(odds)
    return list(gains)[int(np.searchsorted(cumulated, rng.random() * cumulated[-1], "right"))]


def _consecutive(labels: list[int]) -> Int[np.ndarray, " vertices"]:
    return np.unique(np.array(labels), return_inverse=True)[1].reshape(-1)
