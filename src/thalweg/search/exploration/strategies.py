"""Which minima to search between next: the strategies that grow the network of transition states."""

import abc
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Int
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from ...landscape.merge_tree import merge_tree
from ...landscape.neighbours import nearest
from ...landscape.network import Network
from ...problems.symmetry import Symmetry

Pair = tuple[int, int | None]
"""Indices of two minima to search between; the second is None for a search around the first."""


@dataclass
class SearchState:
    """What a strategy may look at: the network so far, and what has been tried.

    Attributes:
        network: minima and transition states.
        symmetry: of the problem.
        attempts: how often each pair of indices (a < b) was searched between, and each (a, None) around.
        under_way: those of the attempts whose outcome is not known yet: what they give is not in the network.
        n_attempts: how many searches of either sort each minimum took part in [minima].
    """

    network: Network
    symmetry: Symmetry
    attempts: Counter[Pair]
    under_way: Counter[Pair] = field(default_factory=Counter)
    n_attempts: Int[np.ndarray, " minima"] = field(init=False)

    def __post_init__(self) -> None:
        self.n_attempts = np.zeros(self.network.n_minima, dtype=np.int64)
        for pair, n in self.attempts.items():
            self._count(pair, n)

    def propose(self, a: int, b: int | None) -> Pair:
        """Note that a search is planned, so that it is not proposed twice."""
        pair: Pair = (a, None) if b is None else (min(a, b), max(a, b))
        self.attempts[pair] += 1
        self._count(pair, 1)
        return pair

    def _count(self, pair: Pair, n: int) -> None:
        for end in pair:
            if end is not None:
                self.n_attempts[end] += n

    def has_attempt(self, a: int, b: int) -> bool:
        """Whether the pair was searched between, or is going to be."""
        return (min(a, b), max(a, b)) in self.attempts

    def nearest_untried(self, a: int, among: Int[np.ndarray, " some"], k: int = 8) -> int | None:
        """The nearest minimum in `among` not yet tried with `a`, of its `k` nearest; None if all were."""
        points = self.network.coordinates
        for i in nearest(self.symmetry, points[a], points[among], k).indices:
            b = int(among[i])
            if b != a and not self.has_attempt(a, b):
                return b
        return None


class Strategy(abc.ABC):
    """Chooses what to search next.

    A strategy is a value without a state of its own: it is asked again and again, and decides from what it
    is shown. It plans each search by `SearchState.propose`, whose results it returns. While searches are
    under way it may propose none, to await what they give; if none are, that is its end.
    """

    @abc.abstractmethod
    def propose(self, state: SearchState, n: int) -> list[Pair]:
        """Up to `n` searches; none if the strategy has nothing left to try."""


@dataclass(frozen=True)
class JoinToGlobal(Strategy):
    """Join every component to the global minimum's, lowest first.

    From the least tried member of each component, searches around it alternate with searches towards
    the nearest minimum of any other component: short bands succeed, and components grow together.

    Attributes:
        share: of the minima that are to be joined.
        max_tries: searches from one minimum after which it is given up.
        per_component: searches for one component that are under way at once.
    """

    share: float = 1.0
    max_tries: int = 12
    per_component: int = 4

    def propose(self, state: SearchState, n: int) -> list[Pair]:
        component = state.network.component
        if np.mean(component == 0) >= self.share:
            return []
        order = np.lexsort((state.network.losses, component))
        outside = order[component[order] > 0]
        members = np.split(outside, np.flatnonzero(np.diff(component[outside])) + 1)
        under_way = self._under_way(state, component)
        pairs: list[Pair] = []
        for turn in range(self.per_component):
            for group in members:
                if len(pairs) >= n:
                    return pairs
                if len(group) and under_way[int(component[group[0]])] <= turn:
                    pairs.extend(self._next(state, group, component))
        return pairs

    def _under_way(self, state: SearchState, component: Int[np.ndarray, " minima"]) -> Counter[int]:
        """Searches under way that may join each component."""
        number = Counter[int]()
        for pair, n in state.under_way.items():
            for joins in {int(component[end]) for end in pair if end is not None}:
                number[joins] += n
        return number

    def _next(
        self,
        state: SearchState,
        group: Int[np.ndarray, " members"],
        component: Int[np.ndarray, " minima"],
    ) -> Iterator[Pair]:
        a = int(group[np.argmin(state.n_attempts[group])])
        if state.n_attempts[a] >= self.max_tries:
            return
        is_turn_of_single_ended = state.n_attempts[a] % 2 == 0
        elsewhere = np.flatnonzero(component != component[a])
        b = None if is_turn_of_single_ended else state.nearest_untried(a, elsewhere)
        yield state.propose(a, b)


