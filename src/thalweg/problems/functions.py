"""Any scalar function of a vector as a problem, and some whose stationary points are known."""

from collections.abc import Callable, Mapping
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ..numbers import LARGEST_SIZE, Real, Whole, real_number, whole_number
from ..precision import with_float64
from .bounds import Bounds, BoundsLike, Limits, bounds_of, uniform_between
from .loss_unit import unit_from
from .probes import N_PROBES, losses_at_probes
from .problem import Problem
from .registry import register
from .smoothness.breaks import breaks
from .smoothness.warning import warn_of_breaks
from .tracing import traced_scalar

ScalarFunction = Callable[[Float[Array, " d"]], Float[Array, ""]]


@register
class Function(Problem):
    """A loss given as a JAX function of a vector, with optional bounds.

    Derivatives come from automatic differentiation. A function of the user's own cannot be written
    to a file: its landscape knows it by its values at fixed points, and it has to be passed in again.

    Args:
        function: scalar function of a vector [d], twice differentiable, made of JAX operations.
        dimension: d.
        bounds: a pair (lower, upper) for each coordinate, one pair of numbers for all, or
            `scipy.optimize.Bounds`; starts are uniform between them, and points that come to rest at
            them are reported apart. None for an unbounded problem.
        start_width: standard deviation of normal starts where there are no bounds.
        name: for people; the function's own name by default.

    Raises:
        ValueError: for a dimension below one, bounds that are no bounds or have another size, or a
            function that is not scalar, real and finite, or constant where starts are drawn.

    Warns:
        UserWarning: where the function has kinks or jumps between points drawn as starts are.
    """

    function: ScalarFunction = eqx.field(static=True)
    d: int = eqx.field(static=True)
    lower: Float[np.ndarray | Array, " d"] | None
    upper: Float[np.ndarray | Array, " d"] | None
    start_width: float = eqx.field(static=True)
    scale: float = eqx.field(static=True)
    label: str = eqx.field(static=True)
    is_built_in: bool = eqx.field(static=True)

    kind = "function"

    def __init__(
        self,
        function: ScalarFunction,
        *,
        dimension: Whole,
        bounds: BoundsLike | None = None,
        start_width: Real = 1.0,
        name: str | None = None,
    ) -> None:
        self.function = function
        self.d = whole_number(dimension, "dimension", least=1, most=LARGEST_SIZE)
        self.lower, self.upper = (None, None) if bounds is None else bounds_of(bounds, self.d)
        self.start_width = real_number(start_width, "start_width", above=0)
        # Static: inside a jitted search the bounds have no values.
        if self.lower is None or self.upper is None:
            self.scale = 0.2 * self.start_width
        else:
            self.scale = float(np.min(self.upper - self.lower)) / 50
        self.label = name or str(getattr(function, "__name__", "function"))
        self.is_built_in = self.label in _BUILT_IN and _BUILT_IN[self.label] is function
        if not self.is_built_in:
            self._check()

    @property
    def dimension(self) -> int:
        return self.d

    def loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        return jnp.asarray(self.function(x)).reshape(())

    @property
    def bounds(self) -> Bounds | None:
        return None if self.lower is None or self.upper is None else (self.lower, self.upper)

    def start(self, key: PRNGKeyArray) -> Float[Array, " d"]:
        if self.lower is None or self.upper is None:
            return self.start_width * jax.random.normal(key, (self.d,))
        return uniform_between(key, self.lower, self.upper)

    @property
    def length_scale(self) -> float:
        """A fiftieth of the smallest distance between bounds; a fifth of `start_width` without bounds."""
        return self.scale

    @property
    def loss_unit(self) -> float:
        return unit_from([float(value) for value in self._values_at_probes()])

    @property
    def start_law(self) -> str:
        # The names under which landscapes count hits: they stay as they are.
        return "uniform in the box" if self.bounds is not None else f"normal, {self.start_width:g}"

    # ---- identity -------------------------------------------------------------------------------

    def choices(self) -> dict[str, Any]:
        shared_choices = {"name": self.label, "dimension": self.d, "start_width": self.start_width}
        return (
            shared_choices
            if self.is_built_in
            else {**shared_choices, "values": self._values_at_probes()}
        )

    def arrays(self) -> dict[str, np.ndarray]:
        if self.lower is None or self.upper is None:
            return {}
        return {"low": np.asarray(self.lower), "high": np.asarray(self.upper)}

    @property
    def is_portable(self) -> bool:
        return super().is_portable and self.is_built_in

    @property
    def name(self) -> str:
        return f"function {self.label} of {self.d} variables"

    def _values_at_probes(self) -> list[str]:
        return losses_at_probes(self, self._probes())

    def _probes(self) -> Float[np.ndarray, "probes d"]:
        """Fixed points where starts are drawn."""
        draws = np.random.default_rng(20_260).uniform(size=(N_PROBES, self.d))
        if self.lower is None or self.upper is None:
            return np.asarray(self.start_width * (2 * draws - 1))
        return np.asarray(self.lower + draws * (self.upper - self.lower))

    @with_float64
    def _check(self) -> None:
        """Raise ValueError for a function without a landscape, and warn of one that is not smooth."""
        if not callable(self.function):
            raise ValueError(
                f"function must be a function of a vector, got {type(self.function).__name__}."
            )
        probes = self._probes()
        traced_scalar(
            self.function,
            probes[0],
            label=self.label,
            hint=f"It is called with one vector of {self.d} numbers.",
        )
        values = np.array([self.loss(jnp.asarray(x)) for x in probes])
        if not np.isfinite(values).any():
            raise ValueError(
                f"{self.label} is {values[0]} at all of {len(values)} points drawn as starts are. Give "
                "bounds, or a start_width, within which it is finite."
            )
        if np.ptp(values) == 0 and not np.any([jax.grad(self.loss)(x) for x in probes]):
            raise ValueError(
                f"{self.label} is {values[0]:g} at all of {len(values)} points drawn as starts are, and its "
                "gradient is zero: nothing leads from them to a minimum. Look for round, floor and "
                "comparisons, or draw starts nearer to what varies (bounds, start_width)."
            )
        parts = breaks(self.loss, probes)
        warn_of_breaks(
            parts.of_gradient,
            parts.of_loss,
            remedy="A smooth function in its place (softplus for a maximum, sqrt(x² + ε) for |x|) has",
            stacklevel=4,
        )

    @classmethod
    def from_record(
        cls, choices: Mapping[str, Any], arrays: Mapping[str, np.ndarray]
    ) -> "Function":
        if "values" in choices or choices["name"] not in _BUILT_IN:
            raise NotImplementedError(
                f"the function {choices['name']!r} is not stored in the file; pass the problem again"
            )
        return cls(
            _BUILT_IN[choices["name"]],
            dimension=choices["dimension"],
            bounds=Limits(arrays["low"], arrays["high"]) if "low" in arrays else None,
            start_width=choices["start_width"],
            name=choices["name"],
        )


