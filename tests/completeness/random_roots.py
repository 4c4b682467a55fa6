"""Minima and transition states of a small network by brute force: SciPy from thousands of random points."""

import itertools

import jax
import numpy as np
from jaxtyping import Float
from scipy.optimize import minimize, root

from thalweg.problems import NeuralNetwork

_AT_REST = 1e-9
"""Norm of the gradient below which a root counts; SciPy's come to rest below 1e-12."""
_SAME_LOSS, _SAME_PLACE = 1e-8, 1e-4
"""What two runs of SciPy to one point differ by at most; distinct points of these networks differ by more."""


class BruteForce:
    """The loss of a network with one hidden layer of tanh units, and its derivatives, for SciPy.

    Derivatives are automatic and the symmetry is written out, so that the package is relied on for its loss
    alone. A shift of all logits is no symmetry, as the penalty sees it.
    """

    def __init__(self, problem: NeuralNetwork) -> None:
        (self._n_hidden,), self._n_outputs = problem.hidden, problem.n_outputs
        self._dimension = problem.dimension
        self._loss_and_gradient = jax.jit(jax.value_and_grad(problem.loss))
        self._hessian = jax.jit(jax.hessian(problem.loss))

    def loss_and_gradient(
        self, x: Float[np.ndarray, " d"]
    ) -> tuple[float, Float[np.ndarray, " d"]]:
        with jax.enable_x64(True):
            loss, gradient = self._loss_and_gradient(x)
            return float(loss), np.asarray(gradient)

    def gradient(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, " d"]:
        return self.loss_and_gradient(x)[1]

    def hessian(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, "d d"]:
        with jax.enable_x64(True):
            return np.asarray(self._hessian(x))

    def index(self, x: Float[np.ndarray, " d"]) -> int | None:
        """Number of negative eigenvalues; None where x is no root, or the Hessian is singular."""
        if np.linalg.norm(self.gradient(x)) > _AT_REST:
            return None
        spectrum = np.linalg.eigvalsh(self.hessian(x))
        return int((spectrum < 0).sum()) if np.abs(spectrum).min() > 1e-7 else None

    # ---- symmetry -------------------------------------------------------------------------------

    def images(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, "images d"]:
        """All images of x under exchanges of hidden units and flips of their signs."""
        h, o = self._n_hidden, self._n_outputs
        n_incoming = len(x) - o * (h + 1)
        incoming, outgoing = x[:n_incoming].reshape(h, -1), x[n_incoming:].reshape(o, h + 1)
        images = []
        for order in itertools.permutations(range(h)):
            for signs in itertools.product((1.0, -1.0), repeat=h):
                flipped = np.array(signs)
                first = flipped[:, None] * incoming[list(order)]
                weights = outgoing[:, list(order)] * flipped
                second = np.column_stack([weights, outgoing[:, -1]])
                images.append(np.concatenate([first.ravel(), second.ravel()]))
        return np.array(images)

    # ---- search ---------------------------------------------------------------------------------

    def minima(self, n_starts: int, *, seed: int = 0) -> "Points":
        """Where BFGS comes to rest from random starts."""
        random, points = np.random.default_rng(seed), Points(self, 0)
        for _ in range(n_starts):
            result = minimize(
                self.loss_and_gradient, self._start(random), jac=True, method="BFGS", tol=1e-7
            )
            points.add(self._root(result.x))
        return points

    def transition_states(self, minima: "Points", n_starts: int, *, seed: int = 0) -> "Points":
        """Roots of the gradient: from random starts, and from between images of the minima in turn."""
        random, points = np.random.default_rng(seed), Points(self, 1)
        for n in range(n_starts):
            points.add(self._root(self._between(minima, random) if n % 2 else self._start(random)))
        return points

    def _start(self, random: np.random.Generator) -> Float[np.ndarray, " d"]:
        return np.exp(random.uniform(-1.5, 2)) * random.normal(size=self._dimension)

    def _between(self, minima: "Points", random: np.random.Generator) -> Float[np.ndarray, " d"]:
        first, second = (minima.x[random.integers(len(minima.x))] for _ in range(2))
        images = self.images(second)
        end, share = images[random.integers(len(images))], random.uniform()
        noise = 0.3 * random.normal(size=self._dimension)
        return share * first + (1 - share) * end + noise

    def _root(self, start: Float[np.ndarray, " d"]) -> Float[np.ndarray, " d"]:
        return np.asarray(root(self.gradient, start, jac=self.hessian, options={"xtol": 1e-13}).x)


class Points:
    """Distinct points of one index, and how often each was come to.

    Attributes:
        x: one image of each.
        losses: of each.
        hits: arrivals at each.
    """

    def __init__(self, network: BruteForce, index: int) -> None:
        self._network, self._index = network, index
        self.x: list[Float[np.ndarray, " d"]] = []
        self.losses: list[float] = []
        self.hits: list[int] = []

    def add(self, x: Float[np.ndarray, " d"]) -> None:
        """Count an arrival, if it is one at a point of this index."""
        if self._network.index(x) != self._index:
            return
        known = self.find(x)
        if known is not None:
            self.hits[known] += 1
            return
        self.x.append(x)
        self.losses.append(self._network.loss_and_gradient(x)[0])
        self.hits.append(1)

    def find(self, x: Float[np.ndarray, " d"]) -> int | None:
        """Which of the points is an image of x; None for a new one."""
        loss = self._network.loss_and_gradient(x)[0]
        images = self._network.images(x)
        for i, known in enumerate(self.x):
            is_near = abs(self.losses[i] - loss) < _SAME_LOSS
            if is_near and np.linalg.norm(images - known, axis=1).min() < _SAME_PLACE:
                return i
        return None
