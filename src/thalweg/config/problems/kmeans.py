"""[problem] of K-means over the numbers of a table, or the rows of a named data set."""

from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import Float
from pydantic import Field

from ... import datasets
from ...problems import KMeans
from ..section import ConfigError, Size, UserPath, default_of
from .base import ProblemSection


class KMeansSection(ProblemSection):
    """[problem] of K-means over the numbers of a table, or the rows of a named data set.

    Labels, of a named set or in the column `target`, are not clustered; clusters are measured by them.
    """

    kind: Literal["kmeans"]
    clusters: Size
    dataset: str | None = None
    path: UserPath | None = None
    data: UserPath | None = None
    target: str | None = None
    standardise: bool = False
    separator: str | None = Field(None, min_length=1, max_length=1)
    decimal: str = Field(default_of(datasets.read_numbers, "decimal"), min_length=1, max_length=1)
    drop: tuple[str, ...] = default_of(datasets.read_numbers, "drop")

    @property
    def has_data(self) -> bool:
        """Whether there are labels."""
        return self.dataset is not None or self.target is not None

    def build(self, directory: Path) -> KMeans:
        """The problem; relative paths start at `directory`."""
        return KMeans(self.rows(directory), self.clusters)

    def rows(self, directory: Path) -> Float[np.ndarray, "rows inputs"]:
        """What is clustered, as the table or the set has it; relative paths start at `directory`."""
        self._require_one_source()
        if self.has_data:
            return self.load(directory).inputs
        assert self.data is not None
        points = datasets.read_numbers(
            directory / self.data, drop=self.drop, separator=self.separator, decimal=self.decimal
        )
        if self.standardise:
            raise ConfigError(
                "[problem] standardise needs the labels of a target; standardise the table beforehand."
            )
        return points

    def load(self, directory: Path) -> datasets.Dataset:
        """Rows and labels; relative paths start at `directory`.

        Raises:
            ConfigError: if there are no labels.
        """
        self._require_one_source()
        if self.dataset is not None:
            options = {} if self.path is None else {"path": directory / self.path}
            return datasets.load(self.dataset, **options)
        if self.data is None or self.target is None:
            raise ConfigError(
                'K-means has no labels to measure clusters by: set target = "…", the column that has them.'
            )
        return datasets.read_table(
            directory / self.data,
            self.target,
            test_share=0.0,
            standardise=self.standardise,
            drop=self.drop,
            separator=self.separator,
            decimal=self.decimal,
        )

    def _require_one_source(self) -> None:
        if (self.dataset is None) == (self.data is None):
            raise ConfigError(
                '[problem] of K-means needs either data = "my.csv" or dataset = "…" (iris_species, '
                "wine_cultivars, leukaemia_subtypes, tumour_subtypes)."
            )