@dataclass(frozen=True)
class NearestNeighbours(Strategy):
    """Search between each minimum and its `k` nearest neighbours, low-lying minima first."""

    k: int = 4

    def propose(self, state: SearchState, n: int) -> list[Pair]:
        network = state.network
        pairs: list[Pair] = []
        for a in np.argsort(network.losses):
            others = np.delete(np.arange(network.n_minima), a)
            near = nearest(
                state.symmetry, network.coordinates[a], network.coordinates[others], self.k
            )
            for b in others[near.indices]:
                if len(pairs) >= n:
                    return pairs
                if not state.has_attempt(int(a), int(b)):
                    pairs.append(state.propose(int(a), int(b)))
        return pairs


@dataclass(frozen=True)
class SingleEndedFromEach(Strategy):
    """Search around every minimum along its soft modes, the least searched and lowest first.

    Attributes:
        tries: searches around one minimum.
    """

    tries: int = 3

    def propose(self, state: SearchState, n: int) -> list[Pair]:
        tries = np.array(
            [state.attempts[(a, None)] for a in range(state.network.n_minima)], dtype=int
        )
        order = np.lexsort((state.network.losses, tries))
        return [state.propose(int(a), None) for a in order[:n] if tries[a] < self.tries]


@dataclass(frozen=True)
class Untrap(Strategy):
    """Look for lower passes from minima with a large barrier and a small loss above the global minimum.

    Minima are taken in the order of barrier over loss difference (Strodel, Whittleston & Wales,
    J. Am. Chem. Soc. 129, 16005, 2007), each with the nearest minimum that lies lower.
    """

    max_tries: int = 4

    def propose(self, state: SearchState, n: int) -> list[Pair]:
        network = state.network
        highest = merge_tree(network).highest_on_lowest_path(network.global_minimum)
        rise = network.losses - network.lowest_loss
        candidates = np.flatnonzero((rise > 0) & np.isfinite(highest))
        ratio = (highest - network.losses)[candidates] / rise[candidates]
        pairs: list[Pair] = []
        for a in candidates[np.argsort(-ratio)]:
            if len(pairs) >= n:
                break
            lower = np.flatnonzero(network.losses < network.losses[a])
            b = state.nearest_untried(int(a), lower, k=self.max_tries)
            if b is not None:
                pairs.append(state.propose(int(a), b))
        return pairs


@dataclass(frozen=True)
class MissingConnection(Strategy):
    """Join chosen pairs of minima: try the missing links of the shortest path between them.

    The path is the shortest on the graph of near neighbours, where pairs joined already weigh
    nothing, pairs that were tried are forbidden and others weigh their squared aligned distance
    (Carr, Trygubenko & Wales, J. Chem. Phys. 122, 234903, 2005).

    Attributes:
        pairs: ids are indices of the network; a pair that is joined is left alone.
        neighbours: near neighbours of each minimum that may be links.
        max_tries: searches around one minimum after which it is given up.
    """

    pairs: tuple[tuple[int, int], ...]
    neighbours: int = 10
    max_tries: int = 12

    def propose(self, state: SearchState, n: int) -> list[Pair]:
        component = state.network.component
        missing = [(a, b) for a, b in self.pairs if component[a] != component[b]]
        # Which links are missing next depends on what becomes of those that are tried.
        if not missing or state.under_way:
            return []
        graph = self._graph(state, component)
        proposals: list[Pair] = []
        for a, b in missing:
            if len(proposals) >= n:
                break
            links = self._missing_links(graph, state, a, b)
            proposals.extend(state.propose(*link) for link in links)
        return proposals

    def _graph(self, state: SearchState, component: Int[np.ndarray, " minima"]) -> csr_array:
        network = state.network
        rows, columns, weights = [], [], []
        for a in range(network.n_minima):
            elsewhere = np.flatnonzero(component != component[a])
            near = nearest(
                state.symmetry,
                network.coordinates[a],
                network.coordinates[elsewhere],
                self.neighbours,
            )
            for b, distance in zip(elsewhere[near.indices], near.distances, strict=True):
                if not state.has_attempt(int(a), int(b)):
                    rows.append(a)
                    columns.append(int(b))
                    weights.append(max(distance**2, 1e-12))
        edges = network.edges[~network.is_degenerate]
        # A stored zero would be no edge: what is joined already costs next to nothing.
        rows += list(edges[:, 0])
        columns += list(edges[:, 1])
        weights += [1e-12] * len(edges)
        size = (network.n_minima,) * 2
        return coo_array((weights, (rows, columns)), shape=size).tocsr()

    def _missing_links(self, graph: csr_array, state: SearchState, a: int, b: int) -> list[Pair]:
        component = state.network.component
        distances, before = (
            table[0]
            for table in dijkstra(graph, directed=False, indices=[a], return_predecessors=True)
        )
        if not np.isfinite(distances[b]):
            ends = [end for end in (a, b) if state.n_attempts[end] < self.max_tries]
            return [(end, None) for end in ends]
        path = [b]
        while path[-1] != a:
            path.append(int(before[path[-1]]))
        steps = itertools.pairwise(path)
        return [(i, j) for i, j in steps if component[i] != component[j]]
