"""A minimum together with its problem, which turns it back into a model."""

from dataclasses import dataclass
from typing import Any

from ..problems.problem import Problem
from .records import Minimum


@dataclass(frozen=True, eq=False, kw_only=True)
class StoredMinimum(Minimum):
    """A minimum of a landscape that knows its problem.

    Attributes:
        problem: whose minimum it is.
    """

    problem: Problem

    def to_model(self) -> Any:
        """A copy of the model that the problem was made from, with the parameters of this minimum.

        In double precision: its predictions are those of the minimum.

        Raises:
            NotImplementedError: if the problem was not made from a model.
        """
        return self.problem.to_model(self.coordinates)

    def to_torch(self) -> Any:
        """A `torch.nn.Module`, if the problem was made from one; else as `to_model`."""
        return self._model_of("torch")

    def to_sklearn(self) -> Any:
        """A fitted scikit-learn estimator, if the problem was made from one; else as `to_model`."""
        return self._model_of("scikit-learn")

    def to_pytree(self) -> Any:
        """An Equinox or Flax module, Linen variables or a JAX pytree, whichever was given."""
        return self._model_of("jax", "equinox", "flax")

    def _model_of(self, *frameworks: str) -> Any:
        if self.problem.framework not in (None, *frameworks):
            raise NotImplementedError(
                f"the problem was made from a {self.problem.framework} model, not from one of "
                f"{', '.join(frameworks)}; to_model() gives it back."
            )
        return self.to_model()
