"""A model of the user's own as a problem: what all routes into the library share."""

import abc
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ...precision import with_float64
from ..problem import Problem
from ..symmetry import Symmetry
from .invariant_directions import ShiftSymmetry, invariant_directions
from .symmetry_detection import Parameter, detect_symmetry

_N_PROBES = 3
_FREE_UP_TO = 1000
"""Parameters up to which directions without influence are looked for: it takes a gradient for each."""

_DIFFERENCE = 1e-5
"""Step of the differences that check a gradient, in units of 1 + |x|."""


@dataclass(frozen=True, eq=False)
class Origin:
    """Where a problem comes from, and the way back.

    Attributes:
        framework: 'torch', 'jax', 'equinox', 'flax', 'scikit-learn' or 'numpy'.
        label: what the model is, for people.
        parameters: its arrays, in the order of the parameter vector.
        rebuild: the user's model with these arrays (NumPy, float64) for its parameters.
        was_float32: whether the model came in single precision; it is computed in double.
    """

    framework: str
    label: str
    parameters: tuple[Parameter, ...]
    rebuild: Callable[[list[np.ndarray]], Any]
    was_float32: bool = False

    @property
    def dimension(self) -> int:
        """d, the number of parameters."""
        return sum(p.size for p in self.parameters)

    def split(self, x: Any) -> list[Any]:
        """The arrays of the parameter vector `x` [d]."""
        arrays, at = [], 0
        for p in self.parameters:
            arrays.append(x[at : at + p.size].reshape(p.shape))
            at += p.size
        return arrays


