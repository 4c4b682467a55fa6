"""A Gaussian process fitted elsewhere as a point of a landscape, and the test that it is the same model."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import jax
import numpy as np
from jaxtyping import Float

from ...precision import with_float64
from ..kernels.base import Interval, Kernel
from ..kernels.restricted import WithFixed
from .gaussian_process import GaussianProcess
from .prediction import GaussianProcessPrediction
from .priors import Prior

_POINTS = 20
"""Random points at which the two losses are compared."""
_TOLERANCE = 1e-8
"""Of their differences, in nats; the rounding error of an ill-conditioned covariance is added."""
_AT_BOUND = 1e-6
"""Distance from a bound, in e-folds, within which a fit leans on it: a softplus never reaches its own."""


@dataclass(frozen=True, eq=False)
class FittedProcess:
    """A fitted model as a problem, and the position of the fit on its landscape.

    Attributes:
        problem: minus the logarithm of what the model's own fit maximises, over what it leaves free.
        fitted: logarithms of the fitted hyperparameters [d].
        gradient: of the loss at `fitted`, zero where it only pushes against a bound [d]. A fit has converged
            if it is small; scikit-learn's and GPyTorch's often stop before.
    """

    problem: GaussianProcess
    fitted: Float[np.ndarray, " d"]
    gradient: Float[np.ndarray, " d"]

    def posterior(self, inputs: Float[np.ndarray, "M inputs"]) -> GaussianProcessPrediction:
        """What the fitted model predicts at `inputs` [M inputs], in the units of its observations."""
        return self.problem.posterior(self.fitted, inputs)


@dataclass(frozen=True, eq=False)
class Group:
    """Hyperparameters that the other library keeps in one place.

    Attributes:
        values: those of the fit, in natural units.
        assign: puts other values there, into a copy of the model.
        is_fixed: whether the fit left them alone.
        prior: of each of them.
    """

    values: tuple[float, ...]
    assign: Callable[[Sequence[float]], None]
    is_fixed: bool = False
    prior: Prior | None = None


@dataclass(frozen=True, eq=False)
class Part:
    """A kernel of ours with the groups that hold its free hyperparameters, in its order."""

    kernel: Kernel
    groups: tuple[Group, ...]

    def joined(self, other: "Part", kernel: Kernel) -> "Part":
        """The part of a `kernel` that is made of the two."""
        return Part(kernel, self.groups + other.groups)


def leaf(kernel: Kernel, n_inputs: int, groups: Iterable[Group]) -> Part:
    """`kernel`, of which `groups` hold all hyperparameters in its order; fixed ones are held."""
    groups = tuple(groups)
    names = iter(kernel.hyperparameters(n_inputs))
    of_groups = [(group, [next(names).name for _ in group.values]) for group in groups]
    values = {
        name: value
        for group, its_names in of_groups
        if group.is_fixed
        for name, value in zip(its_names, group.values, strict=True)
    }
    free = tuple(group for group in groups if not group.is_fixed)
    return Part(WithFixed(kernel, values) if values else kernel, free)


def free_groups(part: Part, noise: Group | None) -> list[Group]:
    """The groups that make the landscape's coordinates, in its order: the kernel's, then the noise.

    Raises:
        ValueError: if there is none.
    """
    groups = [*part.groups, *([] if noise is None or noise.is_fixed else [noise])]
    if not groups:
        raise ValueError("every hyperparameter of the model is fixed; leave at least one free.")
    return groups


def with_fixed_noise(
    known_noise: Float[np.ndarray, "*n"], noise: Group | None
) -> Float[np.ndarray, "*n"]:
    """The variance that is known beforehand, with the noise where the fit left that alone."""
    if noise is None or not noise.is_fixed:
        return known_noise
    return np.asarray(known_noise + noise.values[0])


@with_float64
def fitted_process(
    problem: GaussianProcess, groups: Sequence[Group], their_loss: Callable[[], float], model: str
) -> FittedProcess:
    """The model with `groups` of hyperparameters as a point of `problem`, if the two have the same loss.

    Args:
        problem: over the free hyperparameters.
        groups: that hold them, in the order of the problem.
        their_loss: the own loss of a copy of the model, with what the groups have been assigned; at first
            the fit.
        model: the words for it in a message.

    Raises:
        ValueError: if the losses differ by more than a constant.
    """
    fitted = np.log([value for group in groups for value in group.values])
    _require_same_loss(problem, groups, their_loss, fitted, model)
    gradient = np.array(jax.jit(lambda p, x: p.value_and_gradient(x)[1])(problem, fitted))
    bounds = problem.bounds
    if bounds is not None:
        pushes_out = ((fitted <= bounds[0] + _AT_BOUND) & (gradient > 0)) | (
            (fitted >= bounds[1] - _AT_BOUND) & (gradient < 0)
        )
        gradient[pushes_out] = 0.0
    return FittedProcess(problem, fitted, gradient)


def _require_same_loss(
    problem: GaussianProcess,
    groups: Sequence[Group],
    their_loss: Callable[[], float],
    fitted: Float[np.ndarray, " d"],
    model: str,
) -> None:
    rng = np.random.default_rng(0)
    # A hair inside: the other library refuses a bound that exp(log(bound)) misses by its last digit.
    lower, upper = np.asarray(problem.lower) + 1e-9, np.asarray(problem.upper) - 1e-9
    # Within an e-fold of the fit: far from it a covariance is often singular, and says nothing.
    points = np.clip(fitted + rng.uniform(-1, 1, size=(_POINTS, len(fitted))), lower, upper)
    evaluate = jax.jit(lambda p, x: (p.loss(x), p.gradient_noise(x)))
    differences, rounding = [], []
    for k, x in enumerate([fitted, *points]):
        if k > 0:
            _assign(groups, np.exp(x))
        theirs = their_loss()
        ours, noise = (float(v) for v in evaluate(problem, x))
        if np.isfinite(theirs) and np.isfinite(ours):
            differences.append(ours - theirs)
            rounding.append(noise)
    if len(differences) < 2:
        raise ValueError(
            f"the loss of {model} is not finite around the fit; raise its noise, or remove repeated rows."
        )
    excess = np.abs(np.array(differences) - differences[0]) - np.array(rounding) - rounding[0]
    if excess.max() > _TOLERANCE * max(1.0, abs(differences[0])):
        raise ValueError(
            f"{model} is another model than the landscape that was made of it: their losses differ by up to "
            f"{excess.max():.3g} nats between {_POINTS} points near the fit. A part of it is not known "
            "here; write its loss with from_numpy or from_jax."
        )


def _assign(groups: Sequence[Group], values: Float[np.ndarray, " d"]) -> None:
    remaining = iter(values.tolist())
    for group in groups:
        group.assign([next(remaining) for _ in group.values])


def bounds_around(bounds: Interval, *values: float) -> Interval:
    """The bounds, widened where needed so that these values lie between them."""
    return min(bounds[0], *values), max(bounds[1], *values)
