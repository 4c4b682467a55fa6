"""What is minimised: one problem per file; nothing here knows of searching."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from . import losses
from .clusters import LennardJones
from .family import CoordinateFamily, Family, ParameterFamily
from .fitted_process import FittedProcess, from_gpytorch, from_sklearn
from .functions import Function, double_well, muller_brown, schwefel
from .gaussian_process import GaussianProcess
from .held import Held
from .host_model import HostModel, from_numpy
from .interop import UserModel, from_torch
from .jax_model import JaxModel, from_equinox, from_flax, from_jax
from .kmeans import KMeans
from .neural import NeuralNetwork
from .problem import Problem, Reduction
from .sklearn_network import from_sklearn_network
from .symmetry import HiddenUnitSymmetry, Symmetry

__all__ = [
    "CoordinateFamily",
    "Family",
    "FittedProcess",
    "Function",
    "GaussianProcess",
    "Held",
    "HiddenUnitSymmetry",
    "HostModel",
    "JaxModel",
    "KMeans",
    "LennardJones",
    "NeuralNetwork",
    "ParameterFamily",
    "Problem",
    "Reduction",
    "Symmetry",
    "UserModel",
    "double_well",
    "from_equinox",
    "from_flax",
    "from_gpytorch",
    "from_jax",
    "from_numpy",
    "from_record",
    "from_sklearn",
    "from_sklearn_network",
    "from_torch",
    "losses",
    "muller_brown",
    "schwefel",
]

_KINDS: dict[str, type[Problem]] = {
    kind.kind: kind for kind in (NeuralNetwork, Function, GaussianProcess, LennardJones, KMeans)
}


def from_record(kind: str, choices: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Problem:
    """Rebuild a stored problem of a built-in kind.

    Raises:
        NotImplementedError: if problems of this kind cannot be rebuilt from a record.
    """
    if kind not in _KINDS:
        raise NotImplementedError(f"a problem of kind {kind!r} has to be passed in again")
    return _KINDS[kind].from_record(choices, arrays)
