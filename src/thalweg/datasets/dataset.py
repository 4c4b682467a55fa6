"""A data set: inputs and targets, for training and for test."""

import warnings
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int, Shaped

from .column_statistics import column_statistics


class DatasetError(ValueError):
    """Data that cannot be used; the message says what is wrong and what to do."""


class Unreachable(DatasetError):
    """Data that are neither at hand nor could be fetched."""


class DatasetWarning(UserWarning):
    """Something was left out of data, or may be meant otherwise than it was read."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Inputs and targets of the rows for training, and of others for test.

    Attributes:
        name: for people.
        inputs: of the training rows [N inputs].
        targets: class labels or real numbers of the training rows [N].
        test_inputs, test_targets: of the test rows [M inputs], [M]; M may be 0.
        input_names: of the columns.
        notes: what was done to the data.
    """

    name: str
    inputs: Float[np.ndarray, "N inputs"]
    targets: Shaped[np.ndarray, " N"]
    test_inputs: Float[np.ndarray, "M inputs"]
    test_targets: Shaped[np.ndarray, " M"]
    input_names: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def n_classes(self) -> int:
        """Number of classes in the training rows."""
        return len(np.unique(self.targets))

    @property
    def classes(self) -> Shaped[np.ndarray, " classes"]:
        """The labels in sorted order, which is how models number them."""
        return np.unique(self.targets)

    def class_numbers(self, labels: Shaped[np.ndarray, " M"]) -> Int[np.ndarray, " M"]:
        """Numbers 0 … classes − 1 of labels [M].

        Raises:
            DatasetError: if a label does not occur in the training rows.
        """
        unknown = np.setdiff1d(labels, self.classes)
        if len(unknown):
            raise DatasetError(
                f"{self.name}: no training row has the class {unknown[0]!r}; the classes are "
                f"{', '.join(str(label) for label in self.classes)}."
            )
        return np.searchsorted(self.classes, labels)

    def standardised(self) -> "Dataset":
        """The same data with zero mean and unit variance of every training column.

        Constant columns, which carry no information, are left out. Test rows are treated with the statistics
        of the training rows.

        Raises:
            DatasetError: if every column is constant, or numbers are too large for a difference.

        Warns:
            DatasetWarning: if columns are left out.
        """
        statistics = column_statistics(self.inputs)
        mean, scale, varies = statistics.mean, statistics.deviation, statistics.varies
        if not varies.any():
            raise DatasetError(
                f"{self.name}: every input column is constant, so nothing can be learnt. Add "
                "inputs that vary."
            )
        constant = [name for name, does in zip(self.input_names, varies, strict=True) if not does]
        if constant:
            warnings.warn(
                f"{self.name}: left out constant columns: {', '.join(constant)}.",
                DatasetWarning,
                stacklevel=3,
            )
        notes = (
            *self.notes,
            *([f"left out constant columns: {', '.join(constant)}"] if constant else []),
            "inputs standardised with the mean and standard deviation of the training rows",
        )
        names = tuple(np.array(self.input_names)[varies].tolist())
        mean, scale = mean[varies], scale[varies]
        with np.errstate(over="ignore"):
            inputs = (self.inputs[:, varies] - mean) / scale
            test_inputs = (self.test_inputs[:, varies] - mean) / scale
        is_finite = np.isfinite(inputs).all(axis=0) & np.isfinite(test_inputs).all(axis=0)
        if not is_finite.all():
            raise DatasetError(
                f"{self.name}: the numbers of {names[np.argmin(is_finite)]} lie too far apart to be "
                "standardised. Rescale that column, or drop it."
            )
        return replace(self, inputs=inputs, test_inputs=test_inputs, input_names=names, notes=notes)

    def with_standardised_targets(self) -> "Dataset":
        """The same data with zero mean and unit variance of the training targets, which are numbers.

        Test targets are treated with the statistics of the training targets; constant ones are only shifted.
        """
        statistics = column_statistics(self.targets)
        mean, scale = float(statistics.mean), float(statistics.deviation) or 1.0
        return replace(
            self,
            targets=(self.targets - mean) / scale,
            test_targets=(self.test_targets - mean) / scale,
        )
