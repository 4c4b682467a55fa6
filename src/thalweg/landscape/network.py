"""The network of minima and transition states: an immutable view for analysis."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy.typing import ArrayLike
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ..display import shown_fields, table, thumbnail
from .chain import Chain, Matrix, NoDetailedBalance


@dataclass(frozen=True, eq=False, repr=False)
class Network:
    """Minima (vertices) and transition states (edges) of one landscape, as arrays.

    Attributes:
        losses: loss of each minimum [minima].
        coordinates: parameters of each minimum [minima d]; d may be 0 for a graph without points.
        lpphe: log-product of positive Hessian eigenvalues of each minimum [minima].
        log_degeneracy: ln n_α, the logarithm of the number of distinct symmetry images [minima].
        hits: how often each minimum was found [minima].
        edges: indices of the two minima that each transition state joins [transition_states 2].
        barrier_losses: loss of each transition state [transition_states].
        barrier_lpphe: its LPPHE, over the positive eigenvalues [transition_states].
        barrier_log_degeneracy: ln n_† [transition_states].
        n_modes: κ, parameters less zero modes; the number of vibrations of a minimum.
        minimum_ids: id of each minimum in its landscape [minima].
        transition_state_ids: id of each transition state in its landscape [transition_states].
        chain: the rates between minima where they were given, `from_rates`; None where losses give them.
    """

    losses: Float[np.ndarray, " minima"]
    coordinates: Float[np.ndarray, "minima d"]
    lpphe: Float[np.ndarray, " minima"]
    log_degeneracy: Float[np.ndarray, " minima"]
    hits: Int[np.ndarray, " minima"]
    edges: Int[np.ndarray, "transition_states 2"]
    barrier_losses: Float[np.ndarray, " transition_states"]
    barrier_lpphe: Float[np.ndarray, " transition_states"]
    barrier_log_degeneracy: Float[np.ndarray, " transition_states"]
    n_modes: int
    minimum_ids: Int[np.ndarray, " minima"]
    transition_state_ids: Int[np.ndarray, " transition_states"]
    chain: Chain | None = None

    @classmethod
    def from_arrays(
        cls,
        losses: ArrayLike,
        edges: ArrayLike | Sequence[tuple[int, int]] = (),
        barrier_losses: ArrayLike = (),
        *,
        coordinates: ArrayLike | None = None,
        lpphe: ArrayLike | None = None,
        log_degeneracy: ArrayLike | None = None,
        hits: ArrayLike | None = None,
        barrier_lpphe: ArrayLike | None = None,
        barrier_log_degeneracy: ArrayLike | None = None,
        dimension: int | None = None,
    ) -> "Network":
        """A network from plain arrays, without a landscape file; what is left out is zero.

        Args:
            losses: [minima].
            edges: pairs of indices into `losses` [transition_states 2].
            barrier_losses: [transition_states], none below either of its minima.
            coordinates, lpphe, log_degeneracy, hits, barrier_lpphe, barrier_log_degeneracy: as the
                attributes.
            dimension: κ, for thermodynamics; that of the coordinates if None.

        Raises:
            ValueError: for arrays that do not fit together, losses that are not finite, indices out
                of range, or a transition state below one of its minima.
        """
        losses = np.array(losses, dtype=np.float64).reshape(-1)
        edges = np.array(edges, dtype=np.int64).reshape(-1, 2)
        barriers = np.array(barrier_losses, dtype=np.float64).reshape(-1)
        _check(losses, edges, barriers)
        n, e = len(losses), len(edges)
        points = (
            np.zeros((n, 0)) if coordinates is None else np.array(coordinates, dtype=np.float64)
        )
        counts = np.zeros(n, int) if hits is None else np.array(hits, dtype=np.int64)
        optional_arrays = {
            "lpphe": _filled(lpphe, n, "lpphe"),
            "log_degeneracy": _filled(log_degeneracy, n, "log_degeneracy"),
            "barrier_lpphe": _filled(barrier_lpphe, e, "barrier_lpphe"),
            "barrier_log_degeneracy": _filled(barrier_log_degeneracy, e, "barrier_log_degeneracy"),
        }
        if points.ndim != 2 or len(points) != n or counts.shape != (n,):
            raise ValueError(
                f"coordinates must have shape [{n} d] and hits [{n}] for {n} losses, "
                f"got {points.shape} and {counts.shape}."
            )
        return cls(
            losses=losses,
            coordinates=points,
            hits=counts,
            edges=edges,
            barrier_losses=barriers,
            n_modes=points.shape[1] if dimension is None else dimension,
            minimum_ids=np.arange(1, n + 1),
            transition_state_ids=np.arange(1, e + 1),
            chain=None,
            **optional_arrays,
        )

    @classmethod
    def from_rates(cls, rates: Matrix) -> "Network":
        """A network of which the rates are known, for kinetics: the states of any Markov chain.

        Functions that depend on a temperature take None in its place: rates hold at one that the network
        does not know. With detailed balance losses are free energies in units of k_B T, −ln of the
        stationary distribution, and those of transition states are relative to the fastest rate; so there
        is a disconnectivity graph. Without it there are occupation probabilities, but no losses (NaN), and
        what needs them says so.

        Args:
            rates: from the row to the column, dense or sparse; on the diagonal zero or minus the sum of
                the row [minima minima].

        Raises:
            ValueError: if the matrix is not square, or its numbers are no rates.
        """
        return cls.from_chain(Chain.from_rates(rates))

    @classmethod
    def from_probabilities(
        cls, probabilities: Matrix, waiting_times: ArrayLike | float = 1.0
    ) -> "Network":
        """As `from_rates`, from a transition matrix and its lag time, or from branching probabilities.

        Args:
            probabilities: from the row to the column, dense or sparse; rows sum to one [minima minima].
            waiting_times: the time that a step takes: the lag time, or one a minimum [minima].

        Raises:
            ValueError: if the matrix is not square, its rows are no probabilities, or a time is not positive.
        """
        return cls.from_chain(Chain.from_probabilities(probabilities, waiting_times))

    @classmethod
    def from_chain(cls, chain: Chain) -> "Network":
        """The network of a Markov chain; as `from_rates`."""
        n, e = chain.n_states, len(chain.neighbours)
        try:
            energies = chain.free_energies()
            losses, barrier_losses = energies.states, energies.passes
        except NoDetailedBalance:
            losses, barrier_losses = np.full(n, np.nan), np.full(e, np.nan)
        return cls(
            losses=losses,
            coordinates=np.zeros((n, 0)),
            lpphe=np.zeros(n),
            log_degeneracy=np.zeros(n),
            hits=np.zeros(n, dtype=np.int64),
            edges=chain.neighbours,
            barrier_losses=barrier_losses,
            barrier_lpphe=np.zeros(e),
            barrier_log_degeneracy=np.zeros(e),
            n_modes=0,
            minimum_ids=np.arange(1, n + 1),
            transition_state_ids=np.arange(1, e + 1),
            chain=chain,
        )

    @property
    def n_minima(self) -> int:
        """Number of minima."""
        return len(self.losses)

    @property
    def n_transition_states(self) -> int:
        """Number of transition states, degenerate rearrangements included."""
        return len(self.edges)

    @cached_property
    def global_minimum(self) -> int:
        """Index of the lowest minimum known; of several equally low ones the first.

        Raises:
            ValueError: if there are no minima.
        """
        self.require_losses("the global minimum")
        return int(np.argmin(self.losses))

    @property
    def lowest_loss(self) -> float:
        """Loss of the global minimum.

        Raises:
            ValueError: if there are no minima.
        """
        return float(self.losses[self.global_minimum])

    def require_minima(self, purpose: str) -> None:
        """Refuse an empty network in the same words everywhere.

        Args:
            purpose: what needs the minima, as the subject of "… needs at least one": "a heat capacity".

        Raises:
            ValueError: if there are no minima.
        """
        require_minima(self.n_minima, "this network", purpose)

    def __repr__(self) -> str:
        lowest = f", lowest loss {np.min(self.losses):.6g}" if self.n_minima else ""
        return f"<Network: {self.n_minima:,} minima, {self.n_transition_states:,} transition states{lowest}>"

    def _repr_html_(self) -> str:
        return table(type(self).__name__, shown_fields(self), thumbnail(self))

    def require_losses(self, purpose: str) -> None:
        """Refuse a network without minima, or of rates that give them no losses.

        Args:
            purpose: what needs the losses, as in `require_minima`.

        Raises:
            ValueError: if so.
        """
        self.require_minima(purpose)
        if self.chain is not None and np.isnan(self.losses).any():
            try:
                self.chain.free_energies()
            except NoDetailedBalance as error:
                raise ValueError(
                    f"{purpose} needs losses, and rates give them only with detailed balance: {error}. "
                    "Passage times, committors and occupation probabilities need none."
                ) from error

    def require_coordinates(self, dimension: int | None = None) -> None:
        """Refuse a network whose minima, if there are any, have no coordinates of the problem.

        Args:
            dimension: of the problem; None if any will do.

        Raises:
            ValueError: if so.
        """
        n_coordinates = self.coordinates.shape[1]
        fits = n_coordinates > 0 if dimension is None else n_coordinates == dimension
        if self.n_minima and not fits:
            requirement = (
                "" if dimension is None else f", and the problem has {dimension} parameters"
            )
            raise ValueError(
                f"this network has {n_coordinates or 'no'} coordinates a minimum{requirement}. Read it "
                "from the problem's own landscape: `landscape.network()`."
            )

    @cached_property
    def is_degenerate(self) -> Bool[np.ndarray, " transition_states"]:
        """Whether both sides of a transition state are the same minimum (left out of graphs)."""
        return np.asarray(self.edges[:, 0] == self.edges[:, 1])

    @cached_property
    def component(self) -> Int[np.ndarray, " minima"]:
        """Label of the connected component of each minimum; 0 is the global minimum's."""
        n = self.n_minima
        if n == 0:
            return np.zeros(0, int)
        ones = np.ones(self.n_transition_states)
        graph = coo_array((ones, (self.edges[:, 0], self.edges[:, 1])), shape=(n, n))
        labels = connected_components(graph, directed=False)[1]
        # Renumber by the lowest loss in each component, so that the global minimum's comes first.
        first = np.unique(labels[np.lexsort((np.arange(n), self.losses))], return_index=True)[1]
        rank = np.argsort(np.argsort(first))
        return rank[labels]

    @property
    def n_components(self) -> int:
        """Number of connected components, lone minima included."""
        return int(self.component.max(initial=-1)) + 1

    @cached_property
    def is_joined(self) -> Bool[np.ndarray, " minima"]:
        """Whether a path of transition states joins each minimum to the global minimum."""
        return np.asarray(self.component == 0)


