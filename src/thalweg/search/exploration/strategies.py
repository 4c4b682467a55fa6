"""Which minima to search between next: the strategies that grow the network of transition states."""

import abc
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from ...landscape.merge_tree import merge_tree
from .search_state import Pair, SearchState


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
        members = self._components_to_join(state, component)
        under_way = self._under_way(state, component)
        pairs: list[Pair] = []
        for turn in range(self.per_component):
            for group in members:
                if len(pairs) >= n:
                    return pairs
                if under_way[int(component[group[0]])] <= turn:
                    pairs.extend(self._next(state, group, component))
        return pairs

    def _components_to_join(
        self, state: SearchState, component: Int[np.ndarray, " minima"]
    ) -> list[Int[np.ndarray, " members"]]:
        """Members of each component that is not given up, the global minimum's apart, lowest first."""
        order = np.lexsort((state.network.losses, component))
        outside = order[component[order] > 0]
        if not len(outside):
            return []
        first = np.flatnonzero(np.diff(component[outside], prepend=0))
        # Attempts only become more: what is given up now stays so.
        fewest = np.minimum.reduceat(state.n_attempts[outside], first)
        is_open = fewest < self.max_tries
        ends = np.append(first[1:], len(outside))
        return [
            outside[i:j]
            for i, j in zip(first[is_open].tolist(), ends[is_open].tolist(), strict=True)
        ]

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
        b = None
        if not is_turn_of_single_ended:
            b = state.nearest_untried(a, component != component[a])
        yield state.propose(a, b)


@dataclass(frozen=True)
class NearestNeighbours(Strategy):
    """Search between each minimum and its `k` nearest neighbours, low-lying minima first."""

    k: int = 4

    def propose(self, state: SearchState, n: int) -> list[Pair]:
        pairs: list[Pair] = []
        for a in np.argsort(state.network.losses).tolist():
            for b in state.nearest_of_all(a, self.k).indices.tolist():
                if len(pairs) >= n:
                    return pairs
                if not state.has_attempt(a, b):
                    pairs.append(state.propose(a, b))
        return pairs


@dataclass(frozen=True)
class SingleEndedFromEach(Strategy):
    """Search around every minimum along its soft modes, the least searched and lowest first.

    Attributes:
        tries: searches around one minimum.
    """

    tries: int = 3

    def propose(self, state: SearchState, n: int) -> list[Pair]:
        tries = state.n_around.copy()
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
            lower = network.losses < network.losses[a]
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
            near = state.nearest(a, component != component[a], self.neighbours)
            for b, distance in zip(near.indices.tolist(), near.distances, strict=True):
                if not state.has_attempt(a, b):
                    rows.append(a)
                    columns.append(b)
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
