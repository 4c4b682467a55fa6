"""The derivatives that proofs are about: those of the loss, whatever a problem states for them."""

from collections.abc import Callable
from typing import Any

import jax

from ..problems.own_word import DERIVATIVES, is_own_word
from ..problems.problem import Problem
from .own_derivatives import with_own_derivatives


def derivatives_of(problem: Problem) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Loss and gradient, and these with the Hessian, as functions of a point [d].

    Those of the problem where they are known to be the derivatives of its loss, to the last bit of every
    constant; else the loss is differentiated, without any rule that it states.

    Raises:
        Unprovable: if the loss has a part without an enclosure; the message names it.
    """
    if is_own_word(problem, "has_true_derivatives", DERIVATIVES):
        return problem.value_and_gradient, problem.value_gradient_hessian
    loss = with_own_derivatives(problem.loss, problem.dimension)

    def value_and_gradient(x: Any) -> Any:
        return jax.value_and_grad(loss)(x)

    def value_gradient_hessian(x: Any) -> Any:
        return (*value_and_gradient(x), jax.hessian(loss)(x))

    return value_and_gradient, value_gradient_hessian