def require_minima(n_minima: int, source: str, purpose: str) -> None:
    """Raise ValueError if there are no minima in `source`, of which `purpose` needs one.

    Raises:
        ValueError: if `n_minima` is zero.
    """
    if n_minima == 0:
        raise ValueError(
            f"{source} has no minima, and {purpose} needs at least one. Find some first: "
            "`thalweg minima FILE --more 100`, or `thalweg.explore`."
        )


def _filled(values: ArrayLike | None, n: int, name: str) -> Float[np.ndarray, " n"]:
    array = np.zeros(n) if values is None else np.array(values, dtype=np.float64)
    if array.shape != (n,):
        raise ValueError(f"{name} must have shape [{n}], got {array.shape}.")
    return array


def _check(
    losses: Float[np.ndarray, " minima"],
    edges: Int[np.ndarray, "edges 2"],
    barriers: Float[np.ndarray, " barriers"],
) -> None:
    if len(edges) != len(barriers):
        raise ValueError(
            f"barrier_losses must have one value an edge: {len(edges)} edges, {len(barriers)} values."
        )
    if not (np.isfinite(losses).all() and np.isfinite(barriers).all()):
        raise ValueError("losses and barrier_losses must be finite; drop the points that are not.")
    if len(edges) and (edges.min() < 0 or edges.max() >= len(losses)):
        raise ValueError(
            f"edges must hold indices 0 … {len(losses) - 1} into losses, got "
            f"{edges.min()} … {edges.max()}."
        )
    below = np.flatnonzero(is_below_a_minimum(losses, edges, barriers))
    if len(below):
        a, b = edges[below[0]]
        raise ValueError(
            f"transition state {below[0]} has loss {barriers[below[0]]:g}, below a minimum that it "
            f"joins ({losses[a]:g}, {losses[b]:g}). Check the order of edges and barrier_losses."
        )


def is_below_a_minimum(
    losses: Float[np.ndarray, " minima"],
    edges: Int[np.ndarray, "edges 2"],
    barriers: Float[np.ndarray, " edges"],
) -> Bool[np.ndarray, " edges"]:
    """Whether each transition state lies below one of its minima, by more than rounding."""
    slack = 1e-9 * (1 + np.abs(barriers))
    return np.asarray(barriers < losses[edges].max(axis=1, initial=-np.inf) - slack)
