"""[problem] of K-means over the numbers of a table."""

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from ... import datasets
from ...problems import KMeans
from ..section import Size, UserPath, default_of
from .base import ProblemSection


class KMeansSection(ProblemSection):
    """[problem] of K-means over the numbers of a table."""

    without_data: ClassVar[str] = "K-means has no targets to measure a model on."

    kind: Literal["kmeans"]
    clusters: Size
    data: UserPath
    separator: str | None = Field(None, min_length=1, max_length=1)
    decimal: str = Field(default_of(datasets.read_numbers, "decimal"), min_length=1, max_length=1)
    drop: tuple[str, ...] = default_of(datasets.read_numbers, "drop")

    def build(self, directory: Path) -> KMeans:
        """The problem; relative paths start at `directory`."""
        points = datasets.read_numbers(
            directory / self.data, drop=self.drop, separator=self.separator, decimal=self.decimal
        )
        return KMeans(points, self.clusters)
