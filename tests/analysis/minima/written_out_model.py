"""A model written out in NumPy, as analyses of predictions take one: nothing to compile."""

import numpy as np

from thalweg.problems.output_kind import OutputKind


class WrittenOutModel:
    """Logits, or values, tanh(inputs · weights) + the product of the first two inputs in the first column."""

    name = "written out"

    def __init__(self, kind: OutputKind = OutputKind.LOGITS) -> None:
        self.output_kind = kind

    def require_output_kind(self):
        return self.output_kind

    def outputs(self, x, inputs):
        columns = np.tanh(inputs @ np.reshape(x, (inputs.shape[1], -1)))
        columns[:, 0] += inputs[:, 0] * inputs[:, 1]
        return columns
