"""What may be passed where a problem is wanted, and what to pass in place of the rest."""

from typing import Any

from .capabilities import OnLandscape
from .problem import Problem

_REMEDIES = {
    "gpytorch": "tw.problems.from_gpytorch(model).problem",
    "torch": "tw.problems.from_torch(module, loss, (inputs, targets))",
    "equinox": "tw.problems.from_equinox(model, loss, (inputs, targets))",
    "flax": "tw.problems.from_flax(model, loss, (inputs, targets))",
    "sklearn.gaussian_process": "tw.problems.from_sklearn(model).problem",
    "sklearn.neural_network": "tw.problems.from_sklearn_network(model, x, y)",
    "sklearn": "a loss and its gradient: tw.problems.from_numpy(function, x0)",
}
"""By the package, or the beginning of the module, of a model's class or of one of its bases."""


def as_problem(value: Any) -> Problem:
    """The problem that `value` is, or on whose landscape it is a point.

    Raises:
        TypeError: for anything else; the message says what to pass.
    """
    if isinstance(value, Problem):
        return value
    if isinstance(value, OnLandscape) and isinstance(value.problem, Problem):
        return value.problem
    is_class = isinstance(value, type)
    got = f"the class {value.__name__}" if is_class else f"a {type(value).__name__}"
    raise TypeError(f"problem must be a problem, got {got}. Pass {_remedy(value)}.")


def _remedy(value: Any) -> str:
    if isinstance(value, type):
        return "an object made of it"
    modules = [base.__module__ + "." for base in type(value).__mro__]
    for package, remedy in _REMEDIES.items():
        if any(module.startswith(package + ".") for module in modules):
            return remedy
    if isinstance(getattr(value, "problem", None), Problem):
        return "its `problem`"
    if callable(value):
        return (
            "tw.problems.Function(function, dimension=…) for a function of JAX operations, or "
            "tw.problems.from_numpy(function, x0)"
        )
    return "one of tw.problems"
