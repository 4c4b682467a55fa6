"""Sums and products of kernels."""

import abc
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import jax.numpy as jnp
from jax.scipy.linalg import block_diag
from jaxtyping import Array, Float

from .base import Hyperparameter, Kernel, KernelDerivatives
from .registry import register


@dataclass(frozen=True)
class _Pair(Kernel):
    """Two kernels, whose hyperparameters stand one after the other."""

    left: Kernel
    right: Kernel

    @staticmethod
    @abc.abstractmethod
    def join(left: Array, right: Array) -> Array:
        """The covariance of the pair from those of its members."""

    def hyperparameters(self, n_inputs: int) -> tuple[Hyperparameter, ...]:
        return self.left.hyperparameters(n_inputs) + self.right.hyperparameters(n_inputs)

    def covariance(
        self,
        logs: Float[Array, " p"],
        x: Float[Array, "n inputs"],
        z: Float[Array, "m inputs"],
    ) -> Float[Array, "n m"]:
        n = len(self.left.hyperparameters(x.shape[1]))
        left = self.left.covariance(logs[:n], x, z)
        return self.join(left, self.right.covariance(logs[n:], x, z))

    def _members_derivatives(
        self, logs: Float[Array, " p"], x: Float[Array, "n inputs"]
    ) -> tuple[KernelDerivatives, KernelDerivatives]:
        n = len(self.left.hyperparameters(x.shape[1]))
        return self.left.derivatives(logs[:n], x), self.right.derivatives(logs[n:], x)

    def free_smoothness(self) -> Kernel:
        return type(self)(self.left.free_smoothness(), self.right.free_smoothness())

    def parts(self) -> Iterator[Kernel]:
        return itertools.chain(self.left.parts(), self.right.parts())


@register
@dataclass(frozen=True)
class Sum(_Pair):
    """The sum of two kernels."""

    name = "sum"

    @staticmethod
    def join(left: Array, right: Array) -> Array:
        return left + right

    def derivatives(
        self, logs: Float[Array, " p"], x: Float[Array, "n inputs"]
    ) -> KernelDerivatives:
        left, right = self._members_derivatives(logs, x)
        return KernelDerivatives(
            left.covariance + right.covariance,
            jnp.concatenate([left.gradient, right.gradient]),
            lambda weights: block_diag(
                left.contracted_hessian(weights), right.contracted_hessian(weights)
            ),
        )


@register
@dataclass(frozen=True)
class Product(_Pair):
    """The product of two kernels."""

    name = "product"

    @staticmethod
    def join(left: Array, right: Array) -> Array:
        return left * right

    def derivatives(
        self, logs: Float[Array, " p"], x: Float[Array, "n inputs"]
    ) -> KernelDerivatives:
        left, right = self._members_derivatives(logs, x)

        def contracted_hessian(weights: Float[Array, "n n"]) -> Float[Array, "p p"]:
            mixed = jnp.einsum("iab,jab->ij", left.gradient, weights * right.gradient)
            return jnp.block(
                [
                    [left.contracted_hessian(weights * right.covariance), mixed],
                    [mixed.T, right.contracted_hessian(weights * left.covariance)],
                ]
            )

        return KernelDerivatives(
            left.covariance * right.covariance,
            jnp.concatenate([left.gradient * right.covariance, left.covariance * right.gradient]),
            contracted_hessian,
            left.has_scale,
        )
