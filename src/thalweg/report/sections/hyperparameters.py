"""Hyperparameters of the lowest minima of a marginal likelihood, and what the data leave open."""

from typing import Any

import numpy as np

from ... import analysis
from ...problems.capabilities import HasHyperparameters
from ..section import ReportContext, Section, template_beside

_MOST_ROWS = 10
_STARTS = 64
"""Quenches that look for best points at the bounds."""


def _has_hyperparameters(context: ReportContext) -> bool:
    return isinstance(context.problem, HasHyperparameters)


def _build(context: ReportContext) -> dict[str, Any]:
    problem: Any = context.problem
    network = context.network
    lowest = [int(i) for i in np.argsort(network.losses)[:_MOST_ROWS]]
    flat = analysis.flat_directions(network, problem)
    return {
        "names": [one.name for one in problem.hyperparameters],
        "rows": [
            {
                "minimum": i,
                "loss": network.losses[i],
                "numbers": np.exp(network.coordinates[i]),
            }
            for i in lowest
        ],
        "flat": [direction for direction in flat if direction.minimum in lowest],
        "at_bounds": analysis.bound_optima(problem, starts=_STARTS)[:_MOST_ROWS],
        "starts": _STARTS,
    }


HYPERPARAMETERS = Section(
    "Hyperparameters",
    template_beside(__package__, "hyperparameters.html"),
    _build,
    condition=_has_hyperparameters,
)
