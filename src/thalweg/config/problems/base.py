"""What the sections of all kinds of problems share."""

from abc import abstractmethod
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from ... import datasets
from ...numbers import LARGEST_SIZE
from ...problems.problem import Problem
from ..section import ConfigError, Real, Section, Size, UserPath, Whole, default_of


class ProblemSection(Section):
    """[problem]: what is minimised."""

    without_data: ClassVar[str] = "this problem has no data to measure a model on."

    @abstractmethod
    def build(self, directory: Path) -> Problem:
        """The problem; relative paths start at `directory`."""

    @property
    def has_data(self) -> bool:
        """Whether there may be data with targets to measure a model on."""
        return True

    def load(self, directory: Path) -> datasets.Dataset:
        """The data; relative paths start at `directory`.

        Raises:
            ConfigError: if the problem has none, or the keys do not say which.
        """
        raise ConfigError(self.without_data)


class DataSection(ProblemSection):
    """[problem] over data with targets: a named data set with its options, or a table."""

    example: ClassVar[str] = "label"
    options: ClassVar[tuple[str, ...]] = ("train", "test")
    """Keys that are options of the named data sets."""

    dataset: str | None = None
    path: UserPath | None = None
    train: Size | None = Field(None, ge=2)
    test: Whole | None = Field(None, ge=0, le=LARGEST_SIZE)
    data: UserPath | None = None
    target: str | None = None
    drop: tuple[str, ...] = default_of(datasets.read_table, "drop")
    test_share: Real = Field(default_of(datasets.read_table, "test_share"), ge=0, lt=1)
    seed: Whole = Field(default_of(datasets.read_table, "seed"), ge=0, le=2**32 - 1)
    separator: str | None = Field(None, min_length=1, max_length=1)
    decimal: str = Field(default_of(datasets.read_table, "decimal"), min_length=1, max_length=1)

    def read(self, directory: Path, *, classes: bool) -> datasets.Dataset:
        """The named set or the table, whose targets are classes or numbers."""
        if (self.dataset is None) == (self.data is None):
            raise ConfigError(
                '[problem] needs either dataset = "…" (the name of a known one) or '
                f'data = "my.csv" with target = "{self.example}".'
            )
        if self.dataset is not None:
            options = self.values_of(*self.options)
            if self.path is not None:
                options["path"] = directory / self.path
            return datasets.load(self.dataset, seed=self.seed, **options)
        if self.data is None or self.target is None:
            raise ConfigError(
                f'[problem] needs target = "…", the column of {self.data} to predict.'
            )
        return datasets.read_table(
            directory / self.data,
            self.target,
            test_share=self.test_share,
            seed=self.seed,
            drop=self.drop,
            classes=classes,
            separator=self.separator,
            decimal=self.decimal,
        )