def _schwefel(x: Float[Array, " d"]) -> Float[Array, ""]:
    return 418.9829 * x.shape[0] - jnp.sum(x * jnp.sin(jnp.sqrt(jnp.abs(x))))


def _muller_brown(x: Float[Array, "2"]) -> Float[Array, ""]:
    height = jnp.array([-200.0, -100.0, -170.0, 15.0])
    a, b = jnp.array([-1.0, -1.0, -6.5, 0.7]), jnp.array([0.0, 0.0, 11.0, 0.6])
    c = jnp.array([-10.0, -10.0, -6.5, 0.7])
    u, v = x[0] - jnp.array([1.0, 0.0, -0.5, -1.0]), x[1] - jnp.array([0.0, 0.5, 1.5, 1.0])
    return jnp.sum(height * jnp.exp(a * u**2 + b * u * v + c * v**2))


def _double_well(x: Float[Array, "2"]) -> Float[Array, ""]:
    return (x[0] ** 2 - 1) ** 2 + x[1] ** 2


_BUILT_IN: dict[str, ScalarFunction] = {
    "schwefel": _schwefel,
    "muller_brown": _muller_brown,
    "double_well": _double_well,
}


def schwefel(dimension: Whole = 2) -> Function:
    """f(x) = 418.9829 d − Σ x_i sin √|x_i| on [−500, 500]^d.

    In two dimensions it has 49 minima and 84 transition states between the bounds.
    """
    return Function(_schwefel, name="schwefel", dimension=dimension, bounds=(-500.0, 500.0))


def muller_brown() -> Function:
    """The Müller–Brown surface: three minima, two transition states.

    Reference: Müller & Brown, Theor. Chim. Acta 53, 75 (1979), table 1.
    """
    return Function(
        _muller_brown, name="muller_brown", dimension=2, bounds=Limits([-2.0, -1.0], [1.5, 2.5])
    )


def double_well() -> Function:
    """(x² − 1)² + y²: minima at (±1, 0) with loss 0, one transition state at the origin with loss 1."""
    return Function(_double_well, name="double_well", dimension=2, start_width=1.0)
