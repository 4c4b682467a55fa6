"""A problem that is another one in other coordinates or units, and says of itself what that one says."""

from jaxtyping import Array, Float

from .problem import Problem


class ForwardingProblem(Problem):
    """`problem`, changed in what a subclass says; what no such change touches is asked of it.

    A subclass gives the duties and `value_gradient_hessian_noise`.

    Attributes:
        problem: what is asked.
    """

    problem: Problem

    def value_gradient_hessian(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"], Float[Array, "d d"]]:
        return self.value_gradient_hessian_noise(x)[:3]

    @property
    def length_scale(self) -> float:
        return self.problem.length_scale

    @property
    def has_cheap_hessian(self) -> bool:
        return self.problem.has_cheap_hessian

    @property
    def walkers_per_chunk(self) -> int:
        return self.problem.walkers_per_chunk

    @property
    def known_loss_operations(self) -> float | None:
        return self.problem.known_loss_operations
