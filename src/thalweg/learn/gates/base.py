"""What a gate must offer: how the predictions of several minima are combined for each point."""

import abc
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float, Int

from ...display import shown

Probabilities = Float[np.ndarray, "minima N classes"]
Gradients = Float[np.ndarray, "minima N classes inputs"]


@shown
@dataclass(frozen=True, eq=False)
class GateTraining:
    """What a gate may learn from: training rows alone.

    Attributes:
        inputs: of the points, scaled as the networks expect them [N inputs].
        targets: class numbers [N], whole numbers; or values [N].
        probabilities: of every class by each minimum [minima N classes]; or its values [minima N outputs].
        losses: of the minima [minima].
        seed: of random choices.
        seconds: wall time that learning may take, about; None for no limit.
    """

    inputs: Float[np.ndarray, "N inputs"]
    targets: np.ndarray
    probabilities: Probabilities
    losses: Float[np.ndarray, " minima"]
    seed: int = 0
    seconds: float | None = None


class Gate(abc.ABC):
    """Combines class probabilities of several minima, or values if `combines_values`.

    `combine` and `input_gradients` are all that a new gate has to supply if it learns nothing; one that
    learns sets in `fit` what `arrays` gives and `restore` takes back. `torch_combine` is needed for use
    inside a PyTorch module alone.
    """

    combines_values: ClassVar[bool] = False
    """Whether it serves predicted values as well as class probabilities."""

    def fit(self, training: GateTraining) -> None:  # noqa: B027 - most gates have nothing to learn
        """Learn from training points; by default nothing."""

    @abc.abstractmethod
    def combine(
        self, inputs: Float[np.ndarray, "N inputs"], probabilities: Probabilities
    ) -> Float[np.ndarray, "N classes"]:
        """Class probabilities [N classes] at scaled inputs [N inputs], from those of each minimum."""

    @abc.abstractmethod
    def input_gradients(
        self,
        inputs: Float[np.ndarray, "N inputs"],
        probabilities: Probabilities,
        gradients: Gradients,
    ) -> Float[np.ndarray, "N classes inputs"]:
        """Derivatives of what `combine` gives, from those of the minima [N classes inputs]."""

    def torch_combine(self, arrays: Mapping[str, Any], inputs: Any, probabilities: Any) -> Any:
        """`combine` for PyTorch tensors.

        Args:
            arrays: what `arrays` gives, as tensors on the device of the inputs.
            inputs: scaled [N inputs].
            probabilities: of each minimum [minima N classes].

        Raises:
            NotImplementedError: if the gate has no PyTorch form.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no PyTorch form; give it a method torch_combine(arrays, inputs, "
            "probabilities) that does with tensors what combine does with arrays."
        )

    def pick(
        self, inputs: Float[np.ndarray, "N inputs"], probabilities: Probabilities
    ) -> Int[np.ndarray, " N"]:
        """The minimum that counts most for each point [N]; by default the one nearest to what is combined."""
        difference = np.abs(probabilities - self.combine(inputs, probabilities)).sum(axis=2)
        return np.asarray(difference.argmin(axis=0))

    def arrays(self) -> dict[str, np.ndarray]:
        """What was learnt, by name."""
        return {}

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Take back what `arrays` gave."""
        if arrays:
            raise ValueError(
                f"{type(self).__name__} learns nothing, but was given {', '.join(arrays)}; pass the gate "
                "that the model was saved with."
            )
