"""Losses that JAX cannot see into, computed outside of it and called back: slower, but any code will do."""

import abc
from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from .symmetry_detection import Parameter
from .user_model import Origin, UserModel, checked, checked_numbers

_STEP = float(np.finfo(np.float64).eps ** (1 / 3))
"""Step of central differences of a gradient, in units of 1 + |x|: their error is least about here."""


class Host(abc.ABC):
    """A loss with its derivatives, for several points at once, in NumPy."""

    @abc.abstractmethod
    def evaluate(
        self, x: Float[np.ndarray, "points d"]
    ) -> tuple[Float[np.ndarray, " points"], Float[np.ndarray, "points d"]]:
        """Losses [points] and gradients [points d]."""

    def hessians(self, x: Float[np.ndarray, "points d"]) -> Float[np.ndarray, "points d d"]:
        """Hessians [points d d]; by central differences of gradients, good to about 1e-9, by default."""
        return np.stack([self._differences(point) for point in x])

    def products(
        self, x: Float[np.ndarray, "points d"], v: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, "points d"]:
        """Hessian-vector products [points d]; by central differences along `v` by default."""
        length = np.linalg.norm(v, axis=1, keepdims=True)
        way = v / np.maximum(length, 1e-300)
        step = _STEP * (1 + np.linalg.norm(x, axis=1, keepdims=True))
        after, before = self.evaluate(x + step * way)[1], self.evaluate(x - step * way)[1]
        return length * (after - before) / (2 * step)

    def _differences(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, "d d"]:
        steps = _STEP * (1 + np.abs(x))
        after, before = (self.evaluate(x + np.diag(s * steps))[1] for s in (1.0, -1.0))
        rows = (after - before) / (2 * steps[:, None])
        return 0.5 * (rows + rows.T)


