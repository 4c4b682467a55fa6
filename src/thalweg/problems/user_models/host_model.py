"""A loss that JAX cannot trace, computed by callbacks to any code on the host: slower."""

import abc
from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ...precision import call_on_host
from .user_model import UserModel

_STEP = float(np.finfo(np.float64).eps ** (1 / 3))
"""Step of central differences of a gradient, in units of 1 + |x|: their error is least about here."""

CALL = 3e5
"""Operations that fit into the time of a call that does nothing."""


class Host(abc.ABC):
    """A loss with its derivatives, for several points at once, in NumPy."""

    @abc.abstractmethod
    def evaluate(
        self, x: Float[np.ndarray, "points d"]
    ) -> tuple[Float[np.ndarray, " points"], Float[np.ndarray, "points d"]]:
        """Losses [points] and gradients [points d]."""

    @property
    def loss_operations(self) -> float:
        """Operations that one loss takes, about: by it searches choose how much they do at once."""
        return CALL

    def hessians(self, x: Float[np.ndarray, "points d"]) -> Float[np.ndarray, "points d d"]:
        """Hessians [points d d]; by central differences of gradients, good to about 1e-9, by default."""
        return np.stack([self._differences(point) for point in x])

    def products(
        self, x: Float[np.ndarray, "points d"], v: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, "points d"]:
        """Hessian-vector products [points d]; by central differences along `v` by default."""
        length = np.linalg.norm(v, axis=1, keepdims=True)
        direction = v / np.maximum(length, 1e-300)
        step = _STEP * (1 + np.linalg.norm(x, axis=1, keepdims=True))
        after = self.evaluate(x + step * direction)[1]
        before = self.evaluate(x - step * direction)[1]
        return np.asarray(length * (after - before) / (2 * step))

    def _differences(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, "d d"]:
        steps = _STEP * (1 + np.abs(x))
        after, before = (self.evaluate(x + np.diag(s * steps))[1] for s in (1.0, -1.0))
        rows = (after - before) / (2 * steps[:, None])
        return np.asarray(0.5 * (rows + rows.T))


class HostModel(UserModel):
    """A loss that is computed by a `Host`; every evaluation leaves the compiled search and comes back.

    Attributes:
        host: computes the loss without the penalty.
    """

    host: Host = eqx.field(static=True, kw_only=True)

    @property
    def known_loss_operations(self) -> float:
        return self.host.loss_operations

    def model_loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        @jax.custom_jvp
        def loss(x: Float[Array, " d"]) -> Float[Array, ""]:
            return self._evaluate(x)[0]

        @loss.defjvp
        def derivative(primals: tuple[Array], tangents: tuple[Array]) -> tuple[Array, Array]:
            value, gradient = self._evaluate(primals[0])
            return value, gradient @ tangents[0]

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

    def _evaluate(self, x: Float[Array, " d"]) -> tuple[Float[Array, ""], Float[Array, " d"]]:
        value, gradient = self._call(self.host.evaluate, ((), (self.dimension,)), x)
        return value, gradient

    def _call(
        self,
        function: Callable[..., Any],
        shapes: tuple[tuple[int, ...], ...],
        *arguments: Float[Array, " d"],
    ) -> tuple[Array, ...]:
        """Call the host with all points of a batch at once."""
        d = self.dimension

        def of_batch(*points: np.ndarray) -> list[np.ndarray]:
            results = function(*(p.reshape(-1, d) for p in points))
            results = results if isinstance(results, tuple) else (results,)
            batch = points[0].shape[:-1]
            pairs = zip(results, shapes, strict=True)
            return [np.asarray(a).reshape((*batch, *shape)) for a, shape in pairs]

        return call_on_host(of_batch, shapes, *arguments, vmap_method="broadcast_all")
