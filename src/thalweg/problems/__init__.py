"""What is minimised: one problem per file; nothing here knows of searching."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from . import losses
from .atomic_clusters.lennard_jones import LennardJones
from .family import CoordinateFamily, OneParameterFamily, ParameterFamily
from .fixed_coordinate import FixedCoordinate
from .functions import Function, double_well, muller_brown, schwefel
from .gaussian_processes.from_fitted import FittedProcess, from_gpytorch, from_sklearn
from .gaussian_processes.gaussian_process import GaussianProcess
from .kmeans.kmeans import KMeans
from .neural_networks.activations import Activation
from .neural_networks.network import NeuralNetwork
from .neural_networks.symmetry import HiddenUnitSymmetry
from .problem import Problem, Reduction
from .symmetry import Symmetry
from .user_models.from_equinox import from_equinox
from .user_models.from_flax import from_flax
from .user_models.from_jax import from_jax
from .user_models.from_numpy import from_numpy
from .user_models.from_sklearn_network import from_sklearn_network
from .user_models.from_torch import from_torch
from .user_models.host_model import HostModel
from .user_models.jax_model import JaxModel
from .user_models.user_model import UserModel

__all__ = [
    "Activation",
    "CoordinateFamily",
    "FittedProcess",
    "FixedCoordinate",
    "Function",
    "GaussianProcess",
    "HiddenUnitSymmetry",
    "HostModel",
    "JaxModel",
    "KMeans",
    "LennardJones",
    "NeuralNetwork",
    "OneParameterFamily",
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
