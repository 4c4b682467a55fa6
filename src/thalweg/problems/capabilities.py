"""Protocols for what some problems can do besides having a loss.

No module asks for the class of a problem; it asks for one of these.
"""

import enum
from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Array, Float, Int

from .output_kind import OutputKind


class Prediction(enum.Enum):
    """What the parameters of a problem predict for inputs."""

    CLASS_PROBABILITIES = "class probabilities"
    VALUES = "values"
    DISTRIBUTION = "a distribution of values"
    CLUSTERS = "clusters"


@runtime_checkable
class OnLandscape(Protocol):
    """A model that is one point on the landscape of a problem."""

    @property
    def problem(self) -> Any:
        """The problem."""

    @property
    def fitted(self) -> Float[np.ndarray, " d"]:
        """The point [d]."""


@runtime_checkable
class HasOutputs(Protocol):
    """A problem that may have a model, whose outputs it gives and can say what they are.

    Nobody reads the outputs but `predictions`, which knows what each kind stands for.
    """

    @property
    def name(self) -> str:
        """One line for people."""

    @property
    def output_kind(self) -> OutputKind | None:
        """What the outputs are; None if there are none, or it is not known."""

    def require_output_kind(self) -> OutputKind:
        """`output_kind`, or a ValueError that says why there is none and what to do."""

    def outputs(self, x: Float[np.ndarray, " d"], inputs: Any) -> np.ndarray:
        """What the model with parameters `x` [d] gives for `inputs`, one row a point."""


@runtime_checkable
class Layered(Protocol):
    """A problem whose parameters are the matrices of a network's layers."""

    def layers(self, x: Any) -> Sequence[Any]:
        """The matrices [units, inputs + 1] of all layers, biases last, of the parameters `x` [d]."""


@runtime_checkable
class TrainedOnRows(Protocol):
    """A problem over rows of data with targets, which it can show."""

    @property
    def training_inputs(self) -> Float[np.ndarray, "N inputs"]:
        """Inputs of the rows [N inputs]."""

    @property
    def training_targets(self) -> np.ndarray:
        """Targets of the rows: numbers of classes [N], or values."""


@runtime_checkable
class SurrogateOfAUC(TrainedOnRows, Protocol):
    """A problem whose loss may be a surrogate of the area under the ROC curve on its rows."""

    def auc_of_loss(self, values: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"] | None:
        """The area that values of the loss without penalty [n] stand for; None if they stand for none."""

    def penalty(self, x: Float[np.ndarray, " d"]) -> float:
        """The part of the loss at `x` [d] that is a penalty."""


@runtime_checkable
class Resamplable(Protocol):
    """A problem over rows of data, which can be replaced by other rows."""

    @property
    def n_rows(self) -> int:
        """Number of rows of the data."""

    def with_rows(self, rows: Int[np.ndarray | Array, " N"]) -> Any:
        """The same problem over these rows [N] of its data; a row may occur more than once.

        The rows may be traced by JAX. Where the loss is a mean over rows, the gradient over rows that are
        drawn uniformly is that of the whole loss on average.
        """


@runtime_checkable
class PredictiveDistribution(Protocol):
    """Normal distributions of what is observed at some points."""

    @property
    def mean(self) -> Float[np.ndarray, " M"]:
        """Means [M]."""

    @property
    def variance(self) -> Float[np.ndarray, " M"]:
        """Variances of the function, without the noise of an observation [M]."""

    @property
    def noise(self) -> float:
        """Variance of that noise."""

    def log_density(self, targets: Float[np.ndarray, " M"]) -> Float[np.ndarray, " M"]:
        """ln p(y) of observations [M], noise included."""


@runtime_checkable
class PredictsDistribution(Protocol):
    """A problem whose parameters give a distribution of values for each input."""

    def posterior(
        self, x: Float[np.ndarray, " d"], inputs: Float[np.ndarray, "M inputs"]
    ) -> PredictiveDistribution:
        """The distributions at `inputs` [M inputs] of the model with parameters `x` [d]."""


@runtime_checkable
class PredictsInEnsembles(PredictsDistribution, Protocol):
    """A problem whose points can predict together, each with a weight."""

    @property
    def observations(self) -> Float[np.ndarray, " n"]:
        """The targets [n] in the units of the predictions."""

    def posteriors(
        self, points: Float[np.ndarray, "points d"], inputs: Float[np.ndarray, "M inputs"]
    ) -> Any:
        """The distributions at `inputs` [M inputs] for each of the `points` [points d]."""

    def leave_one_out(self, x: Float[np.ndarray, " d"]) -> PredictiveDistribution:
        """The distribution at each observation from all others."""


@runtime_checkable
class NamedParameter(Protocol):
    """A positive parameter of a model; its logarithm is a coordinate of the problem."""

    @property
    def name(self) -> str:
        """Name in words."""

    @property
    def bounds(self) -> tuple[float, float]:
        """Lower and upper bound in natural units."""


@runtime_checkable
class HasHyperparameters(Protocol):
    """A likelihood over the logarithms of named hyperparameters, with or without a prior."""

    @property
    def hyperparameters(self) -> Sequence[NamedParameter]:
        """The hyperparameters in the order of the parameter vector."""

    def likelihood(self) -> Any:
        """The same problem without its prior: what the data alone say."""


@runtime_checkable
class Clustering(Protocol):
    """A problem whose parameters are the centroids of clusters of points."""

    @property
    def n_clusters(self) -> int:
        """Number of clusters K."""

    @property
    def points(self) -> Float[np.ndarray | Array, "N p"]:
        """What is clustered [N p]."""

    def centroids(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, "K p"]:
        """The centroids [K p] that the parameters `x` [d] stand for."""


@runtime_checkable
class SumOfClusterSquares(Clustering, Protocol):
    """A clustering whose loss is Σ_i w_i min_k |x_i − c_k|² and nothing else; `x` [d] holds the c_k."""

    @property
    def weights_of_squares(self) -> Float[np.ndarray, " N"]:
        """The w_i [N], positive."""
