"""All stationary points of a function of two variables, without a walk of the package: SciPy on a grid."""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import numpy as np
from jaxtyping import Array, Float, Int
from scipy.integrate import solve_ivp
from scipy.optimize import root
from scipy.spatial import cKDTree

_SAME = 1e-6
"""Roots nearer than this share of the width of the bounds are one; SciPy's agree to some 1e-12 of it."""
_START = (0.47, 0.53)
"""Where in a cell the root is looked for: not in its middle, which may be a kink of the function."""
_CAPTURED = 1e-3
"""Share of the width at which the gradient flow has reached a minimum: far within the smallest basin."""
_PUSH_OFF = 1e-4
"""Share of the width by which the gradient flow begins off a transition state, along its mode."""

NO_MINIMUM = -1


@dataclass(frozen=True, eq=False)
class StationaryPoints:
    """Stationary points of one function within its bounds.

    Attributes:
        x: where they are [points 2].
        index: numbers of negative Hessian eigenvalues [points].
    """

    x: Float[np.ndarray, "points 2"]
    index: Int[np.ndarray, " points"]

    def of_index(self, index: int) -> Float[np.ndarray, "some 2"]:
        """The points with so many negative Hessian eigenvalues."""
        return self.x[self.index == index]


class Surface:
    """A function of two variables between bounds, with its derivatives in float64.

    Attributes:
        kinks: minima at which it has no derivatives [kinks 2].
    """

    def __init__(
        self,
        function: Callable[[Array], Array],
        lower: Float[np.ndarray, " 2"],
        upper: Float[np.ndarray, " 2"],
        kinks: tuple[tuple[float, float], ...] = (),
    ) -> None:
        self.lower, self.upper = np.asarray(lower, float), np.asarray(upper, float)
        self.kinks = np.array(kinks, float).reshape(-1, 2)
        self._gradient = jax.jit(jax.grad(function))
        self._hessian = jax.jit(jax.hessian(function))
        self._gradients = jax.jit(jax.vmap(jax.grad(function)))

    @property
    def width(self) -> float:
        return float(np.max(self.upper - self.lower))

    def gradient(self, x: Float[np.ndarray, " 2"]) -> Float[np.ndarray, " 2"]:
        with jax.enable_x64(True):
            return np.asarray(self._gradient(x))

    def hessian(self, x: Float[np.ndarray, " 2"]) -> Float[np.ndarray, "2 2"]:
        with jax.enable_x64(True):
            return np.asarray(self._hessian(x))

    def gradients(self, x: Float[np.ndarray, "points 2"]) -> Float[np.ndarray, "points 2"]:
        with jax.enable_x64(True):
            return np.asarray(self._gradients(x))

    def contains(self, x: Float[np.ndarray, " 2"]) -> bool:
        return bool(np.all((x > self.lower) & (x < self.upper)))

    # ---- stationary points ----------------------------------------------------------------------

    def stationary_points(self, n_cells: int) -> StationaryPoints:
        """Roots of the gradient in all of n_cells × n_cells cells in which both components may vanish."""
        roots = [self._root(x) for x in self._starts(n_cells)]
        x = distinct(np.array([r for r in roots if r is not None]), _SAME * self.width)
        spectra = np.linalg.eigvalsh([self.hessian(point) for point in x])
        assert np.all(np.abs(spectra).min(axis=1) > 1e-6 * np.abs(spectra).max(axis=1))
        return StationaryPoints(x, (spectra < 0).sum(axis=1))

    def _starts(self, n_cells: int) -> Float[np.ndarray, "starts 2"]:
        """A point in each cell at whose corners both components of the gradient come near to zero."""
        axes = [np.linspace(a, b, n_cells + 1) for a, b in zip(self.lower, self.upper, strict=True)]
        corners = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
        values = self.gradients(corners.reshape(-1, 2)).reshape(corners.shape)
        of_cell = np.stack([values[:-1, :-1], values[1:, :-1], values[:-1, 1:], values[1:, 1:]])
        least, most = of_cell.min(axis=0), of_cell.max(axis=0)
        # A line on which a component vanishes may pass between corners of one sign.
        reach = 0.5 * (most - least)
        is_candidate = np.all((least - reach <= 0) & (most + reach >= 0), axis=-1)
        size = (self.upper - self.lower) / n_cells
        return corners[:-1, :-1][is_candidate] + _START * size

    def _root(self, start: Float[np.ndarray, " 2"]) -> Float[np.ndarray, " 2"] | None:
        result = root(self.gradient, start, jac=self.hessian, options={"xtol": 1e-13})
        if not np.all(np.isfinite(result.x)) or not self.contains(result.x):
            return None
        # SciPy calls a slow approach a failure, which near a root it is not: a Newton step tells.
        step = np.linalg.lstsq(self.hessian(result.x), self.gradient(result.x), rcond=None)[0]
        return result.x if np.linalg.norm(step) < 1e-9 * self.width else None

    def winding_number(self, n_points: int) -> int:
        """Turns of the gradient around the bounds: minima and maxima less transition states within.

        A kink that is a minimum counts as one (Poincaré and Hopf).
        """
        t = np.arange(n_points) / n_points
        zero, one = np.zeros(n_points), np.ones(n_points)
        sides = [(t, zero), (one, t), (1 - t, one), (zero, 1 - t)]
        unit = np.concatenate([np.column_stack(side) for side in sides])
        g = self.gradients(self.lower + unit * (self.upper - self.lower))
        angle = np.arctan2(g[:, 1], g[:, 0])
        turns = (np.diff(angle, append=angle[0]) + np.pi) % (2 * np.pi) - np.pi
        assert np.abs(turns).max() < 1.5, "too few points around the bounds to follow the gradient"
        return round(turns.sum() / (2 * np.pi))

    # ---- gradient flow --------------------------------------------------------------------------

    def ends(
        self, state: Float[np.ndarray, " 2"], minima: Float[np.ndarray, "minima 2"]
    ) -> tuple[int, int]:
        """Indices of the minima to which the gradient flow leads from both sides of a transition state.

        `NO_MINIMUM` for a flow that crosses the bounds, or ends at a kink.
        """
        mode = np.linalg.eigh(self.hessian(state))[1][:, 0]
        shift = _PUSH_OFF * self.width * mode
        first, second = (self._end(state + side * shift, minima) for side in (1, -1))
        return min(first, second), max(first, second)

    def _end(self, start: Float[np.ndarray, " 2"], minima: Float[np.ndarray, "minima 2"]) -> int:
        tree = cKDTree(np.concatenate([minima, self.kinks]))

        def distance(_: float, x: np.ndarray) -> float:
            return tree.query(x)[0] - _CAPTURED * self.width

        def inside(_: float, x: np.ndarray) -> float:
            return min(np.min(x - self.lower), np.min(self.upper - x))

        distance.terminal = inside.terminal = True  # type: ignore[attr-defined]
        flow = solve_ivp(
            lambda _, x: -self.gradient(x),
            (0, 1e6),
            start,
            method="LSODA",
            rtol=1e-8,
            atol=1e-10,
            events=(distance, inside),
        )
        assert flow.status == 1, f"the gradient flow from {start} came to no end"
        nearest = int(tree.query(flow.y[:, -1])[1])
        return NO_MINIMUM if len(flow.t_events[1]) or nearest >= len(minima) else nearest


def distinct(x: Float[np.ndarray, "points d"], reach: float) -> Float[np.ndarray, "some d"]:
    """One of each cluster of points nearer than `reach`."""
    first = [min(near) for near in cKDTree(x).query_ball_point(x, reach)]
    return x[np.unique(first)]