class UserModel(Problem):
    """The loss of a model of the user's own, plus l2 · Σ θ² over all its parameters.

    It cannot be rebuilt from a file: a landscape knows it by its losses at fixed points, and the problem
    has to be passed in again. Symmetry is the exchange of hidden units (and sign flips) where the arrays
    are those of a chain of dense layers and the loss is found unchanged by it; none otherwise.

    Attributes:
        initial: the parameters [d] of the model as it was passed in.
        l2: weight of the squared norm.
        origin: where the model comes from.
        start_width: standard deviation of the normal random starts.
        free: orthonormal directions [d k] along which the loss is constant; None for none.
        found: the symmetry, shifts along the free directions included.
        probes: losses at fixed points.
    """

    initial: Float[np.ndarray | Array, " d"]
    l2: Float[np.ndarray | Array, ""]
    origin: Origin = eqx.field(static=True)
    start_width: float = eqx.field(static=True)
    free: Float[np.ndarray | Array, "d k"] | None = None
    found: Symmetry = eqx.field(static=True, default=Symmetry())
    probes: tuple[str, ...] = eqx.field(static=True, default=())

    kind: ClassVar[str] = "user_model"

    @property
    def dimension(self) -> int:
        return self.origin.dimension

    @property
    def symmetry(self) -> Symmetry:
        return self.found

    @property
    def has_cheap_hessian(self) -> bool:
        return False

    @abc.abstractmethod
    def model_loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        """The user's loss at `x` [d], without the penalty."""

    def loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        return self.model_loss(x) + jnp.asarray(self.l2) * jnp.sum(x * x)

    def zero_modes(self, x: Float[Array, " d"]) -> Float[Array, "d k"] | None:
        return None if self.free is None else jnp.asarray(self.free)

    def value_gradient_hessian_noise(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"], Float[Array, "d d"], Float[Array, ""]]:
        """The floor is what the rounding of `x` alone does to the gradient: ε |H| |x|, RMS."""
        value, gradient, hessian = self.value_gradient_hessian(x)
        rounding = jnp.finfo(jnp.float64).eps * (jnp.abs(hessian) @ jnp.abs(x))
        return value, gradient, hessian, jnp.sqrt(jnp.mean(rounding**2))

    def start(self, key: PRNGKeyArray) -> Float[Array, " d"]:
        return self.start_width * jax.random.normal(key, (self.dimension,))

    @property
    def start_law(self) -> str:
        return f"normal, {self.start_width:g}"

    @property
    def framework(self) -> str:
        return self.origin.framework

    def to_model(self, x: Float[np.ndarray, " d"]) -> Any:
        arrays = self.origin.split(np.array(x, dtype=np.float64))
        return self.origin.rebuild(arrays)

    # ---- identity -------------------------------------------------------------------------------

    def choices(self) -> dict[str, Any]:
        return {
            "framework": self.origin.framework,
            "arrays": [[p.name, list(p.shape)] for p in self.origin.parameters],
            "start_width": self.start_width,
            "losses": list(self.probes),
        }

    def arrays(self) -> dict[str, np.ndarray]:
        return {"l2": np.asarray(self.l2)}

    @property
    def is_portable(self) -> bool:
        return False

    @property
    def name(self) -> str:
        if self.symmetry.order > 1:
            symmetry = f"{self.symmetry.order} symmetric images"
        else:
            symmetry = "no symmetry found"
        if self.free is not None:
            symmetry += f", loss constant in {self.free.shape[1]} of {self.dimension} directions"
        precision = (
            ", computed in float64 (the model is float32)" if self.origin.was_float32 else ""
        )
        return (
            f"{self.origin.label} ({self.origin.framework}), {self.dimension} parameters, "
            f"{symmetry}{precision}"
        )


Model = TypeVar("Model", bound=UserModel)


@with_float64
def checked(problem: Model) -> Model:
    """The same problem with its symmetry and its identity, once it has been tried out.

    Raises:
        ValueError: if the loss is not finite at random points, differs from one call to the next, or
            does not change as its gradient says.
    """
    evaluate = jax.jit(lambda p, x: p.value_and_gradient(x))

    def loss(x: Float[np.ndarray, " d"]) -> float:
        return float(evaluate(problem, x)[0])

    draws = np.random.default_rng(20_261).normal(size=(_N_PROBES, problem.dimension))
    points = 0.5 * min(problem.start_width, 1.0) * draws
    losses = [loss(x) for x in points]
    if not np.isfinite(losses).all():
        raise ValueError(
            f"the loss of {problem.origin.label} is {losses} at random points; it must be finite. Look "
            "for NaN in the data, a logarithm of zero or a division by zero."
        )
    if [loss(x) for x in points] != losses:
        raise ValueError(
            f"the loss of {problem.origin.label} differs from one call to the next at the same "
            "parameters. Switch off what is random or has a state: dropout, sampling, batch statistics."
        )
    at = evaluate(problem, points[0])
    pull = np.asarray(at[1]) - 2 * float(problem.l2) * points[0]
    _check_gradient(problem.origin.label, loss, at, points[0], pull)
    found = detect_symmetry(problem.origin.parameters, loss, points[:2])
    free = _free_directions(problem, lambda x: np.asarray(evaluate(problem, x)[1]))
    if free is not None:
        found = ShiftSymmetry(found, free)
    probes = tuple(f"{value:.8e}" for value in losses)
    return dataclasses.replace(problem, found=found, free=free, probes=probes)


def _free_directions(
    problem: UserModel, gradient: Callable[[np.ndarray], np.ndarray]
) -> Float[np.ndarray, "d k"] | None:
    """The directions that the loss does not depend on; not looked for in very many parameters."""
    d = problem.dimension
    width = float(np.minimum(problem.start_width, 1.0))
    if problem.l2 > 0 or d > _FREE_UP_TO:
        return None
    draws = np.random.default_rng(20_264).normal(size=(d + 8, d))
    gradients = np.array([gradient(0.5 * width * x) for x in draws])
    free = invariant_directions(gradients[np.isfinite(gradients).all(axis=1)])
    return free if free.shape[1] else None


def _check_gradient(
    label: str,
    loss: Callable[[np.ndarray], float],
    at: tuple[Array, Array],
    x: Float[np.ndarray, " d"],
    pull: Float[np.ndarray, " d"],
) -> None:
    if not np.any(pull):
        raise ValueError(
            f"the loss of {label} does not depend on its parameters as far as derivatives can tell: no "
            "gradient reaches them. Rounding, argmax and detached parts stop it."
        )
    way = np.random.default_rng(20_262).normal(size=len(x))
    way /= np.linalg.norm(way)
    step = _DIFFERENCE * (1 + np.linalg.norm(x))
    difference = (loss(x + step * way) - loss(x - step * way)) / (2 * step)
    slope = float(np.asarray(at[1]) @ way)
    # Differences are good to about ε|L|/step and to the square of the step.
    allowed = 1e-3 * float(np.maximum(abs(difference), abs(slope))) + 1e-7 * (1 + abs(float(at[0])))
    if not abs(difference - slope) <= allowed:
        raise ValueError(
            f"the gradient of {label} does not fit its loss: along a random direction the loss changes by "
            f"{difference:.6g} a unit, the gradient says {slope:.6g}. A step, a rounding or a detached "
            "part cannot be differentiated; a gradient of your own may be wrong."
        )


def checked_numbers(l2: float, start_width: float) -> None:
    """Raise ValueError unless `l2` is not negative and `start_width` is positive, both finite."""
    if not (np.isfinite(l2) and l2 >= 0):
        raise ValueError(f"l2 must be finite and not negative, got {l2}.")
    if not (np.isfinite(start_width) and start_width > 0):
        raise ValueError(f"start_width must be positive, got {start_width}.")


def validated_array(array: Any) -> np.ndarray:
    """An array of the user's as NumPy: reals in float64, integers and booleans as they are.

    Raises:
        ValueError: for text, objects, complex numbers, NaN or infinities.
    """
    array = np.asarray(array)
    if array.dtype.kind in "iub":
        return array
    if array.dtype.kind != "f" and array.dtype.name != "bfloat16":
        raise ValueError(
            f"arrays must hold real numbers or integers, got {array.dtype}. Encode labels as numbers."
        )
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        raise ValueError(
            "arrays must be finite: there is NaN or infinity in the data or parameters."
        )
    return array
