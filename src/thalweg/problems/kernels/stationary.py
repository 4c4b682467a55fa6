"""Kernels of the scaled distance between two points: what they share, RBF and rational quadratic."""

import abc
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from .base import LENGTHS, Hyperparameter, Interval, Kernel, KernelDerivatives
from .registry import register


@dataclass(frozen=True)
class Stationary(Kernel):
    """A function of the scaled distance, with one length scale, or one for each input.

    Attributes:
        ard: whether every input has a length scale of its own.
        length_bounds: of every length scale, or a pair for each.
    """

    ard: bool = True
    length_bounds: Interval | tuple[Interval, ...] = LENGTHS

    @abc.abstractmethod
    def profile(
        self, squares: Float[Array, "*s"], shape_logs: Float[Array, " q"]
    ) -> Float[Array, "*s"]:
        """The covariance at squared scaled distances, for the logarithms of the shape parameters [q]."""

    def shape_parameters(self) -> tuple[Hyperparameter, ...]:
        """The q hyperparameters besides length scales."""
        return ()

    def hyperparameters(self, n_inputs: int) -> tuple[Hyperparameter, ...]:
        names = ["length scale"]
        if self.ard:
            names = [f"length scale of input {k}" for k in range(1, n_inputs + 1)]
        lengths = map(Hyperparameter, names, self._length_bounds(len(names)))
        return (*lengths, *self.shape_parameters())

    def _length_bounds(self, n_lengths: int) -> list[Interval]:
        bounds = np.asarray(self.length_bounds, dtype=np.float64)
        if bounds.shape not in ((2,), (n_lengths, 2)):
            raise ValueError(
                f"length_bounds must be one pair (lower, upper), or one for each of the {n_lengths} length "
                f"scales; got {self.length_bounds}."
            )
        return [(lower, upper) for lower, upper in np.broadcast_to(bounds, (n_lengths, 2)).tolist()]

    def covariance(
        self,
        logs: Float[Array, " p"],
        x: Float[Array, "n inputs"],
        z: Float[Array, "m inputs"],
    ) -> Float[Array, "n m"]:
        squares, shape_logs = self._squares(logs, x, z)
        return self.profile(sum(squares[1:], squares[0]), shape_logs)

    def _squares(
        self,
        logs: Float[Array, " p"],
        x: Float[Array, "n inputs"],
        z: Float[Array, "m inputs"],
    ) -> tuple[list[Float[Array, "n m"]], Float[Array, " q"]]:
        """Each length scale's share of the squared scaled distance, and the logs of shape parameters."""
        differences = [(x[:, k, None] - z[None, :, k]) ** 2 for k in range(x.shape[1])]
        if not self.ard:
            differences = [sum(differences[1:], differences[0])]
        n = len(differences)
        weights = jnp.exp(-2 * logs[:n])
        return [w * square for w, square in zip(weights, differences, strict=True)], logs[n:]

    def derivatives(
        self, logs: Float[Array, " p"], x: Float[Array, "n inputs"]
    ) -> KernelDerivatives:
        """From those of the profile in s = r² = Σ_k s_k: ∂s/∂ln l_k = −2 s_k."""
        squares, shape_logs = self._squares(logs, x, x)
        by_length = -2 * jnp.stack(squares)
        value, first, second = self._jet(sum(squares[1:], squares[0]), shape_logs)

        def contracted_hessian(weights: Float[Array, "n n"]) -> Float[Array, "p p"]:
            # One pass over the largest arrays: the curvature, the mixed terms and the slope together.
            stacked_derivatives = jnp.concatenate(
                [second[0, 0] * by_length, second[0, 1:], first[:1]]
            )
            sums = jnp.einsum("iab,jab->ij", by_length, weights * stacked_derivatives)
            k = len(by_length)
            lengthwise, mixed_hessian = sums[:, :k] - 2 * jnp.diag(sums[:, -1]), sums[:, k:-1]
            by_shape = jnp.einsum("ab,ijab->ij", weights, second[1:, 1:])
            return jnp.block([[lengthwise, mixed_hessian], [mixed_hessian.T, by_shape]])

        gradient = jnp.concatenate([first[0] * by_length, first[1:]])
        return KernelDerivatives(value, gradient, contracted_hessian)

    def _jet(
        self, squares: Float[Array, "*s"], shape_logs: Float[Array, " q"]
    ) -> tuple[Float[Array, "*s"], Float[Array, "1+q *s"], Float[Array, "1+q 1+q *s"]]:
        """The profile with its first and second derivatives in (squares, *shape_logs), elementwise."""

        # A quadrature in the profile is done once: its jet enters every derivative.
        def value(shift: Float[Array, " shifts"]) -> tuple[Array, Array]:
            out = self.profile(squares + shift[0], shape_logs + shift[1:])
            return out, out

        def slopes(shift: Float[Array, " shifts"]) -> tuple[Array, tuple[Array, Array]]:
            first, out = jax.jacfwd(value, has_aux=True)(shift)
            return first, (first, out)

        second, (first, out) = jax.jacfwd(slopes, has_aux=True)(jnp.zeros(1 + len(shape_logs)))
        return out, jnp.moveaxis(first, -1, 0), jnp.moveaxis(second, (-2, -1), (0, 1))


@register
@dataclass(frozen=True)
class RBF(Stationary):
    """exp(−r²/2): infinitely smooth."""

    name = "rbf"

    def profile(
        self, squares: Float[Array, "*s"], shape_logs: Float[Array, " q"]
    ) -> Float[Array, "*s"]:
        return jnp.exp(-0.5 * squares)


@register
@dataclass(frozen=True)
class RationalQuadratic(Stationary):
    """(1 + r²/2α)^−α: a mixture of RBFs of many length scales.

    Attributes:
        alpha_bounds: of the exponent α.
    """

    alpha_bounds: Interval = (1e-2, 1e2)
    name = "rational_quadratic"

    def shape_parameters(self) -> tuple[Hyperparameter, ...]:
        return (Hyperparameter("alpha", self.alpha_bounds),)

    def profile(
        self, squares: Float[Array, "*s"], shape_logs: Float[Array, " q"]
    ) -> Float[Array, "*s"]:
        alpha = jnp.exp(shape_logs[0])
        return jnp.exp(-alpha * jnp.log1p(squares / (2 * alpha)))
