"""The prediction of a Gaussian process over one input."""

from typing import Protocol, runtime_checkable

import numpy as np

from ...problems.capabilities import PredictsInEnsembles
from .section import Section, Subject

_POINTS = 160


@runtime_checkable
class _OverInputs(PredictsInEnsembles, Protocol):
    """A problem that predicts from observations at known inputs."""

    @property
    def inputs(self) -> np.ndarray:
        """Inputs of the observations [n inputs]."""


def prediction(subject: Subject) -> Section | None:
    """Mean and two standard deviations, and what was observed."""
    problem = subject.problem
    if not subject.is_single or not isinstance(problem, _OverInputs):
        return None
    inputs = np.asarray(problem.inputs)
    if inputs.ndim != 2 or inputs.shape[1] != 1:
        return None
    margin = 0.05 * float(np.ptp(inputs))
    x = np.linspace(inputs.min() - margin, inputs.max() + margin, _POINTS)
    posterior = problem.posterior(subject.points[0].coordinates, x[:, None])
    values = {
        "x": x,
        "mean": posterior.mean,
        "deviation": np.sqrt(posterior.variance + posterior.noise),
        "observed": np.stack([inputs[:, 0], np.asarray(problem.observations)], axis=1),
    }
    return Section("Prediction", "prediction", values, "Band: two standard deviations, with noise.")