class HostModel(UserModel):
    """A loss that is computed by a `Host`; every evaluation leaves the compiled search and comes back.

    Attributes:
        host: computes the loss without the penalty.
        predictor: outputs of the model from its arrays and inputs; None if there is no model.
    """

    host: Host = eqx.field(static=True, kw_only=True)
    predictor: Callable[[list[np.ndarray], Any], Any] | None = eqx.field(static=True, kw_only=True)

    def model_loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        @jax.custom_jvp
        def loss(x: Float[Array, " d"]) -> Float[Array, ""]:
            return self._evaluate(x)[0]

        @loss.defjvp
        def tangent(at: tuple[Array], way: tuple[Array]) -> tuple[Array, Array]:
            value, gradient = self._evaluate(at[0])
            return value, gradient @ way[0]

        return loss(x)

    def value_and_gradient(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"]]:
        value, gradient = self._evaluate(x)
        return value + self.l2 * jnp.sum(x * x), gradient + 2 * self.l2 * x

    def value_gradient_hessian(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"], Float[Array, "d d"]]:
        d = self.dimension
        (hessian,) = self._call(self.host.hessians, ((d, d),), x)
        return *self.value_and_gradient(x), hessian + 2 * self.l2 * jnp.eye(d)

    def hessian_vector(self, x: Float[Array, " d"], v: Float[Array, " d"]) -> Float[Array, " d"]:
        (product,) = self._call(self.host.products, ((self.dimension,),), x, v)
        return product + 2 * self.l2 * v

    def gradient_and_products(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, " d"], Callable[[Float[Array, " d"]], Float[Array, " d"]]]:
        return self.value_and_gradient(x)[1], lambda v: self.hessian_vector(x, v)

    def predict(self, x: Float[np.ndarray | Array, " d"], inputs: Any) -> Any:
        """Outputs of the user's model with the parameters `x` [d] for `inputs`.

        Raises:
            NotImplementedError: if the problem was made from a loss, not from a model.
        """
        if self.predictor is None:
            raise NotImplementedError("this problem was made from a loss; it knows no predictions.")
        return self.predictor(self.origin.split(np.asarray(x, dtype=np.float64)), inputs)

    def _evaluate(self, x: Float[Array, " d"]) -> tuple[Float[Array, ""], Float[Array, " d"]]:
        value, gradient = self._call(self.host.evaluate, ((), (self.dimension,)), x)
        return value, gradient

    def _call(
        self,
        function: Callable[..., Any],
        shapes: tuple[tuple[int, ...], ...],
        *arguments: Float[Array, " d"],
    ) -> tuple[Array, ...]:
        """Call the host with all points of a batch at once.

        Callbacks run on threads that know nothing of float64 and would narrow what passes through them,
        so numbers go in and out as bytes.
        """
        d = self.dimension

        def on_bytes(*arrays: Any) -> tuple[np.ndarray, ...]:
            points = [np.asarray(a).view(np.float64)[..., 0] for a in arrays]
            found = function(*(p.reshape(-1, d) for p in points))
            found = found if isinstance(found, tuple) else (found,)
            batch = points[0].shape[:-1]
            whole = [
                np.ascontiguousarray(a, dtype=np.float64).reshape((*batch, *shape, 1))
                for a, shape in zip(found, shapes, strict=True)
            ]
            return tuple(a.view(np.uint8) for a in whole)

        found = jax.pure_callback(
            on_bytes,
            tuple(jax.ShapeDtypeStruct((*shape, 8), jnp.uint8) for shape in shapes),
            *(jax.lax.bitcast_convert_type(a, jnp.uint8) for a in arguments),
            vmap_method="broadcast_all",
        )
        return tuple(jax.lax.bitcast_convert_type(a, jnp.float64) for a in found)


def from_numpy(
    function: Callable[[np.ndarray], tuple[Any, Any]],
    x0: Float[np.ndarray, " d"],
    *,
    hessian: Callable[[np.ndarray], np.ndarray] | None = None,
    l2: float = 0.0,
    start_width: float = 1.0,
    name: str | None = None,
) -> HostModel:
    """The landscape of a loss in plain NumPy, or in any code that Python can call.

    The search calls back to Python for every evaluation, one point after the other: expect it to be
    slower by an order of magnitude or two than a loss written in JAX.

    Args:
        function: `function(x)` for a vector [d] gives the loss and its gradient [d], in double precision.
        x0: some point [d]; it sets d, and is the problem's `initial`.
        hessian: `hessian(x)` gives the Hessian [d d]; central differences of the gradient if None (2d
            gradients, good to about 1e-9: enough to converge and to count negative eigenvalues).
        l2: weight of a squared norm that is added.
        start_width: standard deviation of the normal random starts.
        name: for people; the function's own name by default.

    Raises:
        ValueError: if the function does not return a finite number and a gradient of the right shape, if
            the gradient does not fit the loss, or the loss does not repeat itself.
    """
    checked_numbers(l2, start_width)
    label = name or str(getattr(function, "__name__", "function"))
    x0 = np.array(x0, dtype=np.float64)
    if x0.ndim != 1 or not len(x0) or not np.isfinite(x0).all():
        raise ValueError(f"x0 must be a vector of finite numbers, got shape {x0.shape}.")
    _check_returned(function, hessian, x0, label)
    origin = Origin(
        "numpy", label, (Parameter("x", x0.shape),), rebuild=lambda arrays: arrays[0].copy()
    )
    problem = HostModel(
        initial=x0,
        l2=np.asarray(l2, dtype=np.float64),
        origin=origin,
        start_width=float(start_width),
        host=_NumpyHost(function, hessian),
        predictor=None,
    )
    return checked(problem)


class _NumpyHost(Host):
    def __init__(
        self,
        function: Callable[[np.ndarray], tuple[Any, Any]],
        hessian: Callable[[np.ndarray], np.ndarray] | None,
    ) -> None:
        self._function, self._hessian = function, hessian

    def evaluate(
        self, x: Float[np.ndarray, "points d"]
    ) -> tuple[Float[np.ndarray, " points"], Float[np.ndarray, "points d"]]:
        # A copy of each point: the function may write into its argument.
        found = [self._function(point.copy()) for point in x]
        values = np.array([float(np.asarray(v).reshape(())) for v, _ in found])
        return values, np.array([np.asarray(g, dtype=np.float64) for _, g in found])

    def hessians(self, x: Float[np.ndarray, "points d"]) -> Float[np.ndarray, "points d d"]:
        if self._hessian is None:
            return super().hessians(x)
        return np.array([np.asarray(self._hessian(p.copy()), dtype=np.float64) for p in x])


def _check_returned(
    function: Callable[[np.ndarray], Any],
    hessian: Callable[[np.ndarray], Any] | None,
    x0: Float[np.ndarray, " d"],
    label: str,
) -> None:
    try:
        value, gradient = function(x0.copy())
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{label} must return a pair (loss, gradient) for a vector of {len(x0)} numbers: {error}"
        ) from error
    if np.size(value) != 1 or np.shape(gradient) != x0.shape:
        raise ValueError(
            f"{label} must return one number and a gradient of shape {x0.shape}, got shapes "
            f"{np.shape(value)} and {np.shape(gradient)}."
        )
    if np.asarray(gradient).dtype != np.float64:
        raise ValueError(
            f"{label} returns a gradient in {np.asarray(gradient).dtype}; calculate in float64, no other "
            "reaches an RMS gradient of 1e-10."
        )
    if hessian is not None and np.shape(hessian(x0.copy())) != (len(x0), len(x0)):
        raise ValueError(f"the Hessian of {label} must have shape {(len(x0), len(x0))}.")
