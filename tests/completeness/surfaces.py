"""Functions of two variables between bounds whose stationary points can all be counted."""

from collections.abc import Callable
from dataclasses import dataclass

import jax.numpy as jnp
from brute_force import Surface
from jaxtyping import Array
from scipy.optimize import Bounds

from thalweg.problems import Function, Problem, muller_brown


def himmelblau(x):
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


def camel(x):
    a, b = x[0] ** 2, x[1] ** 2
    return (4 - 2.1 * a + a**2 / 3) * a + x[0] * x[1] + (4 * b - 4) * b


def ackley(x):
    waves = jnp.exp(jnp.mean(jnp.cos(2 * jnp.pi * x)))
    return -20 * jnp.exp(-0.2 * jnp.sqrt(jnp.mean(x**2))) - waves + 20 + jnp.e


def rastrigin(x):
    return 10 * x.shape[0] + jnp.sum(x**2 - 10 * jnp.cos(2 * jnp.pi * x))


def shubert(x):
    i = jnp.arange(1, 6)
    return jnp.prod(jnp.sum(i * jnp.cos((i + 1) * x[:, None] + i), axis=1))


def griewank(x):
    return jnp.sum(x**2) / 4000 - jnp.prod(jnp.cos(x / jnp.sqrt(jnp.arange(1, 3)))) + 1


@dataclass(frozen=True)
class Case:
    """A function between bounds, and how many stationary points it has there.

    Attributes:
        function: of a vector [2].
        lower, upper: bounds of both variables.
        counts: minima, transition states and maxima.
        n_leaving: transition states from which the gradient flow crosses the bounds or ends at a kink,
            on one side at least: a pathway needs two minima, so that they need not be on the map.
        n_cells: cells along one side of the grid.
        kinks: minima at which the function has no derivatives; they are no stationary points.
        is_quick: whether minima are looked for from random starts alone, as there is less to compile then.
    """

    function: Callable[[Array], Array]
    lower: tuple[float, float]
    upper: tuple[float, float]
    counts: tuple[int, int, int]
    n_leaving: int = 0
    n_cells: int = 201
    kinks: tuple[tuple[float, float], ...] = ()
    is_quick: bool = False

    @property
    def problem(self) -> Problem:
        bounds = Bounds(self.lower, self.upper)
        return Function(self.function, dimension=2, bounds=bounds)

    @property
    def surface(self) -> Surface:
        return Surface(self.function, self.lower, self.upper, self.kinks)


def _square(side: float) -> dict[str, tuple[float, float]]:
    return {"lower": (-side, -side), "upper": (side, side)}


SMALL = {
    "six-hump camel": Case(camel, (-3, -2), (3, 2), counts=(6, 7, 2), n_cells=60, is_quick=True),
}
LARGE = {
    "Himmelblau": Case(himmelblau, **_square(6), counts=(4, 4, 1)),
    "Müller-Brown": Case(muller_brown().function, (-2, -1), (1.5, 2.5), counts=(3, 2, 0)),
    "Griewank": Case(griewank, **_square(15), counts=(31, 60, 32), n_leaving=12),
    "Rastrigin": Case(rastrigin, **_square(5.12), counts=(121, 220, 100)),
    # The global minimum is a kink. Four transition states around it lead down to it.
    "Ackley": Case(
        ackley, **_square(5), counts=(120, 220, 100), n_leaving=4, n_cells=301, kinks=((0, 0),)
    ),
    # Often said to have 760 minima: 38 of them lie at the upper bounds, with a gradient that is not zero.
    "Shubert": Case(shubert, **_square(10), counts=(722, 1444, 722), n_leaving=75, n_cells=501),
}
