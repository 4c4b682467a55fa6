"""What is minimised: one problem per file; nothing here knows of searching."""

from typing import TYPE_CHECKING

from ..lazy_names import open_lazily
from . import kernels, losses, means
from .atomic_clusters.lennard_jones import LennardJones
from .derivative_enclosure import DerivativeEnclosure
from .family import CoordinateFamily, OneParameterFamily, ParameterFamily
from .fixed_coordinate import FixedCoordinate
from .functions import Function, double_well, muller_brown, schwefel
from .gaussian_processes.fitted_process import FittedProcess
from .gaussian_processes.from_gpytorch import from_gpytorch
from .gaussian_processes.gaussian_process import GaussianProcess
from .gaussian_processes.likelihood_terms import (
    LikelihoodTerms,
    long_length_terms,
    short_length_terms,
)
from .kmeans.kmeans import KMeans
from .neural_networks.activations import Activation
from .neural_networks.network import NeuralNetwork
from .neural_networks.symmetry import HiddenUnitSymmetry
from .output_kind import OutputKind
from .predictions import ClassPrediction, class_prediction, class_probabilities, predicted_values
from .problem import Problem, Reduction
from .registry import from_record, register
from .symmetry import Symmetry
from .user_models.from_equinox import from_equinox
from .user_models.from_flax import from_flax
from .user_models.from_jax import from_jax
from .user_models.from_numpy import from_numpy
from .user_models.from_torch import from_torch
from .user_models.host_model import HostModel
from .user_models.jax_model import JaxModel
from .user_models.rows import over_rows
from .user_models.user_model import UserModel

# scikit-learn takes as long to import as all the rest: only who reads its models waits for it.
if TYPE_CHECKING:
    from .gaussian_processes.from_sklearn import from_sklearn
    from .user_models.from_sklearn_network import from_sklearn_network

__all__ = [
    "Activation",
    "ClassPrediction",
    "CoordinateFamily",
    "DerivativeEnclosure",
    "FittedProcess",
    "FixedCoordinate",
    "Function",
    "GaussianProcess",
    "HiddenUnitSymmetry",
    "HostModel",
    "JaxModel",
    "KMeans",
    "LennardJones",
    "LikelihoodTerms",
    "NeuralNetwork",
    "OneParameterFamily",
    "OutputKind",
    "ParameterFamily",
    "Problem",
    "Reduction",
    "Symmetry",
    "UserModel",
    "class_prediction",
    "class_probabilities",
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
    "kernels",
    "long_length_terms",
    "losses",
    "means",
    "muller_brown",
    "over_rows",
    "predicted_values",
    "register",
    "schwefel",
    "short_length_terms",
]

open_lazily(__name__)
